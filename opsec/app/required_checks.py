"""Checks that must have run before a clip counts as fully checked."""

from collections.abc import Sequence
from dataclasses import replace

from opsec.i18n.reasons import make_reason
from opsec.matching.matcher import SiteIndex
from opsec.model import CHECKS, Check, Clip

_NOT_RUN = frozenset({"not_configured", "failed"})


def required_checks(configured: Sequence[Check], ours: SiteIndex) -> tuple[Check, ...]:
    """Checks required by the settings, and landmarks where a site has photos of them.

    Parameters
    ----------
    configured
        ``checks.required`` of the settings.
    ours
        The sites.
    """
    wanted = {*configured, *(("landmarks",) if ours.photos else ())}
    return tuple(check for check in CHECKS if check in wanted)


def with_missing_checks(clip: Clip, required: Sequence[Check]) -> Clip:
    """Mark a clip that was read as partly read when a required check that applies to it did not run.

    A clip whose files were not read whole says so already, with the reason.
    """
    coverage = clip.coverage
    missing = [check for check in required if coverage.checks.get(check) in _NOT_RUN]
    if coverage.status != "read" or not missing:
        return clip
    reasons = (*coverage.reasons, *(make_reason("check_missing", check=check) for check in missing))
    return replace(clip, coverage=replace(coverage, status="partly", reasons=reasons))
