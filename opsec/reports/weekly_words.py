"""Sentences of the weekly page in one language: bottom line, coverage, recommendations and blind spots."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from opsec.i18n.dates import DigitStyle, format_date, format_figure, localise_digits
from opsec.i18n.messages import Blank, Lang, Message, _, format_number, ngettext, render
from opsec.i18n.safe_text import escape_unsafe
from opsec.model.exposure import AdviceKind, WeekFigures
from opsec.reports.reason_groups import GROUP_LABELS
from opsec.reports.small_numbers import FEW, MIN_COUNT, Count
from opsec.reports.value_format import format_percent
from opsec.reports.weekly_view import AdviceView, WeeklyView

MIN_FOR_SHARE = 10
"""Of fewer clips no percentage is given: it would pretend a precision that a few clips do not have."""

MAX_USUAL_DAYS = 7
"""Days after the end of a week from which on its report says that it is late."""

NOT_KNOWN = "–"
"""In place of a figure."""


@dataclass(frozen=True, slots=True)
class Words:
    """Language and digits of one page."""

    lang: Lang
    digits: DigitStyle = "western"

    def say(self, message: Message) -> str:
        """Render a message; the numbers in its blanks have the digits of the page."""
        return localise_digits(render(message, self.lang), self.lang, self.digits)

    def digits_of(self, sentence: str) -> str:
        """Write the numbers in the blanks of a sentence that was rendered already in the digits of the page."""
        return localise_digits(sentence, self.lang, self.digits)

    def figure(self, value: float | str) -> str:
        """Format a number, or write the digits of a formatted one."""
        text = value if isinstance(value, str) else format_number(value)
        return format_figure(text, self.lang, self.digits)

    def count(self, value: Count) -> str:
        """Format a count that may be withheld."""
        if isinstance(value, int):
            return self.figure(value)
        return self.say(_("<{n}", n=MIN_COUNT) if value == FEW else _("≥{n}", n=MIN_COUNT))

    def day(self, day: str) -> str:
        """Format an ISO 8601 date in words."""
        return self.figure(format_date(day, self.lang))


# ── the bottom line ───────────────────────────────────────────────────────────────────────────
def bottom_line(view: WeeklyView) -> Iterator[Message]:
    """Yield the two sentences: what was found, and what is still online."""
    yield _what_was_found(view)
    now = view.now
    if now.online and now.act_now:
        yield ngettext(
            "{n} finding is still online, and {urgent}.",
            "{n} findings are still online, and {urgent}.",
            now.online,
            urgent=ngettext("{n} of this week requires action now", "{n} of this week require action now", now.act_now),
        )
    elif now.online:
        yield ngettext("{n} finding is still online.", "{n} findings are still online.", now.online)
    elif view.coverage.clips or any(week.findings for week in view.trend):
        yield _("No known finding is still online.")


def _what_was_found(view: WeeklyView) -> Message:
    coverage, flagged = view.coverage, view.now.flagged
    if flagged:
        return ngettext("{n} clip was found to expose our bases.", "{n} clips were found to expose our bases.", flagged)
    late = sum(one.findings for one in view.late)
    if late:
        return ngettext(
            "{n} finding is new in clips of earlier weeks.", "{n} findings are new in clips of earlier weeks.", late
        )
    if view.hidden:
        return _("No open exposure was found.")
    if not coverage.clips:
        by_post = _("No clip posted this week was scanned, so nothing is known about it.")
        by_scan = _("Nothing was scanned this week, so nothing is known about it.")
        return by_post if view.basis == "posted" else by_scan
    if coverage.unread == coverage.clips:
        return ngettext(
            "The only clip of this week ({n}) could not be read, so nothing is known about it.",
            "None of the {n} clips of this week could be read, so nothing is known about them.",
            coverage.clips,
        )
    return _("No scanned clip was found to expose one of our bases.")


def comparison(view: WeeklyView) -> Message | None:
    """Return the sentence that compares what was found with how much was read; None without a week to compare with."""
    now, before = view.now, view.before
    if not before.read or not now.read:
        return None
    blanks: dict[str, Blank] = {"read": now.read, "before": before.read}
    more = now.flagged - before.flagged
    if more > 0 and now.read > before.read:
        sentence = _("More clips were flagged, but more were read too: {read} after {before}.")
    elif more > 0:
        sentence = _("More clips were flagged although not more were read: {read} after {before}.")
    elif more < 0 and now.read < before.read:
        sentence = _("Fewer clips were flagged, but fewer were read too: {read} after {before}.")
    elif more < 0:
        sentence = _("Fewer clips were flagged although not fewer were read: {read} after {before}.")
    else:
        sentence = _("As many clips were flagged as the week before; {read} were read after {before}.")
    return Message(sentence.template, blanks)


def units_of_figures(view: WeeklyView, words: Words) -> Iterator[Message]:
    """Yield what the figures count, and as of when."""
    yield _("A finding is one clip at one base: a clip that shows two bases is two findings.")
    if view.advice and view.advice[0].kind == "take_down":
        yield _(
            "The decision asked also counts findings to act on today, and those of earlier weeks, but none whose "
            "removal somebody has asked for."
        )
    unknown = unknown_figures(view.trend[-2:])
    if unknown:
        yield unknown
    if view.issued_on:
        yield _(
            "Still online: at the end of each week; for this week, the last bar, as of the issue on {day}.",
            day=words.day(view.issued_on),
        )


def is_known(week: WeekFigures, figure: str) -> bool:
    """Return whether a figure of a week says anything: without a clip read in full, that nothing was found does not."""
    return bool(figure not in _FOUND or week.read or week.flagged or week.findings)


_FOUND = frozenset({"flagged", "flagged_late", "findings", "act_now"})


def unknown_figures(weeks: Iterable[WeekFigures]) -> Message | None:
    """Return what the sign in place of a figure means; None where all figures of the weeks are known."""
    if all(is_known(week, figure) for week in weeks for figure in _FOUND):
        return None
    return _("{sign}: no clip of that week was read in full, so nothing is known.", sign=NOT_KNOWN)


def issued(view: WeeklyView, words: Words) -> Message:
    """Return when the report was issued; one of a week that has not ended, or that ended long ago, says so."""
    day = words.day(view.issued_on)
    late_days = (date.fromisoformat(view.issued_on) - date.fromisoformat(view.last_day)).days
    if late_days < 1:
        return _("issued on {day}, before the end of the week", day=day)
    if late_days > MAX_USUAL_DAYS:
        return ngettext(
            "issued on {day}, {n} day after the end of the week",
            "issued on {day}, {n} days after the end of the week",
            late_days,
            day=day,
        )
    return _("issued on {day}", day=day)


def share_of(part: int, whole: int, words: Words) -> str:
    """Format a part of a whole as a percentage; empty where the whole is too small for one."""
    return words.figure(format_percent(part / whole)) if whole >= MIN_FOR_SHARE else ""


# ── recommendations ───────────────────────────────────────────────────────────────────────────
def _posts_of(count: Count) -> Message:
    if isinstance(count, int):
        return ngettext("the posts of {n} finding", "the posts of {n} findings", count)
    few, many = (
        _("the posts of fewer than {n} findings", n=MIN_COUNT),
        _("the posts of {n} or more findings", n=MIN_COUNT),
    )
    return few if count == FEW else many


def _open_findings(count: Count) -> Message:
    if isinstance(count, int):
        return ngettext("{n} open finding", "{n} open findings", count)
    few, many = _("fewer than {n} open findings", n=MIN_COUNT), _("{n} or more open findings", n=MIN_COUNT)
    return few if count == FEW else many


def _flagged_clips(count: Count) -> Message:
    if isinstance(count, int):
        return ngettext("{n} flagged clip", "{n} flagged clips", count)
    few, many = _("fewer than {n} flagged clips", n=MIN_COUNT), _("{n} or more flagged clips", n=MIN_COUNT)
    return few if count == FEW else many


_COUNTED: Mapping[AdviceKind, Callable[[Count], Message]] = {
    "take_down": _posts_of,
    "chase": _posts_of,
    "close_mosaic": _posts_of,
    "decide": _open_findings,
    "speak_with_source": _flagged_clips,
}
_ADVICE: Mapping[AdviceKind, Message] = {
    "take_down": _(
        "{unit}: by {day}, ask the platforms to remove {what} at {site} (act now or act today, this and earlier weeks, "
        "no request open)."
    ),
    "chase": _("{unit}: ask the platforms again to remove {what} at {site}; an answer is overdue."),
    "close_mosaic": _("{unit}: have {what} at {site} taken down first; {left} of the base stays in view."),
    "decide": _("{unit}: decide about {what} at {site}, open for more than a week."),
    "speak_with_source": _("{unit}: speak with the holder of the account {account}, who posted {what}."),
}
_TAKE_DOWN_UNDATED = _(
    "{unit}: ask the platforms to remove {what} at {site} (act now or act today, this and earlier weeks, no request "
    "open)."
)
"""Of a week for which no report was issued: no day was set."""
_READ_GROUP = _("{unit}: see to {what} ({reason}).")


def advice_sentence(one: AdviceView, words: Words) -> Message:
    """Return a recommendation with its number and its unit."""
    if one.kind == "read":
        assert one.group is not None and isinstance(one.count, int)
        return Message(
            _READ_GROUP.template,
            {
                "unit": _owner(one),
                "what": ngettext("the reading of {n} clip", "the reading of {n} clips", one.count),
                "reason": GROUP_LABELS[one.group],
            },
        )
    blanks: dict[str, Blank] = {
        "unit": _owner(one),
        "what": _COUNTED[one.kind](one.count),
        "site": escape_unsafe(one.site_code or ""),
        "day": words.day(one.due) if one.due else "",
        "account": one.pseudonym or "",
        "left": format_percent(one.share or 0.0),
    }
    undated = one.kind == "take_down" and not one.due
    return Message((_TAKE_DOWN_UNDATED if undated else _ADVICE[one.kind]).template, blanks)


_COLLECT = _("Reporting unit: have the posts of the week collected and scanned.")


def recommendations(view: WeeklyView, words: Words) -> list[Message]:
    """Return the recommendations; of a week without a clip, to collect some."""
    if not view.advice and not view.coverage.clips:
        return [_COLLECT]
    return [advice_sentence(one, words) for one in view.advice]


def decision_asked(view: WeeklyView, words: Words) -> Message:
    """Return the one decision that the page asks for: the first recommendation."""
    return next(iter(recommendations(view, words)), _("No decision is asked."))


def _owner(one: AdviceView) -> Message | str:
    if one.unit:
        return escape_unsafe(one.unit)
    return _("Unit of {site}", site=escape_unsafe(one.site_code)) if one.site_code else _("Reporting unit")


def progress(one: AdviceView, issued_on: str) -> Message:
    """Return what became of a recommendation of the week before by the day of a report."""
    is_overdue = "" < one.due < issued_on and one.progress in {"partly", "not_done"} and one.kind == "take_down"
    return _("{progress}, overdue", progress=_progress(one)) if is_overdue else _progress(one)


def _progress(one: AdviceView) -> Message:
    if isinstance(one.done, int) and isinstance(one.count, int) and 0 < one.done < one.count:
        return _("{done} of {all} done", done=one.done, all=one.count)
    labels = {
        "done": _("done"),
        "partly": _("partly done"),
        "not_done": _("not done"),
        "no_further_clip": _("no further clip this week"),
        "further_clips": _("further clips this week"),
    }
    return labels[one.progress or "not_done"]


# ── what the page cannot know ─────────────────────────────────────────────────────────────────
def blind_spots(view: WeeklyView) -> Iterator[Message]:
    """Yield the limits of the method that apply to this page."""
    yield _(
        "Only posts that were collected are counted: private accounts, and platforms that nobody searched, are not."
    )
    yield _("A clip without a position, a name, a sign or a known landmark is not found, even if people recognise it.")
    yield _("A post that was removed may have been copied before.")
    if view.coverage.undated:
        yield ngettext(
            "The time of {n} clip is unknown: it counts in the week of its first scan.",
            "The time of {n} clips is unknown: they count in the week of their first scan.",
            view.coverage.undated,
        )
    if view.untimed_posts:
        yield ngettext(
            "The time or time zone of {n} post is unknown: it was not searched for routines.",
            "The time or time zone of {n} posts is unknown: they were not searched for routines.",
            view.untimed_posts,
        )
    if view.edition == "command":
        yield _("Counts of 1 or 2 on one base, zone or kind are not printed, as one clip could be told by them.")
