"""Severity: how much harm an exposure would do, from the zone, the layout that is shown, and the moment of posting.

severity = 1 − (1 − zone)(1 − layout)(1 − operational)

Each part is between 0 and 1 and none can lower the total. Layout and operational words count only where the post is
tied to the site; they do not make a site likelier.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from opsec.i18n.messages import Blank, Message, _, bilingual, translatable
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.terms import CAMERA_MOTION, exposure_label
from opsec.model import Clip, Contribution, Layout, Match, Site
from opsec.model.notes import PRESENCE, STRENGTH
from opsec.verdict.rules import load_rule

LAYOUT_SEVERITY = 0.3
"""Part of a clip that shows the whole site; one that shows a share of it has that share."""
OPERATIONAL_SEVERITY: Mapping[str, float] = {PRESENCE: 0.1, STRENGTH: 0.15}
"""Parts of words of presence, and of strength, schedules and movement."""
OPERATIONAL_RULE_SEVERITY: Mapping[str, float] = {"POSTED-LIVE": 0.15, "QUIET-HOURS": 0.1}
"""Parts of rules about the time of posting; words of presence have their own."""
_MAX_WORDS_LENGTH = 80
"""Code points of quoted words."""

_WORDS: Mapping[str, str] = {
    PRESENCE: translatable("“{words}” indicates that somebody is there now: severity {part}"),
    STRENGTH: translatable("“{words}” indicates how many are there or when they change or move: severity {part}"),
}
_SHARE_MEASURED = translatable(
    "about {share} of the ground inside the fence was in view: {factor} of that, severity {part}"
)
_SHARE_ESTIMATED = translatable(
    "judging by the camera motion alone ({motion}), the clip shows {words}: severity {part}"
)


@dataclass(frozen=True, slots=True)
class Severity:
    """The total and the lines that explain it."""

    total: float
    lines: tuple[Contribution, ...]


def assess_severity(clip: Clip, site: Site, layout: Layout, matches: Sequence[Match]) -> Severity:
    """Assess how much harm the exposure of a site would do.

    Parameters
    ----------
    clip
        The clip with its hints.
    site
        The site in question.
    layout
        How much of a site's layout the clip shows.
    matches
        Matches of the clip with this site.
    """
    zone = _zone_sensitivity(site, matches)
    if all(match.grade == "possible" for match in matches):
        return Severity(zone, ())
    parts = [*_layout_parts(clip, layout, matches), *_operational_parts(clip, matches)]
    total = max(zone, 1.0 - (1.0 - zone) * prod(1.0 - part for part, _line in parts))  # rounding must not lower it
    lines = [line for _part, line in parts]
    return Severity(total, (*lines, _total_line(zone, total)) if lines else ())


def _zone_sensitivity(site: Site, matches: Sequence[Match]) -> float:
    """The highest sensitivity among the site and the zones that were matched."""
    zones = [match.zone_sensitivity for match in matches if match.grade != "possible"]
    return max([site.sensitivity, *(value for value in zones if value is not None)])


def _operational_parts(clip: Clip, matches: Sequence[Match]) -> Iterator[tuple[float, Contribution]]:
    """One part for each kind of words and each rule of time."""
    for code, sentence in _WORDS.items():
        found = next((h for h in clip.hints if h.family == "CONTEXT" and h.find_note(code) and h.text), None)
        if found:
            part = OPERATIONAL_SEVERITY[code]
            words = escape_unsafe(found.text or "", limit=_MAX_WORDS_LENGTH)
            yield part, _line("CONTEXT", Message(sentence, {"words": words, "part": part}))
    context = {hint.id for hint in clip.hints if hint.family == "CONTEXT" and hint.kind != "time"}
    for rule, part in OPERATIONAL_RULE_SEVERITY.items():
        timed = next((m for m in matches if m.rule == rule and context.isdisjoint(m.hint_ids)), None)
        if timed:
            yield part, Contribution("CONTEXT", 0.0, timed.why)


def _layout_parts(clip: Clip, layout: Layout, matches: Sequence[Match]) -> Iterator[tuple[float, Contribution]]:
    """The part of how much of the site is shown; none where only words name it, for the frames may show any place."""
    if not _ties_the_frames(clip, matches):
        return
    layout_matches = [match for match in matches if load_rule(match.rule).evidence_kind == "layout"]
    measured = layout.score == layout.share_of_base
    of_another_site = measured and any(match.site != layout.site for match in layout_matches)
    if layout_matches and layout.score is not None and not of_another_site:
        part = round(LAYOUT_SEVERITY * layout.score, 2)
        blanks: dict[str, Blank] = {"share": f"{layout.score:.0%}", "factor": LAYOUT_SEVERITY, "part": part}
        estimated: dict[str, Blank] = {
            "motion": CAMERA_MOTION[layout.motion],
            "words": exposure_label(layout.score),
            "part": part,
        }
        yield (
            part,
            _line("VISUAL", Message(_SHARE_MEASURED, blanks) if measured else Message(_SHARE_ESTIMATED, estimated)),
        )


def _ties_the_frames(clip: Clip, matches: Sequence[Match]) -> bool:
    """Whether anything but words ties the clip to the site: a position, a sign, a landmark."""
    families = {hint.id: hint.family for hint in clip.hints}
    tying = (match for match in matches if match.grade != "possible" and match.log_odds > 0)
    return any(families[match.hint_ids[0]] not in ("TEXT", "CONTEXT") for match in tying)


def _total_line(zone: float, total: float) -> Contribution:
    """The line with the total of the severity, from what the officer set to what it became."""
    why = _(
        "severity: {base} from the sensitivity of the site or zone, {severity} with these parts",
        base=round(zone, 2),
        severity=round(total, 2),
    )
    return _line("CONTEXT", why)


def _line(family: str, why: Message) -> Contribution:
    return Contribution(family, 0.0, bilingual(why))
