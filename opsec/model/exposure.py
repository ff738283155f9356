"""The weekly summary for command."""

from collections.abc import Mapping
from dataclasses import dataclass

from opsec.model.accumulation import Mosaic, Routine, UntimedPosts
from opsec.model.reasons import ReasonGroup
from opsec.model.vocabulary import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureLine:
    """Number of findings of one rule on one site in one week."""

    site_code: str
    rule: str
    findings: int
    findings_week_before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstClip:
    """One of the worst clips as command sees it: severity, site code, kind of leak, and nothing to find the clip by."""

    number: str
    """Of the finding, keyed by a secret of the case file: nobody else can compute it from the clip and the site."""
    site_code: str
    rule: str
    action: Action
    likelihood: float
    severity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCoverageSummary:
    """What all clips of one site show of it together; what two clips show counts once. None: not assessed."""

    site_code: str
    clips: int
    """Clips that show the site, since the case file began."""
    assessed: int
    """Those of them whose layout could be assessed."""
    zones: int | None
    """Zones in view of at least one of them."""
    ground_share: float | None
    """Share of the ground inside the fence that was in view."""
    outdated: int
    """Clips whose ground was computed with a fence that was redrawn since: left out until they are matched again."""
    sectors_deg: float | None
    """Headings that they cover together, where the compass heading is known."""
    sweep_deg: float | None
    """Widest single turn."""
    score: float | None
    """How much of the layout they show, at least: the widest clip, or all ground together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Summary of one week of the case file, without any coordinate, caption, handle or place name."""

    week: str
    """ISO 8601 week, ``2026-W47``."""
    first_day: str
    last_day: str
    clips: int
    clips_week_before: int
    flagged: int
    """Clips with at least one finding that is not hidden; removed ones are included."""
    flagged_week_before: int
    removed: int
    """Findings of the week whose posts were removed; they are counted in ``lines`` and left out of ``worst``."""
    hidden: int
    """Findings of the week that decisions hide, counted nowhere else."""
    hidden_week_before: int
    not_fully_checked: int
    not_fully_checked_by_group: Mapping[ReasonGroup, int]
    """Group of reasons → clips. A clip counts once in each group that it has a reason of, so the sum may be larger."""
    lines: tuple[ExposureLine, ...]
    worst: tuple[WorstClip, ...]
    """Without those whose posts were removed: nobody has to act on them."""
    site_coverage: tuple[SiteCoverageSummary, ...] = ()
    """Up to the end of the week, earlier posts included: an attacker keeps those too."""
    mosaics: tuple[Mosaic, ...] = ()
    """What the clips of each base show together in the 7, 30 and 90 days up to the end of the week."""
    routines: tuple[Routine, ...] = ()
    """Of the 90 days up to the end of the week."""
    untimed: tuple[UntimedPosts, ...] = ()
