"""Checks that must have run before a clip counts as fully checked."""

from collections.abc import Sequence
from dataclasses import replace

from opsec.i18n.reasons import make_reason
from opsec.matching.matcher import SiteIndex
from opsec.model import CHECKS, Check, Clip
from opsec.model.depth import Depth

_FULL: tuple[Check, ...] = ("telemetry", "sidecar", "landmarks", "speech")
"""Checks that a full scan requires besides: what is optional otherwise and was not run is then said to be missing."""
_DECODED: frozenset[Check] = frozenset({"signage", "landmarks", "layout", "speech"})
"""Checks for which frames or sound are decoded: a quick scan leaves them out."""
_NOT_RUN = frozenset({"not_configured", "failed"})


def required_checks(configured: Sequence[Check], ours: SiteIndex, depth: Depth = "normal") -> tuple[Check, ...]:
    """Checks required by the settings, landmarks where a site has photos of them, and all of them for a full scan.

    Parameters
    ----------
    configured
        ``checks.required`` of the settings.
    ours
        The sites.
    depth
        Of the scan.
    """
    wanted = {*configured, *(("landmarks",) if ours.photos else ()), *(_FULL if depth == "full" else ())}
    return tuple(check for check in CHECKS if check in wanted)


def with_missing_checks(clip: Clip, required: Sequence[Check], depth: Depth = "normal") -> Clip:
    """Mark a clip that was read as partly read when a required check that applies to it did not run.

    A clip whose files were not read whole says so already, with the reason.
    """
    coverage = clip.coverage
    missing = [check for check in required if coverage.checks.get(check) in _NOT_RUN]
    if coverage.status != "read" or not missing:
        return clip
    reasons = (*coverage.reasons, *(make_reason(_reason_code(check, depth), check=check) for check in missing))
    return replace(clip, coverage=replace(coverage, status="partly", reasons=reasons))


def _reason_code(check: Check, depth: Depth) -> str:
    return "check_left_out" if depth == "quick" and check in _DECODED else "check_missing"
