"""The week's page for command: how much, where, what kind of leak, and what to do; nothing to find a clip by."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from opsec import __version__
from opsec.i18n.messages import Lang, Message, _, counted, number, say
from opsec.i18n.safe_text import plain
from opsec.i18n.terms import ACTION, exposure_word, likelihood_word
from opsec.model import Action, BaseShown, Exposure, ExposureLine, WorstClip
from opsec.reports.evidence import percent
from opsec.reports.html import render
from opsec.reports.reason_groups import grouped
from opsec.verdict.rules import rule

BAR_PX = 320
"""Width of the longest bar."""
WORST = 10

WHAT_TO_DO: Mapping[Action, Message] = {
    "act_now": _("Have the post taken down within the hour, and tell the commander of the base what it shows."),
    "act_today": _("Ask for the post to be taken down today, and speak with the unit of the person who posted it."),
    "review": _("An officer looks at the clip, and decides with name and reason."),
}


def weekly_page(exposure: Exposure, lang: Lang) -> bytes:
    """One self-contained page. It holds no coordinate, caption, account or place name."""
    return render(
        "weekly.html",
        lang,
        {
            "exposure": exposure,
            "headline": " ".join(say(sentence, lang) for sentence in _headline(exposure)),
            "flagged": _Figure.of(exposure.flagged, exposure.flagged_week_before, lang),
            "clips": _Figure.of(exposure.clips, exposure.clips_week_before, lang),
            "unsure": number(exposure.not_fully_checked),
            "unsure_share": say(_share(exposure), lang),
            "bases": list(_bases(exposure.lines)),
            "lines": [_line(line, lang) for line in exposure.lines],
            "together": [_together(base, lang) for base in exposure.together],
            "outdated": list(_outdated(exposure.together, lang)),
            "worst": [_worst(clip, lang) for clip in exposure.worst[:WORST]],
            "todo": [_Todo(action, say(ACTION[action], lang), say(WHAT_TO_DO[action], lang)) for action in WHAT_TO_DO],
            "unread": [
                _Unread(say(words, lang), number(clips))
                for words, clips in grouped(exposure.not_fully_checked_by_reason)
            ],
            "version": __version__,
        },
    )


def _headline(exposure: Exposure) -> Iterator[Message]:
    """The sentences that are read when nothing else is."""
    if exposure.clips == 0:
        yield _("Nothing was scanned this week, so nothing is known about it.")
    elif exposure.flagged == 0:
        yield _("No scanned clip was found to expose one of our bases.")
    else:
        yield counted("{n} clip exposes our bases.", "{n} clips expose our bases.", exposure.flagged)
        urgent = sum(clip.action == "act_now" for clip in exposure.worst)
        if urgent:
            yield counted("{n} of the worst calls for action now.", "{n} of the worst call for action now.", urgent)


def _share(exposure: Exposure) -> Message:
    if exposure.clips == 0:
        return _("of none scanned")
    return _("{share} of those scanned", share=f"{exposure.not_fully_checked / exposure.clips:.1%}")


@dataclass(frozen=True, slots=True)
class _Figure:
    """A count and how it changed."""

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
            words = _("as many as the week before")
        return cls(number(now), say(words, lang))


@dataclass(frozen=True, slots=True)
class _Base:
    """Findings on one base, and its two bars."""

    code: str
    now: int
    before: int
    bar_now: int
    bar_before: int


def _bases(lines: tuple[ExposureLine, ...]) -> Iterator[_Base]:
    """Bases by their findings this week, the most first."""
    sums: dict[str, tuple[int, int]] = {}
    for line in lines:
        now, before = sums.get(line.site_code, (0, 0))
        sums[line.site_code] = (now + line.findings, before + line.findings_week_before)
    most = max((count for pair in sums.values() for count in pair), default=0) or 1
    for code, (now, before) in sorted(sums.items(), key=lambda base: (-base[1][0], -base[1][1], base[0])):
        yield _Base(plain(code), now, before, round(BAR_PX * now / most), round(BAR_PX * before / most))


@dataclass(frozen=True, slots=True)
class _Line:
    """One base and kind of leak."""

    code: str
    title: str
    now: int
    before: int
    change: str


def _line(line: ExposureLine, lang: Lang) -> _Line:
    more = line.findings - line.findings_week_before
    change = f"{more:+d}".replace("-", "−") if more else "0"
    return _Line(plain(line.site_code), rule(line.rule).title(lang), line.findings, line.findings_week_before, change)


@dataclass(frozen=True, slots=True)
class _Together:
    """What all clips of one base show of it; what was not assessed says so, and is never a nought."""

    code: str
    clips: str
    assessed: str
    exposure: str
    headings: str
    ground: str
    zones: str


def _together(base: BaseShown, lang: Lang) -> _Together:
    not_assessed = say(exposure_word(None), lang)
    share = "" if base.score is None else f"≥ {base.score:.0%} · "
    known = [deg for deg in (base.sectors_deg, base.sweep_deg) if deg is not None]
    return _Together(
        code=plain(base.site_code),
        clips=number(base.clips),
        assessed=number(base.assessed),
        exposure=share + say(exposure_word(base.score), lang),
        headings=f"≥ {max(known):.0f}°" if known else not_assessed,
        ground=not_assessed if base.ground_share is None else f"≥ {base.ground_share:.0%}",
        zones=not_assessed if base.zones is None else number(base.zones),
    )


def _outdated(together: Iterable[BaseShown], lang: Lang) -> Iterator[str]:
    """Base by base what the ground in view leaves out, and how it comes in again."""
    for base in together:
        if base.outdated:
            words = counted(
                "{code}: {n} clip was matched with a fence that has been redrawn since and is left out of the ground "
                "in view: run opsec rematch.",
                "{code}: {n} clips were matched with a fence that has been redrawn since and are left out of the "
                "ground in view: run opsec rematch.",
                base.outdated,
                code=plain(base.site_code),
            )
            yield say(words, lang)


@dataclass(frozen=True, slots=True)
class _Worst:
    """A clip as command sees it."""

    action: Action
    action_word: str
    code: str
    title: str
    likelihood_word: str
    likelihood: str
    severity: str
    fingerprint: str


def _worst(clip: WorstClip, lang: Lang) -> _Worst:
    return _Worst(
        action=clip.action,
        action_word=say(ACTION[clip.action], lang),
        code=plain(clip.site_code),
        title=rule(clip.rule).title(lang),
        likelihood_word=say(likelihood_word(clip.likelihood), lang),
        likelihood=percent(clip.likelihood),
        severity=f"{clip.severity:.2f}",
        fingerprint=plain(clip.fingerprint[:8]),
    )


@dataclass(frozen=True, slots=True)
class _Todo:
    """What an action word asks for."""

    action: Action
    word: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _Unread:
    """A reason, and how many clips it kept from being fully checked."""

    words: str
    clips: str
