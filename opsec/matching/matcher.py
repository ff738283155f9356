"""Matching of one clip with the sites: no other module compares a clip with a base.

No file is opened here except our own photos of landmarks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from opsec.i18n.messages import Message, bilingual
from opsec.i18n.reasons import make_reason
from opsec.matching.context import context_matches
from opsec.matching.explanations import (
    add_discount_reason,
    explain_landmark_match,
    explain_mention,
    explain_name_match,
    explain_point_match,
    explain_track_match,
)
from opsec.matching.geofences import FenceIndex, PointMatch, TrackMatch
from opsec.matching.landmarks.no_landmarks import LandmarkFinder, NoLandmarks, have_photos
from opsec.matching.names.matcher import NameMatch, NameMatcher
from opsec.matching.names.name_budget import MAX_NAME_MATCHES, NameBudget
from opsec.matching.pair_order import exchange_order
from opsec.matching.short_grid_references import is_short_grid_reference, match_short_grid_reference
from opsec.matching.short_plus_codes import is_short_code, match_short_code
from opsec.model import Check, CheckState, Clip, CoverageStatus, Geofence, Grade, Hint, Match, Reason, Site
from opsec.model.fields import CAPTION, COMMENT, FILE_FIELDS, FOLDER, HASHTAG, OTHERS_FIELDS, PICTURE_FIELDS, SOUND
from opsec.model.notes import BARE_PAIR, ORDER_UNCLEAR
from opsec.model.site import SiteTuple
from opsec.sites.reference_photos import ReferencePhoto
from opsec.text.statement_kind import Statement, StatementKind, classify_statement, reads_as_headline
from opsec.verdict.likelihood_ratios import LikelihoodRatio, LikelihoodTable, likelihood_table

if TYPE_CHECKING:
    from opsec.matching.landmarks.backend import Backend
    from opsec.matching.landmarks.feature_cache import FeatureCache
    from opsec.matching.landmarks.recogniser import LandmarkMatch

_NO_GRADE: Grade = "possible"
"""Lowest grade, which flags nothing."""
_AUTHORS_TYING: frozenset[StatementKind] = frozenset({"presence", "identification", "plain"})
_MENTIONS_IN_PICTURES: frozenset[StatementKind] = frozenset({"namesake", "comparison"})
"""Statements that do not tie a picture to the site whose name is in it; nor do headlines."""
_TYING: Mapping[str, frozenset[StatementKind]] = {
    COMMENT: frozenset({"identification", "plain"}),
    SOUND: frozenset({"identification"}),
}
"""By field: statements that tie what a post shows to the site that they name; elsewhere those of its author."""


@dataclass(frozen=True, slots=True)
class SiteIndex:
    """The sites and the indexes built from them."""

    sites: tuple[Site, ...]
    fences: FenceIndex
    names: NameMatcher
    landmarks: LandmarkFinder
    photos: tuple[ReferencePhoto, ...] = ()
    table: LikelihoodTable = field(default_factory=likelihood_table)
    """Likelihood ratios of the matches."""


def build_site_index(
    sites: Sequence[Site],
    photos: Sequence[ReferencePhoto] = (),
    cache: "FeatureCache | None" = None,
    backend: "Backend | None" = None,
    table: LikelihoodTable | None = None,
) -> SiteIndex:
    """Build the indexes of a set of sites, once per scan.

    Parameters
    ----------
    sites
        Sites with their fences and names.
    photos
        Reference photos of their landmarks; without any, landmarks are not searched for.
    cache
        Cache of the photos' features; default: none.
    backend
        Feature extractor and matcher for landmarks; default: those of the program.
    table
        Likelihood ratios; default: the table shipped with the program.
    """
    table = table or likelihood_table()
    landmarks = _landmark_finder(sites, photos, cache, backend, table)
    return SiteIndex(SiteTuple(sites), FenceIndex(sites), NameMatcher(sites), landmarks, tuple(photos), table)


def _landmark_finder(
    sites: Sequence[Site],
    photos: Sequence[ReferencePhoto],
    cache: "FeatureCache | None",
    backend: "Backend | None",
    table: LikelihoodTable,
) -> LandmarkFinder:
    """Return what finds landmarks. Without photos and models, nothing of the recogniser is imported."""
    if backend is None and not photos and not have_photos(sites):
        return NoLandmarks()
    from opsec.matching.landmarks.backend import BUILT_IN_BACKEND
    from opsec.matching.landmarks.feature_cache import FeatureCache
    from opsec.matching.landmarks.recogniser import LandmarkRecogniser

    return LandmarkRecogniser(sites, photos, cache or FeatureCache(None), backend or BUILT_IN_BACKEND, table)


class MatchResult(NamedTuple):
    """The matches of one clip, and the states of the checks that only the process with the sites can decide."""

    matches: tuple[Match, ...]
    outcomes: Mapping[Check, CheckState]
    gaps: tuple[Reason, ...] = ()
    """What of the clip was not matched."""


def match(clip: Clip, site_index: SiteIndex) -> MatchResult:
    """Match every hint of a clip with the sites, and decide the checks that depend on the sites.

    Matches are numbered in the order of the hints; those of the words around other matches come last. The result
    depends on the two arguments alone: nothing of one clip is remembered for the next.
    """
    budget = NameBudget()
    found = [hint_match for hint in clip.hints for hint_match in _hint_matches(hint, site_index, budget)]
    landmarks, state = site_index.landmarks.recognise(
        clip.hints, clip.coverage.checks.get("landmarks", "not_applicable")
    )
    found = _tags_like_caption(clip.hints, found)
    found += map(_landmark_match, landmarks)
    found += context_matches(clip.hints, found)
    matches = tuple(replace(one, id=f"m{number}") for number, one in enumerate(found, 1))
    gaps = (make_reason("too_many_names", limit=MAX_NAME_MATCHES),) if budget.is_exceeded else ()
    return MatchResult(matches, {"landmarks": state} if "landmarks" in clip.coverage.checks else {}, gaps)


def _tags_like_caption(hints: Sequence[Hint], found: Sequence[Match]) -> list[Match]:
    """Return the matches with hashtags counting as the caption does: a report is often tagged with the names in it."""
    fields = {hint.id: hint.field for hint in hints}
    captions = [match for match in found if fields[match.hint_ids[0]] == CAPTION and match.rule == "NAME-IN-CAPTION"]
    tying = {match.site for match in captions if not match.names_only}
    mentions = {match.site: match for match in captions if match.names_only and match.site not in tying}
    return [
        replace(match, grade=_NO_GRADE, log_odds=0.0, names_only=True, why=mentions[match.site].why)
        if fields[match.hint_ids[0]] == HASHTAG and match.site in mentions and match.rule == "NAME-IN-CAPTION"
        else match
        for match in found
    ]


def with_outcomes(clip: Clip, outcomes: Mapping[Check, CheckState], gaps: Sequence[Reason] = ()) -> Clip:
    """Return the clip with these states of checks in place of those that the readers left.

    ``gaps`` are the reasons why some of its hints were not matched: the clip then counts as partly read.
    """
    coverage = clip.coverage
    checks = {**coverage.checks, **outcomes}
    if checks == coverage.checks and not gaps:
        return clip
    status: CoverageStatus = "partly" if gaps and coverage.status == "read" else coverage.status
    return replace(clip, coverage=replace(coverage, checks=checks, status=status, reasons=(*coverage.reasons, *gaps)))


def _hint_matches(hint: Hint, site_index: SiteIndex, budget: NameBudget) -> Iterator[Match]:
    fences = site_index.fences
    if hint.fixes:
        yield from (_track_match(hint, track_match, site_index.table) for track_match in fences.match_track(hint.fixes))
    elif hint.point is not None:
        yield from _position_matches(hint, site_index)
    elif is_short_code(hint):
        yield from (
            _point_match(resolved, point_match, site_index.table)
            for resolved, point_match in match_short_code(hint, site_index.sites, fences)
        )
    elif is_short_grid_reference(hint):
        yield from (
            _point_match(resolved, point_match, site_index.table)
            for resolved, point_match in match_short_grid_reference(hint, site_index.sites, fences)
        )
    if hint.kind in {"text", "place"} and hint.family != "CONTEXT" and hint.text:
        name_matches = site_index.names.find(hint.text, from_ocr=hint.field in PICTURE_FIELDS)
        yield from (_name_match(hint, name_match, site_index.table) for name_match in budget.take(hint, name_matches))


def _position_matches(hint: Hint, site_index: SiteIndex) -> Iterator[Match]:
    """Yield the matches of a position; of two unlabelled numbers that meet no site also those in the other order."""
    for one in (hint, exchange_order(hint)):
        found = list(site_index.fences.match_point(one.point, one.accuracy_m)) if one and one.point else []
        if one and found:
            yield from (_point_match(one, point_match, site_index.table) for point_match in found)
            return


def _point_match(hint: Hint, point_match: PointMatch, table: LikelihoodTable) -> Match:
    is_written = hint.kind == "position" and hint.family in {"TEXT", "SIGN"}
    rule = "COORDINATES-WRITTEN" if is_written else "GPS-IN-FENCE" if point_match.is_inside else "GPS-NEAR-FENCE"
    span = (0, len(hint.text)) if is_written and hint.text else None
    why = add_discount_reason(hint, explain_point_match(hint, point_match))
    return _fence_match(hint, point_match, rule, why, table, span)


def _track_match(hint: Hint, track_match: TrackMatch, table: LikelihoodTable) -> Match:
    rule = "TRACK-CROSSES-FENCE" if track_match.distance_m == 0 else "GPS-NEAR-FENCE"
    return _fence_match(hint, track_match, rule, explain_track_match(hint, track_match), table)


def _fence_match(  # noqa: PLR0913, PLR0917 - what a match of a fence depends on
    hint: Hint,
    fence_match: PointMatch | TrackMatch,
    rule: str,
    why: Message,
    table: LikelihoodTable,
    span: tuple[int, int] | None = None,
) -> Match:
    grade = _cap_grade(hint, fence_match.grade)
    ratio = table.ratio_for(rule, grade)
    if _is_uncertain_pair(hint):
        ratio = min(ratio, table.bare_pair, key=lambda one: one.ratio)
    return Match(
        hint_ids=(hint.id,),
        site=fence_match.site.id,
        rule=rule,
        grade=grade,
        log_odds=_apply_others_cap(hint, rule, ratio, table).log_odds,
        why=bilingual(why),
        zone=_zone_name(fence_match.zone),
        zone_sensitivity=fence_match.zone.sensitivity if fence_match.zone else None,
        distance_m=fence_match.distance_m,
        span=span,
    )


def _cap_grade(hint: Hint, grade: Grade) -> Grade:
    """Limit a folder name, which may come from the person who stored the clips, to a grade that flags nothing.

    Two numbers that nothing else calls a position, or whose order is a guess, are at most *probable*.
    """
    if hint.field == FOLDER:
        return "possible"
    return "probable" if grade == "strong" and _is_uncertain_pair(hint) else grade


def _is_uncertain_pair(hint: Hint) -> bool:
    return hint.find_note(BARE_PAIR) is not None or hint.find_note(ORDER_UNCLEAR) is not None


def _apply_others_cap(hint: Hint, rule: str, ratio: LikelihoodRatio, table: LikelihoodTable) -> LikelihoodRatio:
    """Limit the ratio of words that somebody else may have written to the cap in the table."""
    cap = table.others_text_cap.get(rule) if hint.field in OTHERS_FIELDS else None
    return min(ratio, cap, key=lambda one: one.ratio) if cap else ratio


def _zone_name(zone: Geofence | None) -> str | None:
    return (zone.name or zone.zone_class) if zone else None


def _name_match(hint: Hint, name_match: NameMatch, table: LikelihoodTable) -> Match:
    rule, text = _name_rule(hint), hint.text or ""
    why = add_discount_reason(hint, explain_name_match(hint, name_match, text[slice(*name_match.span)]))
    statement = _mere_mention(hint, name_match)
    if statement is not None:
        grade, log_odds, why = _NO_GRADE, 0.0, explain_mention(why, statement, text)
    else:
        is_certain = name_match.kind == "name" and rule != "NAME-IN-FILE" and hint.field not in OTHERS_FIELDS
        grade = _cap_grade(hint, "strong" if is_certain else "probable")
        ratio = table.ratio_for(rule, grade)
        cap = table.name_kind_caps.get(name_match.kind)
        if cap is not None:
            ratio = min(ratio, cap, key=lambda one: one.ratio)
        log_odds = _apply_others_cap(hint, rule, ratio, table).log_odds
    return Match(
        hint_ids=(hint.id,),
        site=name_match.site.id,
        rule=rule,
        grade=grade,
        log_odds=log_odds,
        why=bilingual(why),
        span=name_match.span,
        names_only=statement is not None,
    )


def _mere_mention(hint: Hint, name_match: NameMatch) -> Statement | None:
    """Return the statement that only mentions the site, or None where the words tie the post to it.

    Others tie it only by saying that it shows the site: what they say of themselves is not about the post. The name of
    a file is no statement.
    """
    if hint.field in FILE_FIELDS:
        return None
    text = hint.text or ""
    statement = classify_statement(text, name_match.span, by_author=hint.field not in OTHERS_FIELDS)
    if hint.field in PICTURE_FIELDS and statement.kind not in _MENTIONS_IN_PICTURES:
        is_board = statement.kind != "news" or not reads_as_headline(text, name_match.span)
        return None if is_board else statement
    return None if statement.kind in _TYING.get(hint.field, _AUTHORS_TYING) else statement


def _name_rule(hint: Hint) -> str:
    if hint.field in FILE_FIELDS:
        return "NAME-IN-FILE"
    if hint.kind == "place":
        return "PLACE-TAG"
    return "NAME-ON-SIGN" if hint.family == "SIGN" else "NAME-IN-CAPTION"


def _landmark_match(landmark_match: "LandmarkMatch") -> Match:
    from opsec.matching.landmarks.grading import RULE

    landmark = landmark_match.landmark
    zones = (fence for fence in landmark_match.site.fences if fence.role == "zone")
    zone = next((zone for zone in zones if landmark.zone in {zone.name, zone.zone_class}), None)
    zone_sensitivity = zone.sensitivity if zone else None
    return Match(
        hint_ids=landmark_match.hint_ids,
        site=landmark_match.site.id,
        rule=RULE,
        grade=landmark_match.grade,
        log_odds=landmark_match.log_odds,
        why=bilingual(explain_landmark_match(landmark_match)),
        zone=landmark.zone,
        zone_sensitivity=landmark.sensitivity if landmark.sensitivity is not None else zone_sensitivity,
        landmark=landmark.id,
        sighting=landmark_match.sighting,
    )
