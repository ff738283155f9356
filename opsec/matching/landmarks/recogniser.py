"""Recognition of the sites' landmarks in the frames of a clip: which it shows, how surely, and which look-alikes exist.

A retrieval index names the few landmarks that are worth comparing: with six landmarks, comparing every one found no
more and cost nine times as much. The reference photos are opened and their features extracted when the first clip with
frames needs them, and cached for the next scan.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from opsec.i18n.messages import Message
from opsec.matching.landmarks.backend import BUILT_IN_BACKEND, Backend
from opsec.matching.landmarks.clip_verification import verify_landmark
from opsec.matching.landmarks.feature_cache import FeatureCache
from opsec.matching.landmarks.first_pass import MIN_SUPPORT, first_pass_of_each
from opsec.matching.landmarks.frame_evidence import ClipMatch
from opsec.matching.landmarks.frame_pooling import pool_frames
from opsec.matching.landmarks.grading import FLAGGING_GRADES, grade, landmark_log_odds
from opsec.matching.landmarks.guided_verification import verify_guided
from opsec.matching.landmarks.learned_references import LearnedReferences
from opsec.matching.landmarks.learned_stage import MAX_FRAMES as MAX_LEARNED_FRAMES
from opsec.matching.landmarks.learned_stage import learned_log_odds, recognise_learned
from opsec.matching.landmarks.model_client import ModelProcessError
from opsec.matching.landmarks.pairwise_matches import PairwiseMatcher
from opsec.matching.landmarks.reference_set import ReferenceSet
from opsec.matching.landmarks.retrieval_index import Candidate
from opsec.matching.landmarks.rival_resolution import GradedLandmark, resolve_rivals
from opsec.model import CheckState, Grade, Hint, Landmark, Picture, Sighting, Site
from opsec.sites.reference_photos import ReferencePhoto
from opsec.verdict.likelihood_ratios import LikelihoodTable, likelihood_table
from opsec.vision.features.feature_packing import InvalidFeaturesError, unpack_features
from opsec.vision.features.local_features import LocalFeatures
from opsec.vision.features.model_folder import is_learned
from opsec.vision.features.xfeat_extractor import DESCRIPTOR_SIZE

GRADE_ORDER: Mapping[Grade, int] = {"possible": 0, "probable": 1, "strong": 2}
MAX_LEARNED_FEATURES = 2_000
"""Features of one frame by a landmark model. The reader sends a quarter of that."""
SHORTLIST_LENGTH = 5
"""Landmarks that are compared, those with most votes."""
MAX_FRAMES = 32
"""Frames of one clip that are compared. The reader sends a fifth of that; more come from a hijacked one."""


@dataclass(frozen=True, slots=True)
class LandmarkMatch:
    """A landmark of ours that a clip shows."""

    site: Site
    landmark: Landmark
    grade: Grade
    log_odds: float
    """Natural log-odds that the match adds."""
    hint_ids: tuple[str, ...]
    """Ids of the hints of the frames that show it, the best first."""
    at_s: float
    """Time of the best frame."""
    sighting: Sighting


class LandmarkRecogniser:
    """Recognises all landmarks of our sites that have photos."""

    def __init__(
        self,
        sites: Sequence[Site],
        photos: Sequence[ReferencePhoto],
        cache: FeatureCache,
        backend: Backend = BUILT_IN_BACKEND,
        table: LikelihoodTable | None = None,
    ) -> None:
        """Prepare the recogniser; photos are opened when they are first needed.

        Parameters
        ----------
        sites
            With their landmarks.
        photos
            Reference photos of all landmarks.
        cache
            Where features of the photos are stored.
        backend
            What extracted the features of the clips and extracts those of the photos.
        table
            Likelihood ratios; default: the table shipped with the program.
        """
        self._table = table or likelihood_table()
        self._references = ReferenceSet(sites, photos, cache, backend)
        self._backend = backend
        learned = backend.learned.extractor if backend.learned else None
        self._learned = LearnedReferences(photos, cache.subfolder("models"), learned) if learned else None

    @property
    def model_names(self) -> tuple[str, ...]:
        """Names of the officer's models in use."""
        return self._backend.model_names

    def thumbnail(self, site: str, landmark: str, photo: str) -> Picture | None:
        """Return a small picture of one of our photos, for the officer's own page; None when it is not usable."""
        return self._references.thumbnail(site, landmark, photo)

    def recognise(self, hints: Sequence[Hint], checked: CheckState) -> tuple[list[LandmarkMatch], CheckState]:
        """Return every landmark that a clip shows, the surest first, and the state of the check.

        Parameters
        ----------
        hints
            Of one clip.
        checked
            State of the landmark check as the readers left it.
        """
        first = [hint for hint in hints if hint.features is None or not is_learned(hint.features.maker)]
        matches, failed = self._match_clip(first)
        is_certain = any(one.grade in FLAGGING_GRADES for one in matches)
        if self._backend.learned is not None and checked == "ran" and not is_certain and self._references.landmarks:
            found, learned_failed = self._match_learned(hints)
            failed = failed or learned_failed
            matches = _stronger_of_each([*found, *matches])
        return matches, self._check_state(checked, first, matcher_failed=failed)

    def try_model(self) -> Message | None:
        """Run the landmark model once, if one is configured; return why it cannot be used."""
        learned = self._backend.learned
        if learned is None:
            return None
        learned.try_model()
        if learned.extractor is None:
            self._learned = None
        return learned.problem

    def _match_learned(self, hints: Sequence[Hint]) -> tuple[list[LandmarkMatch], bool]:
        """Return what the landmark model recognises in a clip, and whether it was left out or failed."""
        learned, backend = self._learned, self._backend.learned
        if learned is None or backend is None or backend.matcher is None:
            return [], True
        made = [hint for hint in hints if hint.features is not None and hint.features.maker == learned.extractor_name]
        unpacked = ((hint, _unpack_learned(hint)) for hint in made[:MAX_LEARNED_FRAMES])
        valid = [(hint, features) for hint, features in unpacked if features is not None]
        frames = [_drop_overlaid_text(features, hint.at_s or 0.0, hints) for hint, features in valid]
        times_s = [hint.at_s or 0.0 for hint, _features in valid]
        landmark_of_photo = self._references.landmark_numbers
        try:
            graded = recognise_learned(learned, landmark_of_photo, frames, times_s, backend.matcher)
        except ModelProcessError:
            return [], True
        resolved = resolve_rivals(graded, self._references.landmarks)
        shown = [_hint_with_picture(hint, hints) for hint, _features in valid]
        found = [self._to_match(one, shown, learned) for one in resolved]
        return found, learned.failed or not made or len(valid) < len(made)

    def _check_state(self, checked: CheckState, hints: Iterable[Hint], *, matcher_failed: bool) -> CheckState:
        """Return the state of the check, now that the sites are known: without photos it is not configured.

        It failed when a landmark has no usable photo; when the reading process sent features that are invalid, too
        many, or of another extractor than those of the photos; or when the officer's feature matcher did not answer on
        this clip: what was not looked for as configured is not "not found".
        """
        if checked != "ran":
            return checked
        if not self._references.landmarks:
            return "not_configured"
        usable = len(set(self._references.landmark_of_photo))
        frames = [hint for hint in hints if hint.features is not None]
        valid = len(frames) <= MAX_FRAMES and all(self._unpack_comparable(hint) is not None for hint in frames)
        return "ran" if valid and usable == len(self._references.landmarks) and not matcher_failed else "failed"

    def _match_clip(self, hints: Sequence[Hint]) -> tuple[list[LandmarkMatch], bool]:
        """Return the landmarks that a clip shows, and whether the feature matcher failed on it."""
        if not self._references.landmarks:
            return [], False
        unpacked = ((hint, self._unpack_comparable(hint)) for hint in hints if hint.features is not None)
        valid = [(hint, features) for hint, features in unpacked if features is not None][:MAX_FRAMES]
        frame_hints = [hint for hint, _features in valid]
        frames = [_drop_overlaid_text(features, hint.at_s or 0.0, hints) for hint, features in valid]
        if not any(len(frame) for frame in frames) or not self._references.usable_photos:
            return [], False
        times_s = [hint.at_s or 0.0 for hint in frame_hints]
        matcher = PairwiseMatcher(frames, times_s, self._references.features, self._backend.feature_matcher)
        resolved = resolve_rivals(self._verify_shortlist(matcher), self._references.landmarks)
        resolved.sort(key=lambda one: (-one.match.best.inliers, one.landmark))
        return [self._to_match(one, frame_hints) for one in resolved], matcher.matcher_failed

    def _verify_shortlist(self, matcher: PairwiseMatcher) -> list[GradedLandmark]:
        """Verify each landmark of the shortlist by itself; look again at a clip in which none flags.

        First its frames are pooled; where that shows none either, weak maps guide a second matching.

        The landmark with most inliers in the first pass is verified last: that costs little when no other is shown.
        """
        named = self._shortlist(matcher.frames)
        shortlist = first_pass_of_each(matcher, named)
        found: list[GradedLandmark] = []
        verified: dict[int, list[ClipMatch]] = {}
        for number, one in enumerate(shortlist, 1):
            only_candidate = number == len(shortlist) and not found
            matches = verify_landmark(matcher, one.passed, one.candidates, only_candidate=only_candidate)
            verified[one.landmark] = matches
            graded = grade(matches[0], matcher.times_s) if matches else None
            if graded is not None:
                found.append(GradedLandmark(one.landmark, matches[0], graded))
        if any(one.grade in FLAGGING_GRADES for one in found):
            return found
        more = _pool_first(matcher, verified) or verify_guided(matcher, named)
        return [*(one for one in found if one.landmark != more.landmark), more] if more else found

    def _shortlist(self, frames: Sequence[LocalFeatures]) -> list[tuple[int, list[Candidate]]]:
        """Return the landmarks with most support, each with the candidates for its photos."""
        by_landmark: dict[int, list[Candidate]] = {}
        for candidate in self._references.index.query(frames):
            if candidate.support >= MIN_SUPPORT:
                by_landmark.setdefault(self._references.landmark_of_photo[candidate.photo], []).append(candidate)
        return list(by_landmark.items())[:SHORTLIST_LENGTH]

    def _unpack_comparable(self, hint: Hint) -> LocalFeatures | None:
        """Unpack the features of a frame; None when they are invalid, or of another extractor than the photos'."""
        assert hint.features is not None
        try:
            features = unpack_features(hint.features)
        except InvalidFeaturesError:
            return None
        if features.extractor != self._backend.extractor_name:
            return None
        size = features.descriptors.shape[1]
        same_size = all(one.features.descriptors.shape[1] == size for one in self._references.features[:1])
        return features if same_size or not len(features) else None

    def _to_match(
        self, found: GradedLandmark, frame_hints: Sequence[Hint], learned: LearnedReferences | None = None
    ) -> LandmarkMatch:
        site, landmark = self._references.landmarks[found.landmark]
        best, count = found.match.best, len(set(self._references.landmark_of_photo))
        photo = learned.photos[best.photo] if learned else self._references.usable_photos[best.photo][0]
        others = [self._references.landmarks[other] for other in found.alternatives]
        # a match with one of several sites points at each of them with its share of the odds only
        n_sites = len({site.id, *(other.id for other, _landmark in others)})
        per_frame = found.match.inliers_per_frame
        best_first = sorted(per_frame, key=lambda one: (one[0] != best.frame, -one[1], one[0]))
        return LandmarkMatch(
            site=site,
            landmark=landmark,
            grade=found.grade,
            log_odds=(learned_log_odds if learned else landmark_log_odds)(found.grade, count, n_sites, self._table),
            hint_ids=tuple(frame_hints[number].id for number, _count in best_first),
            at_s=frame_hints[best.frame].at_s or 0.0,
            sighting=Sighting(
                photo=photo.path.name,
                mirrored=found.match.mirrored,
                inliers=best.inliers,
                pictures=tuple((frame_hints[number].at_s or 0.0, inliers) for number, inliers in per_frame),
                lines=tuple((*here, *there) for here, there in best.lines),
                outline=best.outline,
                compared=count,
                names=tuple((lang, names[0]) for lang, names in sorted(landmark.names.items()) if names),
                extractor=learned.extractor_name if learned else self._backend.extractor_name,
                one_of=tuple((other.id, one.id) for other, one in others),
            ),
        )


def _pool_first(matcher: PairwiseMatcher, verified: dict[int, list[ClipMatch]]) -> GradedLandmark | None:
    """Pool the frames for each landmark, the one verified last first, until one shows enough to flag.

    A landmark that passed by chance must not keep another from being reported.
    """
    for landmark, matches in reversed(verified.items()):
        for match in matches:
            pooled = pool_frames(matcher, match)
            graded = grade(pooled, matcher.times_s) if pooled else None
            if pooled and graded:
                return GradedLandmark(landmark, pooled, graded)
    return None


def _stronger_of_each(found: Sequence[LandmarkMatch]) -> list[LandmarkMatch]:
    """Return the match of the highest grade for each landmark, the surest first."""
    best: dict[tuple[str, str], LandmarkMatch] = {}
    for one in found:
        known = best.setdefault((one.site.id, one.landmark.id), one)
        if GRADE_ORDER[one.grade] > GRADE_ORDER[known.grade]:
            best[one.site.id, one.landmark.id] = one
    return sorted(best.values(), key=lambda one: -GRADE_ORDER[one.grade])


def _unpack_learned(hint: Hint) -> LocalFeatures | None:
    """Unpack the features of a landmark model; None when they are invalid, or more than a frame has."""
    assert hint.features is not None
    try:
        features = unpack_features(hint.features)
    except InvalidFeaturesError:
        return None
    size_ok = not len(features) or features.descriptors.shape[1] == DESCRIPTOR_SIZE
    return features if size_ok and len(features) <= MAX_LEARNED_FEATURES else None


def _hint_with_picture(hint: Hint, hints: Sequence[Hint]) -> Hint:
    """Return the hint of the same frame that has its picture; the model's own has none."""
    return next((one for one in hints if one.picture and one.kind == "features" and one.at_s == hint.at_s), hint)


def _drop_overlaid_text(features: LocalFeatures, at_s: float, hints: Sequence[Hint]) -> LocalFeatures:
    """Drop the features of a frame that are on overlaid text.

    Parameters
    ----------
    features
        Of the frame.
    at_s
        Time of the frame.
    hints
        Of the clip. A hint of text with a box gives the area and the time in which the text is visible.
    """
    for text in hints:
        until_s = math.inf if text.until_s is None else text.until_s
        if text.box is None or text.family != "TEXT" or not (text.at_s or 0.0) <= at_s <= until_s:
            continue
        left, top, wide, high = text.box
        x, y = features.keypoints[:, 0] / features.width_px, features.keypoints[:, 1] / features.height_px
        features = features.select(~((x >= left) & (x <= left + wide) & (y >= top) & (y <= top + high)))
    return features
