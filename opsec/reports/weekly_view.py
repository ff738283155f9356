"""What an edition of the weekly page may show: the only record that pages, files and plots of a week are made from.

A field that an edition must not show is None or empty. A count may be withheld (``small_numbers``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from opsec.model import Action, Check, FindingState, Mosaic, Routine, TakedownFunnel, UntimedPosts, WeekFigures
from opsec.model.exposure import AdviceKind, DistanceBand, Edition, EvidencePost, LateFinds, WeekBasis
from opsec.model.reasons import ReasonGroup
from opsec.model.vocabulary import ZoneClass
from opsec.reports.small_numbers import Count

Progress = Literal["done", "partly", "not_done", "no_further_clip", "further_clips"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageView:
    """How much of the clips of the week was read."""

    clips: int
    read: int
    partly: int
    unread: int
    by_group: Mapping[ReasonGroup, int]
    """Group of reasons → clips; a clip with several reasons is in several groups."""
    checks_not_run: Mapping[Check, int]
    checks_unknown: int
    """Clips without a record of their checks."""
    undated: int
    """Clips that count in the week of their first scan, as the time of the post is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseView:
    """Findings on one base."""

    code: str
    findings: Count
    findings_week_before: Count
    online: Count
    """Findings of this and all earlier weeks that are not removed by now."""
    unit: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneView:
    """Findings with evidence in one zone of a base."""

    site_code: str
    zone_code: str
    """Empty: in no zone."""
    findings: Count
    zone_class: ZoneClass | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KindView:
    """Findings of one kind of leak."""

    rule: str
    findings: Count
    findings_week_before: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class FewClips:
    """A base with so few clips in a period that nothing of what they show together is printed."""

    site_code: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """An account that posts again and again."""

    pseudonym: str
    clips: int
    clips_this_week: Count
    weeks: int
    site_codes: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    account: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstView:
    """One of the worst findings."""

    number: str
    site_code: str
    """Empty: withheld."""
    action: Action
    state: FindingState
    due: str
    is_overdue: bool
    rule: str | None = None
    likelihood: float | None = None
    severity: float | None = None
    unit: str | None = None
    owner: str | None = None
    band: DistanceBand | None = None
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceView:
    """A recommendation."""

    kind: AdviceKind
    count: Count
    site_code: str | None = None
    unit: str | None = None
    pseudonym: str | None = None
    group: ReasonGroup | None = None
    share: float | None = None
    due: str = ""
    progress: Progress | None = None
    """Of a recommendation of the week before."""
    done: int | None = None
    """How many of ``count`` are done, where that shows no small count."""
    further: Count | None = None
    """Flagged clips of the account in the week of the report."""
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyView:
    """A week in one edition."""

    edition: Edition
    week: str
    first_day: str
    last_day: str
    basis: WeekBasis
    issued_on: str
    reporter: str | None
    time_zone: str | None
    trend: tuple[WeekFigures, ...]
    """The week of the report last."""
    findings: int
    findings_week_before: int
    removed: int
    hidden: int
    coverage: CoverageView
    late: tuple[LateFinds, ...]
    bases: tuple[BaseView, ...]
    zones: tuple[ZoneView, ...]
    kinds: tuple[KindView, ...]
    mosaics: tuple[Mosaic, ...]
    few_clips: tuple[FewClips, ...]
    routines: tuple[Routine, ...]
    untimed: tuple[UntimedPosts, ...]
    untimed_posts: int
    """Posts whose time or time zone is unknown: no routine can be found in them."""
    sources: tuple[SourceView, ...]
    worst: tuple[WorstView, ...]
    takedown: TakedownFunnel | None
    advice: tuple[AdviceView, ...]
    advice_before: tuple[AdviceView, ...]
    evidence: tuple[EvidencePost, ...] = ()
    audit_mark: str = ""
    """Where the audit trail of the case ended; the next report is compared with it."""

    @property
    def now(self) -> WeekFigures:
        """Figures of the week."""
        return self.trend[-1]

    @property
    def before(self) -> WeekFigures:
        """Figures of the week before."""
        return self.trend[-2]
