"""The weekly summary for command, complete and not yet redacted: ``opsec.reports.weekly_editions`` makes it public."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from opsec.model.accumulation import Mosaic, Routine, UntimedPosts
from opsec.model.decision import FindingState
from opsec.model.reasons import ReasonGroup
from opsec.model.vocabulary import Action, Check, ZoneClass

WeekBasis = Literal["posted", "scanned"]
"""Time by which clips belong to a week: that of the post, else of the first scan; or of the first scan alone."""
Edition = Literal["command", "officer", "evidence"]
EDITIONS: tuple[Edition, ...] = ("command", "officer", "evidence")
DistanceBand = Literal["inside", "near", "other_evidence"]
"""Inside the fence; a position near it; names, signs or landmarks without a position."""
AdviceKind = Literal["take_down", "chase", "close_mosaic", "decide", "speak_with_source", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """What the report needs of a site beside the case file."""

    code: str
    name: str = ""
    unit: str | None = None
    time_zone: str | None = None
    zones: Mapping[str, ZoneClass] = field(default_factory=dict)
    """Name of each zone → its class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekFigures:
    """The figures of one week of the trend."""

    week: str
    first_day: str
    last_day: str
    clips: int
    """Clips of the week; a clip counts once however often it was posted."""
    read: int
    """Those that were read in full in all of their posts."""
    flagged: int
    """Clips with at least one finding that is not hidden."""
    flagged_late: int
    """Those of them that were found only after the week had ended."""
    findings: int
    act_now: int
    """Findings whose action is ``act_now``, without those that were removed."""
    removed: int
    """Findings of any week whose removal was recorded in this week."""
    online: int
    """Findings of this and all earlier weeks that were not removed by its end; of the last week, by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureLine:
    """Number of findings of one rule on one site in one week."""

    site_code: str
    rule: str
    findings: int
    findings_week_before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneLine:
    """Number of findings of the week with evidence in one zone of a site. A finding may be in several zones."""

    site_code: str
    zone: str | None
    """Its name; None: outside every zone, or the zone is not known."""
    zone_code: str
    """Pseudonym, keyed by a secret of the case file; empty for no zone."""
    zone_class: ZoneClass | None
    """Where the sites are known."""
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LateFinds:
    """Findings that were first seen in the week of the report, of clips of an earlier week."""

    week: str
    """``earlier`` for weeks before the trend."""
    findings: int
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatSource:
    """An account with several flagged clips in the weeks of the trend."""

    pseudonym: str
    account: str
    clips: int
    clips_this_week: int
    weeks: int
    """Weeks with such a clip."""
    site_codes: tuple[str, ...]
    numbers: tuple[str, ...]
    """Of its findings, the newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstClip:
    """One finding of the week that calls for action."""

    number: str
    """Of the finding, keyed by a secret of the case file: nobody else can compute it from the clip and the site."""
    site_code: str
    rule: str
    action: Action
    likelihood: float
    severity: float
    state: FindingState = "open"
    due: str = ""
    """Day by which somebody has to act, as an ISO 8601 date."""
    is_overdue: bool = False
    unit: str | None = None
    owner: str | None = None
    """Who made the last decision."""
    band: DistanceBand = "other_evidence"
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePost:
    """One post of a finding of the week, for the evidence edition alone."""

    number: str
    fingerprint: str
    site: str
    path: str
    sha256: str
    url: str | None
    account: str | None
    posted_at: str | None
    first_seen_at: str
    caption: str | None
    positions: tuple[tuple[float, float], ...]
    zones: tuple[str, ...]
    decided_by: str | None
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakedownFunnel:
    """What became of the requests that were made in the weeks of the trend, as of now."""

    requested: int
    """Findings for whose posts removal was requested."""
    acknowledged: int
    """Those that the platform acknowledged at some time."""
    removed: int
    rejected: int
    waiting: int
    """Neither removed nor rejected."""
    reappeared: int
    """Those that were posted again after an answer."""
    overdue: int
    """Waiting for longer than the setting ``takedown.due_days``."""
    hours_median: float | None
    """From the request to the removal; None under 3 removals."""
    hours_p90: float | None
    """90th percentile by nearest rank; None under 10 removals."""

    @property
    def online(self) -> int:
        """Findings that are still online after a request."""
        return self.requested - self.removed


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A recommendation: what to do, how many findings or clips it concerns, and which unit has to do it."""

    kind: AdviceKind
    count: int
    site_code: str | None = None
    """None: the recommendation is about the whole report."""
    unit: str | None = None
    pseudonym: str | None = None
    group: ReasonGroup | None = None
    share: float | None = None
    """Of the base that is left in view, for ``close_mosaic``."""
    due: str = ""
    done: int | None = None
    """For one of the week before: how many of ``count`` are done by now."""
    further: int | None = None
    """For ``speak_with_source`` of the week before: flagged clips of the account in the week of the report."""
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Summary of one week of the case file. Only ``opsec.reports.weekly_editions`` passes parts of it on."""

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
    """The worst ten, without those whose posts were removed: nobody has to act on them."""
    mosaics: tuple[Mosaic, ...] = ()
    """What the clips of each base show together in the 7, 30 and 90 days up to the end of the week."""
    routines: tuple[Routine, ...] = ()
    """Of the 90 days up to the end of the week."""
    untimed: tuple[UntimedPosts, ...] = ()
    basis: WeekBasis = "posted"
    time_zone: str = "UTC"
    """Of clips without a site whose zone is known."""
    issued_on: str = ""
    """Day of the report in that zone, as an ISO 8601 date."""
    reporter: str | None = None
    """Code of the unit that reports."""
    trend: tuple[WeekFigures, ...] = ()
    """The weeks up to this one, the oldest first."""
    unread: int = 0
    """Clips of the week of which nothing was read; the others that are not fully checked were read in part."""
    checks_not_run: Mapping[Check, int] = field(default_factory=dict)
    """Check → clips of the week on which it could not be run."""
    checks_unknown: int = 0
    """Clips that an older version scanned, which did not record their checks."""
    undated: int = 0
    """Clips of the week that count in the week of their first scan, as the time of the post is unknown."""
    late: tuple[LateFinds, ...] = ()
    online_by_site: Mapping[str, int] = field(default_factory=dict)
    """Code of each site → findings of this and all earlier weeks that are not removed by now."""
    zones: tuple[ZoneLine, ...] = ()
    sources: tuple[RepeatSource, ...] = ()
    takedown: TakedownFunnel | None = None
    advice: tuple[Advice, ...] = ()
    advice_before: tuple[Advice, ...] = ()
    """Recommendations as of the end of the week before, with what is done by now."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Code of a site → its unit, where the sites are known."""
    site_names: Mapping[str, str] = field(default_factory=dict)
    """Code of a site → its name, where the sites are known."""
    numbers: tuple[str, ...] = ()
    """Of all counted findings of the week, the most severe first."""
    audit_mark: str = ""
    """Where the audit trail of the case ended, as ``AuditMark.text``; empty where no report is issued."""
    evidence: tuple[EvidencePost, ...] = ()
    """Filled only for the evidence edition."""
