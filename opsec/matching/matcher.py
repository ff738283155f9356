"""Matching: the only place where a clip and a base meet. No file is opened here but our own photos of landmarks."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from opsec.i18n.messages import Blank, Message, _, both
from opsec.i18n.safe_text import plain
from opsec.i18n.terms import field_words
from opsec.matching.context import beside_others
from opsec.matching.geofences import Crossing, Fences, Meeting
from opsec.matching.landmarks.backend import BUILT_IN, Backend
from opsec.matching.landmarks.feature_cache import Shelf
from opsec.matching.landmarks.grading import RULE as LANDMARK_SEEN
from opsec.matching.landmarks.recogniser import Landmarks, Met
from opsec.matching.names.matcher import Named, Names
from opsec.matching.short_plus_codes import is_short_code, recovered
from opsec.model import Clip, Geofence, Grade, Hint, Match, Site
from opsec.model.fields import FILE_FIELDS, FOLDER, OTHERS_FIELDS, PICTURE_FIELDS
from opsec.readers.text.coordinates import PLACE_NOTES
from opsec.sites.reference_photos import ReferencePhoto
from opsec.verdict.likelihood_ratios import Ratio, table

NO_SHELF = Shelf(None)


@dataclass(frozen=True, slots=True)
class OurSites:
    """The sites and what was built from them to be asked quickly."""

    sites: tuple[Site, ...]
    fences: Fences
    names: Names
    landmarks: Landmarks
    photos: tuple[ReferencePhoto, ...] = ()


def prepare(
    sites: Sequence[Site],
    photos: Sequence[ReferencePhoto] = (),
    shelf: Shelf = NO_SHELF,
    backend: Backend = BUILT_IN,
) -> OurSites:
    """Build the indexes of a set of sites, once a scan; ``photos``: of their landmarks, none are looked for without.

    ``backend``: what landmarks are recognised with.
    """
    landmarks = Landmarks(sites, photos, shelf, backend)
    return OurSites(tuple(sites), Fences(sites), Names(sites), landmarks, tuple(photos))


def answered(clip: Clip, ours: OurSites) -> Clip:
    """The clip with what became of the checks that only whoever holds the sites can answer."""
    checks = clip.coverage.checks
    state = ours.landmarks.state(checks.get("landmarks", "not_applicable"), clip.hints)
    if checks.get("landmarks", state) == state:
        return clip
    return replace(clip, coverage=replace(clip.coverage, checks={**checks, "landmarks": state}))


def match(clip: Clip, ours: OurSites) -> tuple[Match, ...]:
    """Every meeting of a hint of this clip with one of our sites, numbered in the order of the hints; last what the
    words around them tell."""
    found = [meeting for hint in clip.hints for meeting in _meetings(hint, ours)]
    found += [_landmark_match(met) for met in ours.landmarks.meet(clip.hints)]
    found += beside_others(clip.hints, found)
    return tuple(replace(meeting, id=f"m{number}") for number, meeting in enumerate(found, 1))


def _meetings(hint: Hint, ours: OurSites) -> Iterator[Match]:
    if hint.fixes:
        yield from (_track_match(hint, met) for met in ours.fences.cross(hint.fixes))
    elif hint.point is not None:
        yield from (_place_match(hint, met) for met in ours.fences.meet(hint.point, hint.accuracy_m))
    elif is_short_code(hint):
        yield from (_place_match(read, met) for read, met in recovered(hint, ours.sites, ours.fences))
    if hint.kind in {"text", "place"} and hint.family != "CONTEXT" and hint.text:
        yield from (
            _name_match(hint, met) for met in ours.names.meet(hint.text, from_a_picture=hint.field in PICTURE_FIELDS)
        )


def _place_match(hint: Hint, met: Meeting) -> Match:
    written = hint.kind == "position" and hint.family in {"TEXT", "SIGN"}
    rule = "COORDINATES-WRITTEN" if written else "GPS-IN-FENCE" if met.inside else "GPS-NEAR-FENCE"
    span = (0, len(hint.text)) if written and hint.text else None
    return _fence_match(hint, met, rule, _counted(hint, _place_sentence(hint, met)), span)


def _track_match(hint: Hint, met: Crossing) -> Match:
    rule = "TRACK-CROSSES-FENCE" if met.distance_m == 0 else "GPS-NEAR-FENCE"
    return _fence_match(hint, met, rule, _track_sentence(hint, met))


def _fence_match(
    hint: Hint, met: Meeting | Crossing, rule: str, why: Message, span: tuple[int, int] | None = None
) -> Match:
    grade = _grade(hint, met.grade)
    return Match(
        hint_ids=(hint.id,),
        site=met.site.id,
        rule=rule,
        grade=grade,
        log_odds=_weight(hint, rule, table().of(rule, grade)).log_odds,
        why=both(why),
        zone=_zone_name(met.zone),
        zone_sensitivity=met.zone.sensitivity if met.zone else None,
        distance_m=met.distance_m,
        span=span,
    )


def _grade(hint: Hint, grade: Grade) -> Grade:
    """The grade of a match; of the name of a folder, after which its keeper may sort clips, never one that flags."""
    return "possible" if hint.field == FOLDER else grade


def _weight(hint: Hint, rule: str, ratio: Ratio) -> Ratio:
    """The ratio of a match; of words that somebody else may have written no more than the table grants those."""
    less = table().by_others.get(rule) if hint.field in OTHERS_FIELDS else None
    return min(ratio, less, key=lambda one: one.ratio) if less else ratio


def _field(hint: Hint) -> Message | str:
    """Where the words stand; of a comment also who wrote it."""
    if hint.field == "comment" and hint.note and hint.note not in PLACE_NOTES:
        return _("a comment by {author}", author=plain(hint.note, limit=60))
    return field_words(hint.field)


def _counted(hint: Hint, why: Message) -> Message:
    """The sentence, with what makes it count less, if anything does."""
    if hint.field == "comment":
        return _("{why}; a comment counts less than the author's own words", why=why)
    if hint.field == "sound":
        return _("{why}; the title of a sound counts less than the author's own words", why=why)
    if hint.field == FOLDER:
        return _("{why}; whoever keeps the clips may have named the folder, so alone it flags nothing", why=why)
    return why


def _zone_name(zone: Geofence | None) -> str | None:
    return (zone.name or zone.zone_class) if zone else None


def _place_sentence(hint: Hint, met: Meeting) -> Message:
    blanks: dict[str, Blank] = {
        "field": _field(hint),
        "site": met.site.code,
        "distance_m": round(met.distance_m),
    }
    if hint.accuracy_m is not None:
        blanks["accuracy_m"] = math.ceil(hint.accuracy_m)
    if met.inside and hint.accuracy_m is None:
        return _("the position in {field} lies inside the fence of {site}", **blanks)
    if met.inside:
        return _("the position in {field}, known to {accuracy_m} m, lies inside the fence of {site}", **blanks)
    if hint.accuracy_m is None:
        return _("the position in {field} lies {distance_m} m outside the fence of {site}", **blanks)
    return _(
        "the position in {field}, known to {accuracy_m} m, lies {distance_m} m outside the fence of {site}", **blanks
    )


def _track_sentence(hint: Hint, met: Crossing) -> Message:
    blanks: dict[str, Blank] = {"field": _field(hint), "site": met.site.code}
    if met.inside_s is not None:
        from_s, to_s = met.inside_s
        return _(
            "the track in {field} is inside the fence of {site} from second {from_s} to {to_s}",
            from_s=round(from_s, 1),
            to_s=round(to_s, 1),
            **blanks,
        )
    if met.distance_m == 0:
        return _("the track in {field} passes through the fence of {site} between two of its fixes", **blanks)
    return _(
        "the track in {field} comes within {distance_m} m of the fence of {site}",
        distance_m=round(met.distance_m),
        **blanks,
    )


def _name_match(hint: Hint, met: Named) -> Match:
    rule = _name_rule(hint)
    surest = met.sort == "name" and rule != "NAME-IN-FILE" and hint.field not in OTHERS_FIELDS
    grade = _grade(hint, "strong" if surest else "probable")
    ratio = table().of(rule, grade)
    ratio = min(ratio, table().nearly_named, key=lambda one: one.ratio) if met.sort == "near" else ratio
    words = (hint.text or "")[slice(*met.span)]
    return Match(
        hint_ids=(hint.id,),
        site=met.site.id,
        rule=rule,
        grade=grade,
        log_odds=_weight(hint, rule, ratio).log_odds,
        why=both(_counted(hint, _name_sentence(hint, met, words))),
        span=met.span,
    )


def _name_rule(hint: Hint) -> str:
    if hint.field in FILE_FIELDS:
        return "NAME-IN-FILE"
    if hint.kind == "place":
        return "PLACE-TAG"
    return "NAME-ON-SIGN" if hint.family == "SIGN" else "NAME-IN-CAPTION"


def _name_sentence(hint: Hint, met: Named, words: str) -> Message:
    blanks: dict[str, Blank] = {
        "field": _field(hint),
        "site": met.site.code,
        "words": plain(words, limit=80),
    }
    if met.sort == "unit":
        return _("the words “{words}” in {field} name a unit of {site}", **blanks)
    if met.sort == "weak":
        return _("the word “{words}” in {field} stands beside a military word and is a name of {site}", **blanks)
    if met.sort == "spelling":
        return _("the words “{words}” in {field} sound like a name of {site}", **blanks)
    if met.sort == "near":
        return _("the words “{words}” in {field} are nearly a name of {site}; compare the two", **blanks)
    return _("the words “{words}” in {field} name {site}", **blanks)


def _landmark_match(met: Met) -> Match:
    zone = next(
        (
            fence
            for fence in met.site.fences
            if fence.role == "zone" and met.landmark.zone in {fence.name, fence.zone_class}
        ),
        None,
    )
    sensitivity = met.landmark.sensitivity
    return Match(
        hint_ids=met.hint_ids,
        site=met.site.id,
        rule=LANDMARK_SEEN,
        grade=met.grade,
        log_odds=met.log_odds,
        why=both(_landmark_sentence(met)),
        zone=met.landmark.zone,
        zone_sensitivity=sensitivity if sensitivity is not None else zone.sensitivity if zone else None,
        landmark=met.landmark.id,
        sighting=met.sighting,
    )


def _landmark_sentence(met: Met) -> Message:
    """It never names the landmark: the sentence goes into reports that travel."""
    blanks: dict[str, Blank] = {
        "site": met.site.code,
        "count": met.sighting.inliers,
        "at_s": round(met.at_s, 1),
        "pictures": len(met.sighting.pictures),
        "compared": met.sighting.compared,
    }
    if met.sighting.one_of:
        return _(
            "the picture at second {at_s} shows a landmark of {site}, or one that looks like it ({others} known): "
            "{count} places agree with a photo; compare them, a number on it may tell",
            others=len(met.sighting.one_of),
            **blanks,
        )
    if met.sighting.mirrored:
        return _(
            "the picture at second {at_s} shows a landmark of {site}, flipped left and right: {count} places agree "
            "with a photo, in {pictures} picture(s) of the clip; landmarks compared: {compared}",
            **blanks,
        )
    return _(
        "the picture at second {at_s} shows a landmark of {site}: {count} places agree with a photo, "
        "in {pictures} picture(s) of the clip; landmarks compared: {compared}",
        **blanks,
    )
