"""Our landmarks and the pictures of a clip: which of ours it shows, how surely, and which look so alike that it
may be another.

An index names the few landmarks that are worth comparing: with six landmarks, comparing every one found no more and
cost nine times as much. The photos are opened and their features found when the first clip with pictures asks for
them, and kept for the next scan.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opsec.matching.landmarks.backend import BUILT_IN, Backend
from opsec.matching.landmarks.clip_verification import CLEAR, Held, held, sights
from opsec.matching.landmarks.feature_cache import Shelf
from opsec.matching.landmarks.frame_evidence import Sight
from opsec.matching.landmarks.frame_pooling import laid_together
from opsec.matching.landmarks.grading import FLAGGING, grade, weight
from opsec.matching.landmarks.pairwise_matches import Pictures
from opsec.matching.landmarks.reference_set import Album
from opsec.matching.landmarks.retrieval_index import Lead
from opsec.matching.landmarks.rival_resolution import Found, settled
from opsec.model import CheckState, Grade, Hint, Landmark, Picture, Sighting, Site
from opsec.sites.reference_photos import ReferencePhoto
from opsec.vision.features.local_features import Extracted, UnsoundFeaturesError, unpacked

SHORTLIST = 5
"""Landmarks that are compared, those with most votes."""
MOST_PICTURES = 32
"""Pictures of one clip that are compared. Its reader sends a quarter of that; more come from one taken over."""
LEAST_SUPPORT = 4
"""Votes that lie as one place, below which a landmark is not looked into."""
BESIDE = 6
"""The same beside a landmark that is clear, unless it has no more itself: so few as four votes lie as one place by
chance in most clips."""


@dataclass(frozen=True, slots=True)
class Met:
    """One of our landmarks, seen in a clip."""

    site: Site
    landmark: Landmark
    grade: Grade
    log_odds: float
    hint_ids: tuple[str, ...]
    """Of the pictures that show it, the best first."""
    at_s: float
    sighting: Sighting


class Landmarks:
    """All landmarks of our sites that have photos."""

    def __init__(
        self, sites: Sequence[Site], photos: Sequence[ReferencePhoto], shelf: Shelf, backend: Backend = BUILT_IN
    ) -> None:
        """``backend``: what the features of the photos are found with, and those of the clips were."""
        self._album = Album(sites, photos, shelf, backend)
        self._backend = backend
        self._fell = False

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the officer's models in use."""
        return self._backend.models

    def state(self, checked: CheckState, hints: Iterable[Hint]) -> CheckState:
        """What became of the check, now that the sites are known: without photos it was not configured.

        It failed when a landmark of ours has no photo that can be used, or the reading process sent features
        that are none, too many, or found by another model than those of our photos, or when the officer's pairing fell
        over the clip that was met last: what was not looked for as it was set was not "not found".
        """
        if checked != "ran":
            return checked
        if not self._album.places:
            return "not_configured"
        usable = len(set(self._album.owners))
        looked = [hint for hint in hints if hint.features is not None]
        sound = len(looked) <= MOST_PICTURES and all(self._comparable(hint) is not None for hint in looked)
        return "ran" if sound and usable == len(self._album.places) and not self._fell else "failed"

    def meet(self, hints: Sequence[Hint]) -> list[Met]:
        """Every landmark that a clip shows, the surest first."""
        falls = self._backend.falls
        met = self._meet(hints)
        self._fell = self._backend.falls > falls or self._backend.gave_up
        return met

    def _meet(self, hints: Sequence[Hint]) -> list[Met]:
        if not self._album.places:
            return []
        comparable = ((hint, self._comparable(hint)) for hint in hints if hint.features is not None)
        sound = [(hint, features) for hint, features in comparable if features is not None][:MOST_PICTURES]
        looked = [hint for hint, _features in sound]
        frames = [_without_words(features, hint.at_s or 0.0, hints) for hint, features in sound]
        if not any(len(frame) for frame in frames) or not self._album.known:
            return []
        times_s = [hint.at_s or 0.0 for hint in looked]
        found = self._found(Pictures(frames, times_s, self._album.enrolled, self._backend.pairing))
        told = sorted(settled(found, self._album.places), key=lambda one: (-one.sight.best.inliers, one.place))
        return [self._met(one, looked) for one in told]

    def _found(self, pictures: Pictures) -> list[Found]:
        """What the pictures of a clip show, each landmark by itself; the one that holds best comes last, for it costs
        little when no other is seen."""
        holding: list[tuple[int, list[Lead], list[Held]]] = []
        least = LEAST_SUPPORT
        for place, leads in self._shortlist(pictures.frames):
            holds = held(pictures, [lead for lead in leads if lead.support >= least])
            if holds:
                holding.append((place, leads, holds))
                least = min(BESIDE, holds[0].lead.support) if holds[0].inliers >= CLEAR else least
        holding.sort(key=lambda one: (one[2][0].inliers, one[2][0].lead.support))
        found: list[Found] = []
        shown: dict[int, list[Sight]] = {}
        for number, (place, leads, holds) in enumerate(holding, 1):
            alone = number == len(holding) and not found
            shown[place] = sights(pictures, holds, leads, alone=alone)
            found += [
                Found(place, seen, graded)
                for seen in shown[place][:1]
                if (graded := grade(seen, pictures.times_s)) is not None
            ]
        if not any(one.grade in FLAGGING for one in found):
            for place, senses in reversed(shown.items()):  # one that holds by chance keeps no other from being told
                laid = next((one for seen in senses if (one := _together(pictures, place, seen))), None)
                if laid:
                    return [*(one for one in found if one.place != place), laid]
        return found

    def _comparable(self, hint: Hint) -> Extracted | None:
        """The features of a picture; none when they are unsound, or another model found those of our photos."""
        assert hint.features is not None
        try:
            found = unpacked(hint.features)
        except UnsoundFeaturesError:
            return None
        ours = found.maker == self._backend.maker and (not len(found) or self._fits(found.descriptors.shape[1]))
        return found if ours else None

    def _fits(self, components: int) -> bool:
        return all(one.features.descriptors.shape[1] == components for one in self._album.enrolled[:1])

    def thumbnail(self, site: str, landmark: str, photo: str) -> Picture | None:
        """A small picture of one of our photos, for our own eyes."""
        return self._album.thumbnail(site, landmark, photo)

    def _shortlist(self, frames: Sequence[Extracted]) -> list[tuple[int, list[Lead]]]:
        """The places worth a look, each with the leads to its photos."""
        by_place: dict[int, list[Lead]] = {}
        for lead in self._album.index.leads(frames):
            if lead.support >= LEAST_SUPPORT:
                by_place.setdefault(self._album.owners[lead.photo], []).append(lead)
        return list(by_place.items())[:SHORTLIST]

    def _met(self, found: Found, looked: Sequence[Hint]) -> Met:
        site, landmark = self._album.places[found.place]
        best, count = found.sight.best, len(set(self._album.owners))
        others = [self._album.places[other] for other in found.one_of]
        # a picture of one of several sites points at each of them with its share of the odds only
        shared = len({site.id, *(other.id for other, _landmark in others)})
        pictures = sorted(found.sight.pictures, key=lambda one: (one[0] != best.frame, -one[1], one[0]))
        return Met(
            site=site,
            landmark=landmark,
            grade=found.grade,
            log_odds=weight(found.grade, count, shared),
            hint_ids=tuple(looked[number].id for number, _count in pictures),
            at_s=looked[best.frame].at_s or 0.0,
            sighting=Sighting(
                photo=self._album.known[best.photo][0].path.name,
                mirrored=found.sight.mirrored,
                inliers=best.inliers,
                pictures=tuple((looked[number].at_s or 0.0, count) for number, count in found.sight.pictures),
                lines=tuple((*here, *there) for here, there in best.lines),
                outline=best.outline,
                compared=count,
                one_of=tuple((other.id, one.id) for other, one in others),
            ),
        )


def _together(pictures: Pictures, place: int, alone: Sight) -> Found | None:
    """Where no picture shows anything clearly: what all of them together show of one landmark, if that is enough."""
    laid = laid_together(pictures, alone)
    graded = grade(laid, pictures.times_s) if laid else None
    return Found(place, laid, graded) if laid and graded else None


def _without_words(features: Extracted, at_s: float, hints: Sequence[Hint]) -> Extracted:
    """The features of a picture but those of words that were laid over it."""
    for words in hints:
        until_s = math.inf if words.until_s is None else words.until_s
        if words.box is None or words.family != "TEXT" or not (words.at_s or 0.0) <= at_s <= until_s:
            continue
        left, top, wide, high = words.box
        x, y = features.keypoints[:, 0] / features.width_px, features.keypoints[:, 1] / features.height_px
        features = features.only(~((x >= left) & (x <= left + wide) & (y >= top) & (y <= top + high)))
    return features
