"""Lines of the printed sum: what each family of evidence adds to the log-odds of a site, and what adds to the severity.

The sum is in natural log-odds: a prior set by the officer, one vote for each family (its strongest match), a small
term for a second match of another kind in the same family, a little for checks that ran and found nothing, and a
deduction when the file's own position lies elsewhere. A copy of a hint changes nothing.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

from opsec.geo.positions import closest_point_in_bounds, haversine_distance_m
from opsec.i18n.messages import Blank, Message, _, bilingual, translatable
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.terms import CAMERA_MOTION, exposure_label
from opsec.model import Check, Clip, Contribution, Family, Hint, Layout, Match, Point, Site
from opsec.model.fields import FILE_FIELDS
from opsec.model.notes import PRESENCE, STRENGTH
from opsec.verdict.likelihood_ratios import LikelihoodRatio, likelihood_table
from opsec.verdict.rules import load_rule

CONTRADICTION_DISTANCE_M = 10_000.0
"""A file whose own position, less its margin of error, is further away than this counts against a site."""
CONTEXT_SEVERITY = 0.1
"""Added to the severity for one kind of context words."""
LAYOUT_SEVERITY = 0.3
"""Added to the severity by a clip that shows the whole site; one that shows a share adds that share of it."""

_FAMILIES: tuple[Family, ...] = ("META", "TEXT", "SIGN", "VISUAL", "CONTEXT")
"""In the order in which they are printed."""
_FAMILY_CHECKS: Mapping[Family, Check] = {"META": "metadata", "TEXT": "caption", "SIGN": "signage"}
"""The check whose silence counts against a site."""
_MAX_WORDS_LENGTH = 80
"""Code points of quoted words."""

_CONTEXT_SENTENCES: Mapping[str, str] = {
    PRESENCE: translatable("“{words}” indicates that somebody is there now: {worse} is added to the severity"),
    STRENGTH: translatable(
        "“{words}” indicates how many are there or when they change: {worse} is added to the severity"
    ),
}
_SHARE_MEASURED = translatable(
    "about {share} of the ground inside the fence was in view: {factor} of that, {worse}, is added to the severity"
)
_SHARE_ESTIMATED = translatable(
    "judging by the camera motion alone ({motion}), the clip shows {words}: {worse} is added to the severity"
)


# ── likelihood ────────────────────────────────────────────────────────────────────────────────
def likelihood_contributions(clip: Clip, site: Site, matches: Sequence[Match]) -> Iterator[Contribution]:
    """Lines that add up to the log-odds that the clip exposes the site, in the order in which they are printed.

    Parameters
    ----------
    clip
        The clip with its hints and the outcome of each check.
    site
        The site in question.
    matches
        Matches of the clip with this site; may be empty.
    """
    yield _prior(site)
    families = {hint.id: hint.family for hint in clip.hints}
    contradicted = bool(matches) and _is_contradicted(clip, site, matches)
    for family in _FAMILIES:
        votes = [match for match in matches if families[match.hint_ids[0]] == family and match.log_odds]
        if votes:
            yield from _family_votes(family, votes)
        elif family == "META" and contradicted:
            yield _line(family, likelihood_table().contradiction, _("the file's own position lies elsewhere"))
        elif _check_ran(clip, family):
            yield _line(family, likelihood_table().absence[family], _("no evidence of the site was found here"))


def _prior(site: Site) -> Contribution:
    odds = site.prior / (1 - site.prior)
    why = _("{share} of the scanned posts show one of our sites", share=f"{site.prior:.1%}")
    return Contribution("PRIOR", math.log(odds), bilingual(why))


def _family_votes(family: Family, votes: Sequence[Match]) -> Iterator[Contribution]:
    """The strongest match of a family, and a small term if there is evidence of another kind."""
    best = max(votes, key=lambda match: match.log_odds)
    yield Contribution(family, best.log_odds, best.why)
    kinds = {load_rule(match.rule).evidence_kind for match in votes if match.grade != "possible"}
    if kinds - {load_rule(best.rule).evidence_kind}:
        why = _("evidence of a second kind points to the same site")
        yield _line(family, likelihood_table().second_in_family, why)


def _check_ran(clip: Clip, family: Family) -> bool:
    """Whether the family's check ran, had something to read, and nothing of the clip or beside it was left out.

    The path of a file does not count as something to read: the author did not write it.
    """
    if family not in _FAMILY_CHECKS or clip.coverage.checks.get(_FAMILY_CHECKS[family]) != "ran":
        return False
    had_something = any(hint.family == family and hint.field not in FILE_FIELDS for hint in clip.hints)
    return had_something and clip.coverage.status == "read"


def _is_contradicted(clip: Clip, site: Site, matches: Sequence[Match]) -> bool:
    """Whether every position in the file's metadata is certainly far from the site's perimeters.

    Distances are to the bounding box of all perimeters: great-circle, within 0.6 % of the geodesic.
    """
    matched = {hint_id for match in matches for hint_id in match.hint_ids}
    located = [hint for hint in clip.hints if hint.family == "META" and hint.id not in matched and _positions(hint)]
    corners = [
        corner for fence in site.fences if fence.role == "perimeter" for rings in fence.rings for corner in rings[0]
    ]
    return bool(located and corners) and all(
        haversine_distance_m(point, closest_point_in_bounds(point, corners)) - (hint.accuracy_m or 0.0)
        > CONTRADICTION_DISTANCE_M
        for hint in located
        for point in _positions(hint)
    )


def _positions(hint: Hint) -> list[Point]:
    """The position of a hint, or both ends of its track."""
    if hint.fixes:
        return [hint.fixes[0].point, hint.fixes[-1].point]
    return [hint.point] if hint.point else []


def _line(family: str, ratio: LikelihoodRatio, why: Message) -> Contribution:
    return Contribution(family, ratio.log_odds, bilingual(why))


# ── severity ──────────────────────────────────────────────────────────────────────────────────
def context_contributions(clip: Clip, matches: Sequence[Match]) -> Iterator[Contribution]:
    """One line for each kind of words that make the exposure worse; they do not change its likelihood."""
    if all(match.grade == "possible" for match in matches):
        return
    for code, sentence in _CONTEXT_SENTENCES.items():
        found = next((h for h in clip.hints if h.family == "CONTEXT" and h.find_note(code) and h.text), None)
        if found:
            words = escape_unsafe(found.text or "", limit=_MAX_WORDS_LENGTH)
            why = Message(sentence, {"words": words, "worse": CONTEXT_SEVERITY})
            yield Contribution("CONTEXT", 0.0, bilingual(why))


def layout_contributions(clip: Clip, layout: Layout, matches: Sequence[Match]) -> Iterator[Contribution]:
    """A line for how much of the site is shown, which makes the exposure worse; it does not say which site it is.

    There is none where only words name the site: the frames may show any place.
    """
    if not _ties_the_frames(clip, matches):
        return
    layout_matches = [match for match in matches if load_rule(match.rule).evidence_kind == "layout"]
    measured = layout.score == layout.share_of_base
    of_another_site = measured and any(match.site != layout.site for match in layout_matches)
    if layout_matches and layout.score is not None and not of_another_site:
        worse = layout_severity(layout)
        blanks: dict[str, Blank] = {"share": f"{layout.score:.0%}", "factor": LAYOUT_SEVERITY, "worse": worse}
        estimated: dict[str, Blank] = {
            "motion": CAMERA_MOTION[layout.motion],
            "words": exposure_label(layout.score),
            "worse": worse,
        }
        why = Message(_SHARE_MEASURED, blanks) if measured else Message(_SHARE_ESTIMATED, estimated)
        yield Contribution("VISUAL", 0.0, bilingual(why))


def _ties_the_frames(clip: Clip, matches: Sequence[Match]) -> bool:
    """Whether anything but words ties the clip to the site: a position, a sign, a landmark."""
    families = {hint.id: hint.family for hint in clip.hints}
    tying = (match for match in matches if match.grade != "possible" and match.log_odds > 0)
    return any(families[match.hint_ids[0]] not in ("TEXT", "CONTEXT") for match in tying)


def layout_severity(layout: Layout) -> float:
    """What the layout that a clip shows adds to the severity."""
    return round(LAYOUT_SEVERITY * (layout.score or 0.0), 2)


def severity_total(base: float, severity: float) -> Contribution:
    """The line with the sum of the severity, from what the officer set to what it became."""
    why = _(
        "severity: {base} from the sensitivity of the site or zone, {severity} with the additions",
        base=round(base, 2),
        severity=round(severity, 2),
    )
    return Contribution("CONTEXT", 0.0, bilingual(why))
