"""The log for support: events of a scan with counts, times and codes, masked by construction.

Modules log through ``log_event`` to a logger of their own name. A value is written only when it cannot hold anything
of a clip or a site: a whole number, seconds, a word of the program's own vocabularies, an exception by its type and by
our line that it passed. Anything else is written as ``masked``. Nothing is shown unless ``--verbose`` or
``OPSEC_LOG=debug`` asks for it (``opsec.cli.debug_log``); a host may attach a handler to the logger ``opsec``.
"""

import logging
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TypeAlias, get_args

from opsec.model import ACTIONS, CHECKS, CheckState, CoverageStatus, FileKind, HintKind
from opsec.model.reasons import REASONS
from opsec.runtime.program_faults import describe_fault, is_fault_description

Value: TypeAlias = "int | float | str | BaseException | Iterable[str] | Mapping[str, int]"
MASKED = "masked"


def log_event(logger: logging.Logger, event: str, **values: Value) -> None:
    """Log an event at level DEBUG.

    Parameters
    ----------
    logger
        Named after the module that calls.
    event
        A literal of the calling code, in snake case.
    values
        Whole numbers; seconds, under a name that ends in ``_s``; words of the vocabularies, alone, listed or counted;
        exceptions.
    """
    if logger.isEnabledFor(logging.DEBUG):
        logger.debug(" ".join((event, *(f"{name}={_shown(name, value)}" for name, value in values.items()))))


def _shown(name: str, value: Value) -> str:
    match value:
        case int():
            return str(value)
        case float():
            return f"{value:.3f}" if name.endswith("_s") else MASKED
        case str():
            return _word(value)
        case BaseException():
            return describe_fault(value).replace(" ", "_")
        case Mapping():
            return ",".join(f"{_word(word)}:{int(count)}" for word, count in sorted(value.items())) or "-"
    return ",".join(map(_word, value)) or "-"


def _word(text: str) -> str:
    if text in vocabulary():
        return text
    return text.replace(" ", "_") if is_fault_description(text) else MASKED


@cache
def vocabulary() -> frozenset[str]:
    """Return the words that are written as they are: codes, kinds, states and actions."""
    kinds = (FileKind, HintKind, CheckState, CoverageStatus)
    return frozenset().union(REASONS, ACTIONS, CHECKS, *map(get_args, kinds))
