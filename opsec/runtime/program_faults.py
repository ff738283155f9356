"""Tell a fault of this program from a file that cannot be read, by the exception and the frame that raised it.

Libraries may raise any exception on malformed input: that is not a fault of the program. A ``TypeError`` in our own
code, or a library called with arguments that its version does not know, is one: it repeats for every file of its kind
and must not be reported as "could not be read".
"""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from opsec.i18n.reasons import make_reason
from opsec.model import Reason, Scan

OWN_FAULTS = (TypeError, AttributeError, NameError, LookupError, AssertionError, ArithmeticError)
"""Faults when our own code raises them. Not ``ValueError`` and ``struct.error``: our parsers raise those over bytes."""
FAULTS_ANYWHERE = (NameError, ModuleNotFoundError)
"""Faults wherever they are raised: input cannot cause them. Other import errors can come from a worker's limits."""
_MISSING_NAME = "cannot import name"
"""Text of an ``ImportError`` about a library whose version does not fit."""
_CALLED_WRONGLY = re.compile(
    r"unexpected keyword argument|positional argument|required argument|takes (no|exactly|at (most|least))"
    r"|Argument '\w+' has incorrect type"
)
"""Texts of a ``TypeError`` over the arguments of a call. Compiled libraries raise it in a frame of their own."""
_DESCRIPTION = re.compile(r"([A-Za-z_]{1,60}) in (?:opsec((?:\.[a-z_][a-z0-9_]*)*):\d{1,6}|\?)")
_EXCEPTION_NAME = re.compile(r"[A-Za-z_]*(?:[Ee]rror|Exception|Iteration)")
_PACKAGE = __name__.partition(".")[0]
_ROOT = Path(__file__).parents[1]


def is_program_fault(error: BaseException) -> bool:
    """Return whether an exception that a reader raised is a fault of this program.

    It is one when the innermost frame is in this package and the type is one of ``OWN_FAULTS``; when a library that
    our code called directly refuses the arguments of the call; and for ``FAULTS_ANYWHERE``. Whatever a library raises
    deeper inside itself is attributed to the input.
    """
    if isinstance(error, FAULTS_ANYWHERE) or (isinstance(error, ImportError) and _MISSING_NAME in str(error)):
        return True
    modules = [module for module, _line in _frames(error.__traceback__)]
    foreign = next((depth for depth, module in enumerate(reversed(modules)) if _is_ours(module)), None)
    if foreign == 0:
        return isinstance(error, OWN_FAULTS)
    return foreign == 1 and isinstance(error, TypeError) and _CALLED_WRONGLY.search(str(error)) is not None


def describe_fault(error: BaseException) -> str:
    """Name the type of an exception, and our module and line nearest to it: nothing that a file could have chosen.

    >>> describe_fault(KeyError("secret"))
    'KeyError in ?'
    """
    ours = [f"{module}:{line}" for module, line in _frames(error.__traceback__) if _is_ours(module)]
    return f"{type(error).__name__} in {ours[-1] if ours else '?'}"


def fault_reason(error: BaseException) -> Reason:
    """Return the reason to record on a clip that a fault of this program left unchecked."""
    return make_reason("internal", error=describe_fault(error))


def failure_reason(error: BaseException, part: str, code: str = "not_read") -> Reason:
    """Return the reason to record where an exception stopped the reading of a part of a file.

    Parameters
    ----------
    error
        What a reader raised.
    part
        Name of the reader or of the part of the file that it read.
    code
        Code of the reason where the file or the machine is to blame, and not this program.
    """
    return fault_reason(error) if is_program_fault(error) else make_reason(code, part=part, detail=type(error).__name__)


def fault_of(reason: Reason) -> str | None:
    """Return what ``describe_fault`` wrote into a reason; None when the reason is about something else.

    A reading process may be hostile: text that is not such a description is not passed on.
    """
    if reason.code != "internal":
        return None
    text = dict(reason.blanks).get("error", "")
    return text if is_fault_description(text) else "?"


def is_fault_description(text: str) -> bool:
    """Return whether a text is one of ``describe_fault``: the name of an exception, and a module that exists here."""
    found = _DESCRIPTION.fullmatch(text)
    if found is None or not _EXCEPTION_NAME.fullmatch(found[1]):
        return False
    path = _ROOT.joinpath(*(found[2] or "").split(".")[1:])
    return path.is_dir() or path.with_suffix(".py").is_file()


def count_faults(scan: Scan) -> Counter[str]:
    """Count the faults of this program that a scan recorded on clips and on files that it left out."""
    reasons = [reason for result in scan.results for reason in result.clip.coverage.reasons]
    return faults_among([*reasons, *(skipped.reason for skipped in scan.skipped)])


def faults_among(reasons: Iterable[Reason]) -> Counter[str]:
    """Count the faults of this program among reasons, by what ``describe_fault`` wrote."""
    return Counter(fault for reason in reasons if (fault := fault_of(reason)) is not None)


def _frames(trace: TracebackType | None) -> list[tuple[str, int]]:
    """Return module and line of every frame, the innermost last."""
    frames = []
    while trace is not None:
        frames.append((str(trace.tb_frame.f_globals.get("__name__", "")), trace.tb_lineno))
        trace = trace.tb_next
    return frames


def _is_ours(module: str) -> bool:
    return module == _PACKAGE or module.startswith(f"{_PACKAGE}.")
