"""What the clips of each base reveal together, for the weekly page: mosaics and routines.

Like the page, it names no clip, account, place or coordinate: findings by their numbers, accounts by pseudonyms.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from opsec.i18n.messages import Lang, Message, _, format_number, ngettext, render
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.terms import ACTION
from opsec.model import Action, Mosaic, MosaicClip, Routine, ShownParts, UntimedPosts
from opsec.reports.value_format import format_percent, join_list
from opsec.verdict.mosaic import ACT_TODAY_SEVERITY, MAX_TAKE_DOWN, MIN_ADDED, MIN_EXPOSURE
from opsec.verdict.posting_rhythm import WINDOW_MIN
from opsec.verdict.routine import FALSE_ALARM_RATE

WEEKDAY: tuple[Message, ...] = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
MAX_FINDINGS = 5
"""Of a routine, shown on the page: the latest."""
MAX_CHANCE = 1_000_000
"""Rarer chances are shown as one in this many."""


@dataclass(frozen=True, slots=True)
class MosaicRow:
    """One base and period."""

    code: str
    days: str
    clips: str
    ground: str
    headings: str
    zones: str
    words: str
    exposure: str
    severity: str
    action: Action
    action_word: str


@dataclass(frozen=True, slots=True)
class CoverRow:
    """A clip of a mosaic, and what it adds."""

    number: str
    posts: str
    ground: str
    headings: str
    zones: str
    words: str
    exposure: str


@dataclass(frozen=True, slots=True)
class MosaicDetails:
    """The clips under a mosaic that is a finding, and which of them to take down."""

    title: str
    take_down: str
    rows: tuple[CoverRow, ...]


@dataclass(frozen=True, slots=True)
class RoutineRow:
    """One routine."""

    code: str
    account: str
    when: str
    periods: str
    chance: str
    findings: str
    """Numbers of the latest findings in it."""


@dataclass(frozen=True, slots=True)
class AccumulatedView:
    """Everything that the two sections of the page show."""

    mosaics: tuple[MosaicRow, ...]
    thresholds: str
    details: tuple[MosaicDetails, ...]
    routines: tuple[RoutineRow, ...]
    false_alarms: str
    untimed: tuple[str, ...]


class Accumulated(Protocol):
    """What the clips of some bases reveal together: an ``Exposure``, or the record of one site."""

    @property
    def mosaics(self) -> tuple[Mosaic, ...]:
        """One for each base and period."""

    @property
    def routines(self) -> tuple[Routine, ...]:
        """Posts that return to one hour."""

    @property
    def untimed(self) -> tuple[UntimedPosts, ...]:
        """Bases with posts whose time is unknown."""


def accumulated_view(exposure: Accumulated, lang: Lang) -> AccumulatedView:
    """Build the view in one language."""
    return AccumulatedView(
        mosaics=tuple(_mosaic_row(one, lang) for one in exposure.mosaics),
        thresholds=render(_thresholds(), lang),
        details=tuple(_details(one, lang) for one in widest_findings(exposure.mosaics)),
        routines=tuple(_routine_row(one, lang) for one in exposure.routines),
        false_alarms=render(
            _(
                "At most {share} of the accounts without a routine are reported.",
                share=format_percent(FALSE_ALARM_RATE),
            ),
            lang,
        ),
        untimed=tuple(render(_untimed(one), lang) for one in exposure.untimed),
    )


def widest_findings(mosaics: Iterable[Mosaic]) -> list[Mosaic]:
    """Of each base the mosaic of the longest period that is a finding: it has the clips of the shorter ones."""
    widest = {one.site_code: one for one in sorted(mosaics, key=lambda one: one.days) if one.is_finding}
    return [widest[code] for code in sorted(widest)]


def accumulated_lines(exposure: Accumulated, lang: Lang) -> Iterator[Message]:
    """Yield the lines of the summary on the terminal: mosaics that are findings, and routines."""
    for one in widest_findings(exposure.mosaics):
        yield ngettext(
            "{site}: {n} clip of {period} shows {exposure} of the base, the best of them {best}: {action}",
            "{site}: {n} clips of {period} together show {exposure} of the base, the best of them {best}: {action}",
            one.clips,
            site=escape_unsafe(one.site_code),
            period=_period(one),
            exposure=format_percent(one.shown.exposure),
            best=format_percent(one.best_clip),
            action=ACTION[one.action],
        )
        yield take_down_message(one, lang)
    for routine in exposure.routines:
        yield _(
            "{site}: routine of {account}: {when}, {periods}",
            site=escape_unsafe(routine.site_code),
            account=_account(routine),
            when=_when(routine),
            periods=_periods(routine),
        )


# ── mosaics ───────────────────────────────────────────────────────────────────────────────────
def _thresholds() -> Message:
    return _(
        "A finding from {exposure} of the base on, if it is at least {added} more than the best clip shows; act today "
        "from a severity of {severity}. The share of the base weighs ground, zones, directions and words.",
        exposure=format_percent(MIN_EXPOSURE),
        added=format_percent(MIN_ADDED),
        severity=ACT_TODAY_SEVERITY,
    )


def _mosaic_row(one: Mosaic, lang: Lang) -> MosaicRow:
    zones = format_number(one.shown.zones)
    if one.zones_drawn:
        zones = render(_("{count} of {all}", count=one.shown.zones, all=one.zones_drawn), lang)
    return MosaicRow(
        code=escape_unsafe(one.site_code),
        days=format_number(one.days),
        clips=format_number(one.clips),
        ground=format_percent(one.shown.ground),
        headings=_degrees(one.shown),
        zones=zones,
        words=_words(one.shown, lang),
        exposure=format_percent(one.shown.exposure),
        severity=f"{one.severity:.2f}",
        action=one.action,
        action_word=render(ACTION[one.action], lang),
    )


def _details(one: Mosaic, lang: Lang) -> MosaicDetails:
    title = _(
        "{site}, {period}: finding {number}",
        site=escape_unsafe(one.site_code),
        period=_period(one),
        number=one.number,
    )
    return MosaicDetails(
        title=render(title, lang),
        take_down=render(take_down_message(one, lang), lang),
        rows=tuple(_cover_row(clip, lang) for clip in one.cover),
    )


def _period(one: Mosaic) -> Message:
    return ngettext("{n} day", "{n} days", one.days)


def take_down_message(one: Mosaic, lang: Lang) -> Message:
    """State which clips to take down, and what is left without them."""
    if not one.take_down and not one.cover:  # an edition without the list of clips
        return _(
            "{site}: so many clips show the same that no {limit} of them close most of it",
            site=escape_unsafe(one.site_code),
            limit=MAX_TAKE_DOWN,
        )
    if not one.take_down:
        return _(
            "{site}: so many clips show the same that no {limit} of them close most of it; begin with the first ones",
            site=escape_unsafe(one.site_code),
            limit=MAX_TAKE_DOWN,
        )
    return ngettext(
        "{site}: take down finding {numbers}, and its copies: {left} of the base is left in view",
        "{site}: take down findings {numbers}, and their copies: {left} of the base is left in view",
        len(one.take_down),
        site=escape_unsafe(one.site_code),
        numbers=join_list(map(escape_unsafe, one.take_down), lang),
        left=format_percent(one.left),
    )


def _cover_row(clip: MosaicClip, lang: Lang) -> CoverRow:
    return CoverRow(
        number=escape_unsafe(clip.number),
        posts=format_number(clip.posts),
        ground=format_percent(clip.adds.ground),
        headings=_degrees(clip.adds),
        zones=format_number(clip.adds.zones),
        words=_words(clip.adds, lang),
        exposure=format_percent(clip.adds.exposure),
    )


def _degrees(shown: ShownParts) -> str:
    return f"{shown.headings_deg:.0f}°"


def _words(shown: ShownParts, lang: Lang) -> str:
    kinds = [_("presence")] if shown.presence else []
    kinds += [_("strength or schedule")] if shown.strength else []
    return join_list((render(kind, lang) for kind in kinds), lang) or "–"


# ── routines ──────────────────────────────────────────────────────────────────────────────────
def _routine_row(one: Routine, lang: Lang) -> RoutineRow:
    times = min(MAX_CHANCE, round(1 / one.chance)) if one.chance > 0 else MAX_CHANCE
    return RoutineRow(
        code=escape_unsafe(one.site_code),
        account=render(_account(one), lang),
        when=render(_when(one), lang),
        periods=render(_periods(one), lang),
        chance=render(_("1 in {times}", times=times), lang),
        findings=join_list(map(escape_unsafe, one.findings[-MAX_FINDINGS:]), lang),
    )


def _false_alarms() -> Message:
    share = format_percent(FALSE_ALARM_RATE)
    return _("At most {share} of the accounts without a routine are reported.", share=share)


def _account(one: Routine) -> Message:
    return _("all accounts") if one.account is None else _("account {pseudonym}", pseudonym=one.account)


def _when(one: Routine) -> Message:
    hour, minute = map(int, one.starts.split(":"))
    ends = (hour * 60 + minute + WINDOW_MIN) % (24 * 60)
    day = _("every day with posts") if one.weekday is None else WEEKDAY[one.weekday]
    return _(
        "{day}, {begin} to {end} ({zone})",
        day=day,
        begin=one.starts,
        end=f"{ends // 60:02}:{ends % 60:02}",
        zone=escape_unsafe(one.time_zone) or _("local time"),
    )


def _periods(one: Routine) -> Message:
    sentence = _("{hits} of {all} days with posts") if one.weekday is None else _("{hits} of {all} weeks with posts")
    return Message(sentence.template, {"hits": one.periods, "all": one.active})


def _untimed(one: UntimedPosts) -> Message:
    return ngettext(
        "{site}: the time or time zone of {n} post (of {all}) is unknown; it was not searched for routines.",
        "{site}: the time or time zone of {n} posts (of {all}) is unknown; they were not searched for routines.",
        one.posts,
        site=escape_unsafe(one.site_code),
        all=one.of,
    )
