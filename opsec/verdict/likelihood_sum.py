"""Lines of the printed sum: what each family of evidence adds to the log-odds that a clip exposes a site.

The sum is in natural log-odds: a prior set by the officer, one vote for each family (its strongest match), a small term
for a second match of another kind in the same family, and deductions for evidence that the clip was filmed elsewhere.
A copy of a hint changes nothing, nor do words that only name the site. Where nothing ties the clip to the site, the
checks that ran and found nothing take away what an exposing post would most likely have shown them.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from opsec.geo.positions import closest_point_in_bounds, haversine_distance_m
from opsec.i18n.messages import Message, _, bilingual
from opsec.model import Clip, Contribution, Family, Hint, Match, Point, Site
from opsec.model.fields import FILE_FIELDS, OTHERS_FIELDS
from opsec.text.normalise import normalise
from opsec.verdict.likelihood_ratios import LikelihoodRatio, LikelihoodTable
from opsec.verdict.rules import load_rule
from opsec.verdict.silence import (
    families_of_clip,
    families_without_reference,
    silence_log_odds,
    silent_families,
)

CONTRADICTION_DISTANCE_M = 10_000.0
"""A file whose own position, less its margin of error, is further away than this counts against a site."""
MIN_COPIED_WORDS = 2
"""Words besides the name that a text in the picture must share with the post, to be a copy of it and not a sign."""
COPIED_SHARE = 0.8
"""Share of the words in the picture that the post repeats, from which on it is a copy."""
_FAMILIES: tuple[Family, ...] = ("META", "TEXT", "SIGN", "VISUAL", "CONTEXT")
"""In the order in which they are printed."""
_POSITION_RULES = frozenset({"GPS-IN-FENCE", "GPS-NEAR-FENCE", "TRACK-CROSSES-FENCE"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a clip and a site."""

    clip: Clip
    site: Site
    matches: tuple[Match, ...]
    """Matches of the clip with this site."""
    others: tuple[Match, ...] = ()
    """Matches of the clip with other sites."""


def likelihood_lines(
    evidence: Evidence, table: LikelihoodTable, *, with_silent_words: bool = True
) -> Iterator[Contribution]:
    """Yield lines that add up to the log-odds that the clip exposes the site, in the order in which they are printed.

    Parameters
    ----------
    evidence
        The clip, the site and their matches.
    table
        Likelihood ratios.
    with_silent_words
        Whether words in which nothing was found take anything away; without, the sum is that of the same clip posted
        without words.
    """
    yield _prior(evidence.site)
    votes = _votes_by_family(evidence)
    for family, matches in votes.items():
        yield from _family_lines(family, matches, table)
    if votes:
        yield from _contradictions(evidence, votes, table)
    yield from _copies(evidence)
    if any(match.grade != "possible" for matches in votes.values() for match in matches):
        return
    mention = next((match for match in evidence.matches if match.names_only), None)
    if mention is not None:
        yield Contribution("TEXT", table.mere_mention.log_odds, mention.why)
    else:
        yield from _silence(
            evidence, frozenset(votes), table, frozenset() if with_silent_words else frozenset({"TEXT"})
        )


def _prior(site: Site) -> Contribution:
    odds = site.prior / (1 - site.prior)
    why = _("{share} of posts show it, as assumed before looking (prior in site.toml)", share=f"{site.prior:.1%}")
    return Contribution("PRIOR", math.log(odds), bilingual(why))


# ── votes ─────────────────────────────────────────────────────────────────────────────────────
def _votes_by_family(evidence: Evidence) -> dict[Family, list[Match]]:
    families = {hint.id: hint.family for hint in evidence.clip.hints}
    copied = {match.id for match in _copied_matches(evidence)}
    votes: dict[Family, list[Match]] = {}
    for family in _FAMILIES:
        of_family = [match for match in evidence.matches if families[match.hint_ids[0]] == family and match.log_odds]
        if found := [match for match in of_family if match.id not in copied]:
            votes[family] = found
    return votes


def _family_lines(family: Family, votes: Sequence[Match], table: LikelihoodTable) -> Iterator[Contribution]:
    """The strongest match of a family, and a small term if there is evidence of another kind."""
    best = max(votes, key=lambda match: match.log_odds)
    yield Contribution(family, best.log_odds, best.why)
    kinds = {load_rule(match.rule).evidence_kind for match in votes if match.grade != "possible"}
    if kinds - {load_rule(best.rule).evidence_kind}:
        why = _("evidence of a second kind points to the same site")
        yield _line(family, table.second_in_family, why)


def _copies(evidence: Evidence) -> Iterator[Contribution]:
    if any(True for _match in _copied_matches(evidence)):
        why = _("the image repeats the words of the post: they count once")
        yield Contribution("SIGN", 0.0, bilingual(why))


def _copied_matches(evidence: Evidence) -> Iterator[Match]:
    """The weaker of two names where a line in the picture and the author's own text are one statement, not two."""
    by_id = {hint.id: hint for hint in evidence.clip.hints}
    named = [match for match in evidence.matches if match.span and match.log_odds > 0]
    signs = [match for match in named if by_id[match.hint_ids[0]].family == "SIGN"]
    posted = [match for match in named if _is_authors_text(by_id[match.hint_ids[0]])]
    for sign in signs:
        for text in posted:
            if _repeats(by_id[sign.hint_ids[0]], sign, _words(by_id[text.hint_ids[0]])):
                yield min(sign, text, key=lambda match: match.log_odds)


def _is_authors_text(hint: Hint) -> bool:
    return hint.family == "TEXT" and hint.field not in FILE_FIELDS | OTHERS_FIELDS


def _repeats(hint: Hint, match: Match, posted: set[str]) -> bool:
    words = _words(hint)
    name = set(normalise((hint.text or "")[slice(*match.span)] if match.span else "").text.split())
    shared = words & posted
    return len(shared - name) >= MIN_COPIED_WORDS and len(shared) >= COPIED_SHARE * len(words)


def _words(hint: Hint) -> set[str]:
    return set(normalise(hint.text or "").text.split())


# ── silence ───────────────────────────────────────────────────────────────────────────────────
def _silence(
    evidence: Evidence, voted: frozenset[Family], table: LikelihoodTable, left_out: frozenset[Family]
) -> Iterator[Contribution]:
    """What the checks that ran and found nothing take away, where nothing was found that could flag the clip.

    The lines are the steps of one ratio, so they add up to it in any order of the checks.
    """
    left_out -= voted
    silent = [one for one in silent_families(evidence.clip, evidence.site, voted) if one not in left_out]
    applicable, without = families_of_clip(evidence.clip) - left_out, families_without_reference(evidence.site)
    why = _("nothing here ties the clip to the site")
    before = 0.0
    for number, family in enumerate(silent, 1):
        total = silence_log_odds(silent[:number], applicable, table.channels, without)
        yield Contribution(family, total - before, bilingual(why))
        before = total


# ── contradictions ────────────────────────────────────────────────────────────────────────────
def _contradictions(
    evidence: Evidence, votes: Mapping[Family, Sequence[Match]], table: LikelihoodTable
) -> Iterator[Contribution]:
    """Deductions for evidence that the clip was filmed elsewhere; the strongest one only."""
    located = any(match.rule in _POSITION_RULES for match in votes.get("META", ()))
    if not located and _is_elsewhere(evidence):
        yield _line("META", table.contradictions["position"], _("the file's own position is elsewhere"))
    elif not {"META", "VISUAL"} & votes.keys() and _shows_other_site(evidence):
        why = _("a position or a landmark belongs to another of our sites")
        yield _line("VISUAL", table.contradictions["other_site"], why)


def _is_elsewhere(evidence: Evidence) -> bool:
    """Whether every position in the file's metadata is certainly far from the site's perimeters.

    Distances are to the bounding box of all perimeters: great-circle, within 0.6 % of the geodesic.
    """
    clip, site = evidence.clip, evidence.site
    matched = {hint_id for match in evidence.matches for hint_id in match.hint_ids}
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


def _shows_other_site(evidence: Evidence) -> bool:
    """Whether the file's position or its frames belong to another of our sites, beyond doubt."""
    families = {hint.id: hint.family for hint in evidence.clip.hints}
    return any(
        match.grade == "strong" and families[match.hint_ids[0]] in ("META", "VISUAL") and match.log_odds > 0
        for match in evidence.others
    )


def _positions(hint: Hint) -> list[Point]:
    """The position of a hint, or both ends of its track."""
    if hint.fixes:
        return [hint.fixes[0].point, hint.fixes[-1].point]
    return [hint.point] if hint.point else []


def _line(family: str, ratio: LikelihoodRatio, why: Message) -> Contribution:
    return Contribution(family, ratio.log_odds, bilingual(why))
