"""One check of ``opsec doctor``: its results, and a runner that turns exceptions into results."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from opsec.errors import OpsecError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import escape_unsafe
from opsec.runtime.program_faults import describe_fault

if TYPE_CHECKING:
    from opsec.settings import Settings

MAX_DETAIL_LENGTH = 200
"""Code points shown of what the loader says about a package."""

SystemState = Literal["ok", "missing", "broken", "note"]


@dataclass(frozen=True, slots=True)
class SystemCheckResult:
    """Result of one check."""

    state: SystemState
    """``missing``: scans work without it. ``broken``: scans may fail. ``note``: a past fault of the program."""
    sentence: Message


SystemCheck = Callable[["Settings"], Iterator[SystemCheckResult]]


def run_check(check: "SystemCheck", settings: "Settings") -> Iterator[SystemCheckResult]:
    """Yield the results of a check; an exception becomes a result, so that the checks after it still run."""
    try:
        yield from check(settings)
    except OpsecError as error:
        yield SystemCheckResult("broken", error.message)
    except ImportError as error:
        step = _(
            "the package {name} cannot be loaded ({error}); reinstall opsec with its packages",
            name=escape_unsafe((error.name or "?").partition(".")[0]),
            error=escape_unsafe(str(error), limit=MAX_DETAIL_LENGTH),
        )
        yield SystemCheckResult("broken", step)
    except Exception as fault:  # noqa: BLE001 - a damaged library may raise anything on the way in
        step = _(
            "a check failed unexpectedly ({error}); reinstall opsec with its packages, and report it if that does not "
            "help",
            error=describe_fault(fault),  # the text of an exception may contain secrets
        )
        yield SystemCheckResult("broken", step)
