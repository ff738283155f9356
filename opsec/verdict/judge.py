"""Matches in, findings and a verdict out. Arithmetic only: no file, no clock, no site but by its record.

The sum is in natural log-odds: a prior that the officer set, one vote a family (its strongest match),
a small term for a second match of another kind in the same family, a little for checks that ran and
found nothing, and a deduction when the file's own position lies elsewhere. A copy of a hint changes
nothing. The result is held between 1 % and 99 %: this program is never certain.
"""

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from opsec.i18n.messages import Blank, Message, _, both, marked
from opsec.i18n.safe_text import plain
from opsec.model import (
    ACTIONS,
    CHECKS,
    Action,
    Check,
    Clip,
    Confidence,
    Contribution,
    Family,
    Finding,
    Hint,
    Layout,
    Match,
    Point,
    Result,
    Site,
    Verdict,
)  # fmt: skip
from opsec.model.fields import FILE_FIELDS, PRESENCE, STRENGTH
from opsec.settings import Thresholds
from opsec.verdict.likelihood_ratios import Ratio, table
from opsec.verdict.rules import rule

LEAST, MOST = 0.01, 0.99
FAR_M = 10_000.0
"""A file whose own position, with its margin of error, lies further away than this speaks against a site."""
FAMILIES: tuple[Family, ...] = ("META", "TEXT", "SIGN", "VISUAL", "CONTEXT")
ANSWERED_BY: Mapping[Family, Check] = {"META": "metadata", "TEXT": "caption", "SIGN": "signage"}
"""The check whose silence speaks for a family."""
LAYOUT_WORSE = 0.3
"""What a clip that shows all of a place adds to the severity; one that shows a share adds that share of it."""
NO_LAYOUT = Layout()
WORSE = 0.1
"""What words of one sort of context add to the severity of an exposure."""


@dataclass(frozen=True, slots=True)
class _Case:
    """What there is to say about one clip and one site."""

    site: Site
    matches: tuple[Match, ...]
    contributions: tuple[Contribution, ...]
    likelihood: float
    severity: float
    action: Action


def judge(
    clip: Clip, matches: Sequence[Match], sites: Sequence[Site], thresholds: Thresholds, layout: Layout = NO_LAYOUT
) -> Result:
    """The clip's verdict, about the site it exposes most, and a finding for every site that it exposes."""
    by_id = {site.id: site for site in sites}
    named = dict.fromkeys(match.site for match in matches)
    cases = sorted((_case(clip, by_id[site_id], matches, thresholds, layout) for site_id in named), key=_worst_first)
    return Result(
        clip=clip,
        matches=tuple(matches),
        verdict=_verdict(clip, cases[0] if cases else _nothing(clip, sites)),
        findings=tuple(_finding(clip, case) for case in cases if _flags(case)),
        layout=layout,
    )


def _case(clip: Clip, site: Site, matches: Sequence[Match], thresholds: Thresholds, layout: Layout) -> _Case:
    mine = tuple(match for match in matches if match.site == site.id)
    context = tuple(_context(clip, mine))
    shown = tuple(_shown(layout, mine))
    base = _severity(site, mine)
    severity = min(1.0, base + WORSE * len(context) + (_worse(layout) if shown else 0.0))
    added = (_in_all(base, severity),) if shown or context else ()
    contributions = (*_sum(clip, site, mine), *shown, *context, *added)
    likelihood = _held(sum(line.log_odds for line in contributions))
    action = _action(likelihood, severity, thresholds)
    if all(match.grade == "possible" for match in mine):
        action = max(action, "watch", key=ACTIONS.index)  # a mere possibility never flags alone
    return _Case(site, mine, contributions, likelihood, severity, action)


def _sum(clip: Clip, site: Site, matches: Sequence[Match]) -> Iterator[Contribution]:
    """Every line of the sum, in the order in which it is printed."""
    yield _prior(site)
    families = {hint.id: hint.family for hint in clip.hints}
    elsewhere = bool(matches) and _elsewhere(clip, site, matches)
    for family in FAMILIES:
        votes = [match for match in matches if families[match.hint_ids[0]] == family and match.log_odds]
        if votes:
            yield from _votes(family, votes)
        elif family == "META" and elsewhere:
            yield _line(family, table().contradiction, _("the file's own position lies elsewhere"))
        elif _was_asked(clip, family):
            yield _line(family, table().absence[family], _("nothing of the site was found here"))


def _prior(site: Site) -> Contribution:
    odds = site.prior / (1 - site.prior)
    share = f"{site.prior:.1%}"
    return Contribution(
        "PRIOR", math.log(odds), both(_("{share} of the posts scanned show one of our sites", share=share))
    )


def _votes(family: Family, votes: Sequence[Match]) -> Iterator[Contribution]:
    """The strongest match speaks for its family; a second one adds a little if it is evidence of another kind."""
    best = max(votes, key=lambda match: match.log_odds)
    yield Contribution(family, best.log_odds, best.why)
    if any(rule(match.rule).evidence != rule(best.rule).evidence for match in votes if match.grade != "possible"):
        yield _line(family, table().second_in_family, _("evidence of a second kind points at the same site"))


def _was_asked(clip: Clip, family: Family) -> bool:
    """Whether there was something to find: a check that ran and, of words, any beside those of the file's own path."""
    if family not in ANSWERED_BY or clip.coverage.checks.get(ANSWERED_BY[family]) != "ran":
        return False
    return family == "META" or any(hint.family == family and hint.field not in FILE_FIELDS for hint in clip.hints)


def _elsewhere(clip: Clip, site: Site, matches: Sequence[Match]) -> bool:
    """Whether the file knows where it was made, and that is surely far from this site."""
    met = {hint_id for match in matches for hint_id in match.hint_ids}
    told = [hint for hint in clip.hints if hint.family == "META" and hint.id not in met and _points(hint)]
    corners = [
        point for fence in site.fences if fence.role == "perimeter" for rings in fence.rings for point in rings[0]
    ]
    return bool(told and corners) and all(
        _apart_m(point, _nearest_in_box(point, corners)) - (hint.accuracy_m or 0.0) > FAR_M
        for hint in told
        for point in _points(hint)
    )


def _nearest_in_box(point: Point, corners: Sequence[Point]) -> Point:
    """The place nearest to a point in the box around these corners."""
    lats, lons = [corner.lat for corner in corners], [corner.lon for corner in corners]
    return Point(min(max(point.lat, min(lats)), max(lats)), min(max(point.lon, min(lons)), max(lons)))


def _points(hint: Hint) -> list[Point]:
    """The places a hint tells: its own, or the ends of its track."""
    if hint.fixes:
        return [hint.fixes[0].point, hint.fixes[-1].point]
    return [hint.point] if hint.point else []


def _apart_m(one: Point, other: Point) -> float:
    """Great-circle distance (haversine), within 0.6 % of the geodesic: enough to tell far from near."""
    lat, other_lat = math.radians(one.lat), math.radians(other.lat)
    half = math.sin((other_lat - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(other_lat) * math.sin(math.radians(other.lon - one.lon) / 2) ** 2
    return 2 * 6_371_000.0 * math.asin(math.sqrt(min(1.0, half)))


def _context(clip: Clip, matches: Sequence[Match]) -> Iterator[Contribution]:
    """What makes the exposure worse, a line for each sort of words; they say nothing of whether it is one."""
    if all(match.grade == "possible" for match in matches):
        return
    for sort, sentence in _SORTS.items():
        said = next((h for h in clip.hints if h.family == "CONTEXT" and h.note == sort and h.text), None)
        if said:
            words = plain(said.text or "", limit=80)
            yield Contribution("CONTEXT", 0.0, both(Message(sentence, {"words": words, "worse": WORSE})))


def _shown(layout: Layout, matches: Sequence[Match]) -> Iterator[Contribution]:
    """How much of the place is shown makes the exposure worse; it says nothing of which place it is."""
    told = [match for match in matches if rule(match.rule).evidence == "layout"]
    others = layout.score == layout.share_of_base and any(match.site != layout.site for match in told)
    if told and layout.score is not None and not others:  # the share of one base in view is not that of another
        blanks: dict[str, Blank] = {"share": f"{layout.score:.0%}", "factor": LAYOUT_WORSE, "worse": _worse(layout)}
        measured = layout.score == layout.share_of_base
        sentence = _SHARE_MEASURED if measured else _SHARE_JUDGED
        yield Contribution("VISUAL", 0.0, both(Message(sentence, blanks)))


_SHARE_MEASURED = marked(
    "about {share} of the ground inside the fence lay in view: {factor} of that, {worse}, is added to the severity"
)
_SHARE_JUDGED = marked(
    "judged by how the camera moves, the clip shows some {share} of a camp of 150 m: "
    "{factor} of that, {worse}, is added to the severity"
)


def _in_all(base: float, severity: float) -> Contribution:
    """The sum of the severity: it begins at what the officer set."""
    why = _(
        "severity: {base} by the sensitivity of the site or the zone, {severity} with what is added",
        base=round(base, 2),
        severity=round(severity, 2),
    )
    return Contribution("CONTEXT", 0.0, both(why))


def _worse(layout: Layout) -> float:
    return round(LAYOUT_WORSE * (layout.score or 0.0), 2)


_SORTS: Mapping[str, str] = {
    PRESENCE: marked("“{words}” tells that somebody is there now: {worse} is added to the severity"),
    STRENGTH: marked("“{words}” tells how many are there or when they change: {worse} is added to the severity"),
}


def _line(family: str, ratio: Ratio, why: Message) -> Contribution:
    return Contribution(family, ratio.log_odds, both(why))


def _held(log_odds: float) -> float:
    """Log-odds as a likelihood, kept off certainty at both ends."""
    return min(MOST, max(LEAST, 1 / (1 + math.exp(-log_odds))))


def _severity(site: Site, matches: Sequence[Match]) -> float:
    """What the exposure would give away: the most sensitive of the site and the zones that were met."""
    zones = [match.zone_sensitivity for match in matches if match.grade != "possible"]
    return max([site.sensitivity, *(value for value in zones if value is not None)])


def _action(likelihood: float, severity: float, thresholds: Thresholds) -> Action:
    if likelihood >= thresholds.act_now_likelihood and severity >= thresholds.act_now_severity:
        return "act_now"
    if likelihood >= thresholds.act_today_likelihood:
        return "act_today"
    if likelihood >= thresholds.review_likelihood:
        return "review"
    return "watch" if likelihood >= thresholds.watch_likelihood else "nothing_found"


def _nothing(clip: Clip, sites: Sequence[Site]) -> _Case:
    """No hint met any site: what the silence of the checks that ran leaves of the prior."""
    likeliest = max(sites, key=lambda site: site.prior)
    contributions = tuple(_sum(clip, likeliest, ()))
    likelihood = _held(sum(line.log_odds for line in contributions))
    return _Case(likeliest, (), contributions, likelihood, 0.0, "nothing_found")


def _worst_first(case: _Case) -> tuple[int, float, float, str]:
    return ACTIONS.index(case.action), -case.likelihood, -case.severity, case.site.id


def _flags(case: _Case) -> bool:
    return case.action != "nothing_found" and any(match.grade != "possible" for match in case.matches)


def _verdict(clip: Clip, case: _Case) -> Verdict:
    return Verdict(
        action=case.action,
        site=case.site.id if case.matches else None,
        likelihood=case.likelihood,
        confidence=_confidence(clip),
        severity=case.severity,
        contributions=case.contributions,
        not_assessed=tuple(c for c in CHECKS if clip.coverage.checks.get(c) in {"not_configured", "failed"}),
    )


def _confidence(clip: Clip) -> Confidence:
    """How much of what applies to this clip was checked at all."""
    checks = clip.coverage.checks
    applies = [state for state in checks.values() if state != "not_applicable"]
    ran = sum(state == "ran" for state in applies)
    expected = len(applies) - (checks.get("speech") == "not_configured")  # few have a model; without one much is known
    if clip.sha256 is None or clip.coverage.status == "unread" or 2 * ran < expected:
        return "low"  # of a post whose medium nobody has, only the words were seen
    return "high" if ran == len(applies) and clip.coverage.status == "read" else "moderate"


def _finding(clip: Clip, case: _Case) -> Finding:
    best = max(case.matches, key=lambda match: (match.log_odds, match.rule))
    return Finding(
        fingerprint=fingerprint(clip, case.site.id),
        rule=best.rule,
        site=case.site.id,
        likelihood=case.likelihood,
        severity=case.severity,
        match_ids=tuple(match.id for match in case.matches),
        action=case.action,
    )


def fingerprint(clip: Clip, site_id: str) -> str:
    """What makes a finding the same one next week: the clip's bytes (or, without a medium, its post) and the site."""
    content = clip.sha256 or clip.post.url or clip.post.caption or clip.path
    return hashlib.sha256(f"{content}\n{site_id}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
