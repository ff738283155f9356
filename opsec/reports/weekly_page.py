"""Weekly HTML page for command: number, place and type of exposures, and what to do. It identifies no clip."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from opsec import __version__
from opsec.i18n.messages import Lang, Message, _, format_number, ngettext, render
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.terms import ACTION, exposure_label, likelihood_label
from opsec.model import Action, Exposure, ExposureLine, SiteCoverageSummary, WorstClip
from opsec.reports.accumulated_view import accumulated_view
from opsec.reports.html import render_template
from opsec.reports.reason_groups import label_groups
from opsec.reports.value_format import format_lower_bound, format_percent
from opsec.verdict.rules import load_rule

BAR_PX = 320
"""Width of the longest bar."""
MAX_WORST_CLIPS = 10
"""Rows of the table of the worst clips."""

ACTION_ADVICE: Mapping[Action, Message] = {
    "act_now": _("Have the post taken down within the hour, and tell the commander of the base what it shows."),
    "act_today": _("Ask for the post to be taken down today, and speak with the unit of the person who posted it."),
    "review": _("An officer reviews the clip and records a decision with name and reason."),
}


def render_weekly_page(exposure: Exposure, lang: Lang) -> bytes:
    """Render the page, self-contained and without coordinates, captions, account names or place names."""
    return render_template(
        "weekly.html",
        lang,
        {
            "exposure": exposure,
            "headline": " ".join(render(sentence, lang) for sentence in headline_messages(exposure)),
            "flagged": _Figure.of(exposure.flagged, exposure.flagged_week_before, lang),
            "clips": _Figure.of(exposure.clips, exposure.clips_week_before, lang),
            "unsure": format_number(exposure.not_fully_checked),
            "unsure_share": render(_unchecked_share(exposure), lang),
            "bases": list(_site_rows(exposure.lines)),
            "lines": [_leak_row(line, lang) for line in exposure.lines],
            "site_coverage": [_coverage_row(base, lang) for base in exposure.site_coverage],
            "outdated": list(_outdated_lines(exposure.site_coverage, lang)),
            "together": accumulated_view(exposure, lang),
            "no_bases": render(_no_bases_message(exposure), lang),
            "no_worst": render(_no_worst_message(exposure), lang),
            "worst": [_worst_row(clip, lang) for clip in exposure.worst[:MAX_WORST_CLIPS]],
            "todo": [
                _ActionAdvice(action, render(ACTION[action], lang), render(ACTION_ADVICE[action], lang))
                for action in ACTION_ADVICE
            ],
            "unread": [
                _ReasonRow(render(words, lang), format_number(clips))
                for words, clips in label_groups(exposure.not_fully_checked_by_group)
            ],
            "version": __version__,
        },
    )


def headline_messages(exposure: Exposure) -> Iterator[Message]:
    """Yield the sentences of the summary at the top."""
    counted = sum(line.findings for line in exposure.lines)
    if exposure.flagged:
        yield ngettext(
            "{n} clip was found to expose our bases.", "{n} clips were found to expose our bases.", exposure.flagged
        )
    elif counted:
        yield ngettext(
            "{n} finding is new in clips of earlier weeks.", "{n} findings are new in clips of earlier weeks.", counted
        )
    elif exposure.hidden:
        yield _("No open exposure was found.")
    elif exposure.clips:
        yield _("No scanned clip was found to expose one of our bases.")
    else:
        yield _("Nothing was scanned this week, so nothing is known about it.")
    urgent = sum(clip.action == "act_now" for clip in exposure.worst)
    if urgent:
        yield ngettext(
            "{n} of the worst clips requires action now.", "{n} of the worst clips require action now.", urgent
        )
    if exposure.removed:
        yield ngettext(
            "{n} finding was removed by its platform and needs no action.",
            "{n} findings were removed by their platforms and need no action.",
            exposure.removed,
        )
    if exposure.hidden:
        yield ngettext("{n} finding is hidden by decisions.", "{n} findings are hidden by decisions.", exposure.hidden)


def _no_worst_message(exposure: Exposure) -> Message:
    """Return the sentence in place of an empty table of the worst clips."""
    if exposure.removed or exposure.hidden:
        return _("No finding of this week calls for action: each was removed or is hidden by decisions.")
    return _("No clip was flagged this week.")


def _no_bases_message(exposure: Exposure) -> Message:
    """Return the sentence in place of an empty table of the bases."""
    hidden = exposure.hidden + exposure.hidden_week_before
    if hidden:
        return ngettext(
            "No base has an open finding of this week or the week before; {n} finding is hidden by decisions.",
            "No base has an open finding of this week or the week before; {n} findings are hidden by decisions.",
            hidden,
        )
    return _("No base was exposed this week or the week before.")


def _unchecked_share(exposure: Exposure) -> Message:
    if exposure.clips == 0:
        return _("no clips scanned")
    return _("{share} of those scanned", share=f"{exposure.not_fully_checked / exposure.clips:.1%}")


@dataclass(frozen=True, slots=True)
class _Figure:
    """A count and its change since the week before."""

    now: str
    change: str

    @classmethod
    def of(cls, now: int, before: int, lang: Lang) -> "_Figure":
        more = now - before
        if more > 0:
            words = _("{more} more than the week before ({before})", more=more, before=before)
        elif more < 0:
            words = _("{fewer} fewer than the week before ({before})", fewer=-more, before=before)
        else:
            words = _("unchanged from the week before")
        return cls(format_number(now), render(words, lang))


@dataclass(frozen=True, slots=True)
class _SiteRow:
    """Findings on one base, with the widths of its two bars in pixels."""

    code: str
    now: int
    before: int
    bar_now: int
    bar_before: int


def site_totals(lines: Iterable[ExposureLine]) -> list[tuple[str, int, int]]:
    """Code of each base, its findings this week and the week before; that with most findings this week first."""
    sums: dict[str, tuple[int, int]] = {}
    for line in lines:
        now, before = sums.get(line.site_code, (0, 0))
        sums[line.site_code] = (now + line.findings, before + line.findings_week_before)
    rows = [(code, now, before) for code, (now, before) in sums.items()]
    return sorted(rows, key=lambda row: (-row[1], -row[2], row[0]))


def _site_rows(lines: tuple[ExposureLine, ...]) -> Iterator[_SiteRow]:
    """Yield the bases in the order of ``site_totals``."""
    totals = site_totals(lines)
    most = max((count for _code, *counts in totals for count in counts), default=0) or 1
    for code, now, before in totals:
        yield _SiteRow(escape_unsafe(code), now, before, round(BAR_PX * now / most), round(BAR_PX * before / most))


@dataclass(frozen=True, slots=True)
class _LeakRow:
    """Findings of one type of exposure on one base."""

    code: str
    title: str
    now: int
    before: int
    change: str


def _leak_row(line: ExposureLine, lang: Lang) -> _LeakRow:
    more = line.findings - line.findings_week_before
    change = f"{more:+d}".replace("-", "−") if more else "0"
    return _LeakRow(
        escape_unsafe(line.site_code),
        load_rule(line.rule).title(lang),
        line.findings,
        line.findings_week_before,
        change,
    )


@dataclass(frozen=True, slots=True)
class _CoverageRow:
    """What all clips of one base show together; "not assessed" is a label of its own, never 0."""

    code: str
    clips: str
    assessed: str
    exposure: str
    headings: str
    ground: str
    zones: str


def _coverage_row(base: SiteCoverageSummary, lang: Lang) -> _CoverageRow:
    not_assessed = render(exposure_label(None), lang)
    known = [deg for deg in (base.sectors_deg, base.sweep_deg) if deg is not None]
    return _CoverageRow(
        code=escape_unsafe(base.site_code),
        clips=format_number(base.clips),
        assessed=format_number(base.assessed),
        exposure=render(exposure_label(base.score), lang),
        headings=format_lower_bound(f"{max(known):.0f}°", lang) if known else not_assessed,
        ground=not_assessed
        if base.ground_share is None
        else format_lower_bound(format_percent(base.ground_share), lang),
        zones=not_assessed if base.zones is None else format_number(base.zones),
    )


def _outdated_lines(coverage: Iterable[SiteCoverageSummary], lang: Lang) -> Iterator[str]:
    """Yield, for each base, how many clips the area in view leaves out, and the next step."""
    for base in coverage:
        if base.outdated:
            words = ngettext(
                "{code}: {n} clip was matched with a fence that has since been redrawn and is not "
                "included in the area in view; run opsec rematch.",
                "{code}: {n} clips were matched with a fence that has since been redrawn and are not "
                "included in the area in view; run opsec rematch.",
                base.outdated,
                code=escape_unsafe(base.site_code),
            )
            yield render(words, lang)


@dataclass(frozen=True, slots=True)
class _WorstRow:
    """A clip in the table of the worst clips."""

    action: Action
    action_word: str
    code: str
    title: str
    likelihood_word: str
    likelihood: str
    severity: str
    number: str


def _worst_row(clip: WorstClip, lang: Lang) -> _WorstRow:
    return _WorstRow(
        action=clip.action,
        action_word=render(ACTION[clip.action], lang),
        code=escape_unsafe(clip.site_code),
        title=load_rule(clip.rule).title(lang),
        likelihood_word=render(likelihood_label(clip.likelihood), lang),
        likelihood=format_percent(clip.likelihood),
        severity=f"{clip.severity:.2f}",
        number=escape_unsafe(clip.number),
    )


@dataclass(frozen=True, slots=True)
class _ActionAdvice:
    """What to do for an action word."""

    action: Action
    word: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _ReasonRow:
    """A reason, and the number of clips that were not fully checked because of it."""

    words: str
    clips: str
