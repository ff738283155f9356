"""The second stage: a landmark model looks again where SIFT is not certain; a small network stands for XFeat."""

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from opsec.i18n.messages import render
from opsec.matching.landmarks import backend as backend_module
from opsec.matching.landmarks import model_client
from opsec.matching.landmarks.backend import Backend, LearnedBackend, load_backend
from opsec.matching.landmarks.feature_cache import FeatureCache
from opsec.matching.landmarks.learned_references import LearnedReferences, View, enrol_learned
from opsec.matching.landmarks.learned_stage import MIN_PROBABLE
from opsec.matching.landmarks.recogniser import LandmarkRecogniser
from opsec.matching.landmarks.view_synthesis import downscale
from opsec.matching.matcher import build_site_index, match
from opsec.model import Check, CheckState, Features, Hint, Match, Picture, Site
from opsec.model.resources import ReaderResources
from opsec.vision.features.feature_packing import pack_features
from opsec.vision.features.local_features import LocalFeatures
from opsec.vision.features.model_folder import LearnedModel, load_learned_model
from opsec.vision.features.xfeat_extractor import XFeatExtractor
from tests.fixtures.records import make_clip
from tests.matching.landmarks import small_xfeat
from tests.matching.landmarks.drawn import Bytes, film_wall, frame_hint, wall, write_photos

SITE = Site(id="lake-camp", kind="base", code="L-1", names={"en": ("Lake Camp",)})
RAN: dict[Check, CheckState] = {"landmarks": "ran"}
NO_SIFT = pack_features(LocalFeatures(338, 600, np.zeros((0, 4), np.float32), np.zeros((0, 128), np.uint8)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_xfeat.write_folder(tmp_path_factory.mktemp("learned") / "models", small_xfeat.network())


@cache
def extractor_of(folder: Path) -> XFeatExtractor:
    model = load_learned_model(folder)
    assert isinstance(model, LearnedModel)
    found = XFeatExtractor.load(model.content, model.name)
    assert found is not None
    return found


@cache
def backend_of(folder: Path) -> Backend:
    """A backend whose model process serves all tests."""
    return load_backend(ReaderResources(learned_models=str(folder)), None)


def unsure_frames(folder: Path, *images: Bytes) -> list[Hint]:
    """Hints of frames in which SIFT found nothing, each with its picture, and of the model beside them."""
    hints = []
    for number, image in enumerate(images):
        shown = frame_hint(image, 1.5 * number, f"h{2 * number + 1}")
        learned = pack_features(extractor_of(folder).extract(downscale(image, 600), max_features=512))
        hints.append(replace(shown, features=NO_SIFT, picture=Picture(1, 1, "AA==")))
        hints.append(replace(shown, id=f"h{2 * number + 2}", features=learned))
    return hints


def matched(
    hints: list[Hint], backend: Backend, where: Path, cache_folder: Path | None = None
) -> tuple[tuple[Match, ...], CheckState]:
    site, photos = write_photos(where, SITE, {"gate": [wall(1)], "tower": [wall(2)]})
    kept = FeatureCache(cache_folder) if cache_folder else None
    found = match(make_clip(*hints, checks=RAN), build_site_index([site], photos, kept, backend))
    return found.matches, found.outcomes["landmarks"]


# ── recognition ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("zoom", [1.0, 1.8])
def test_a_landmark_that_sift_misses_is_recognised(folder: Path, tmp_path: Path, mirrored: bool, zoom: float) -> None:
    hints = unsure_frames(folder, wall(8), film_wall(wall(2), slant=1.2, zoom=zoom, mirrored=mirrored))
    (one,), state = matched(hints, backend_of(folder), tmp_path)
    assert (one.landmark, state) == ("tower", "ran")
    assert one.grade in {"probable", "strong"}
    assert one.sighting is not None
    assert (one.sighting.mirrored, one.sighting.compared) == (mirrored, 2)
    assert one.sighting.extractor == extractor_of(folder).name
    assert one.sighting.inliers >= MIN_PROBABLE
    assert one.hint_ids == ("h3",), "the hint with the picture, not that of the model"


def test_evidence_lies_where_the_wall_is(folder: Path, tmp_path: Path) -> None:
    frame = np.full((480, 480), 90, np.uint8)
    frame[170:470, 60:460] = downscale(wall(1), 400)
    (one,), _state = matched(unsure_frames(folder, frame), backend_of(folder), tmp_path)
    assert one.sighting is not None
    assert min(down for _across, down in one.sighting.outline) > 0.33
    assert len(one.sighting.lines) >= 20
    for x, y, x_there, y_there in one.sighting.lines:
        assert abs((x * 480 - 60) / 400 - x_there) < 0.03
        assert abs((y * 480 - 170) / 300 - y_there) < 0.03


def test_a_mirrored_wall_lies_where_it_was_posted(folder: Path, tmp_path: Path) -> None:
    frame = np.full((600, 600), 90, np.uint8)
    frame[90:480, 60:580] = np.ascontiguousarray(downscale(wall(1), 520)[:, ::-1])
    (one,), _state = matched(unsure_frames(folder, frame), backend_of(folder), tmp_path)
    assert one.sighting is not None
    for x, _y, x_there, _y_there in one.sighting.lines:
        assert abs((x * 600 - 60) / 520 - (1 - x_there)) < 0.03


def test_other_walls_are_not_recognised(folder: Path, tmp_path: Path) -> None:
    hints = unsure_frames(folder, *(film_wall(wall(seed), slant=1.1) for seed in (20, 21, 22)))
    assert matched(hints, backend_of(folder), tmp_path) == ((), "ran")


def test_the_model_is_not_asked_where_sift_is_certain(folder: Path, tmp_path: Path) -> None:
    class Unasked(LearnedReferences):
        def name_photos(self, frames: object) -> list[list[View]]:
            raise AssertionError("asked")

    site, photos = write_photos(tmp_path, SITE, {"gate": [wall(1)], "tower": [wall(2)]})
    index = build_site_index([site], photos, backend=backend_of(folder))
    assert isinstance(index.landmarks, LandmarkRecogniser)
    assert index.landmarks._learned is not None
    index.landmarks._learned.__class__ = Unasked
    shown = [frame_hint(film_wall(wall(2)), 0.0, "h1"), *unsure_frames(folder, wall(3))[1:]]
    (one,) = match(make_clip(*shown, checks=RAN), index).matches
    assert one.sighting is not None
    assert one.sighting.extractor == "sift"
    with pytest.raises(AssertionError, match="asked"):
        match(make_clip(*unsure_frames(folder, wall(3)), checks=RAN), index)


# ── what was not looked at is not "not found" ─────────────────────────────────────────────────
def test_a_clip_without_features_of_the_model_is_not_checked(folder: Path, tmp_path: Path) -> None:
    hints = unsure_frames(folder, wall(8))
    assert matched(hints[:1], backend_of(folder), tmp_path / "a")[1] == "failed"
    other = replace(hints[1], features=replace(_features(hints[1]), maker="xfeat1-0123456789abcdef"))
    assert matched([hints[0], other], backend_of(folder), tmp_path / "b")[1] == "failed"
    assert matched(hints, backend_of(folder), tmp_path / "c")[1] == "ran"


def test_without_models_the_features_of_one_are_ignored(folder: Path, tmp_path: Path) -> None:
    hints = unsure_frames(folder, film_wall(wall(2)))
    assert matched(hints, Backend(), tmp_path) == ((), "ran")


def _features(hint: Hint) -> Features:
    assert hint.features is not None
    return hint.features


@pytest.mark.parametrize("change", ["more", "size", "text"])
def test_features_that_contradict_themselves_leave_the_check_failed(folder: Path, tmp_path: Path, change: str) -> None:
    first, second = unsure_frames(folder, film_wall(wall(2)))
    good = _features(second)
    bad = {
        "more": replace(good, count=good.count + 1),
        "size": replace(good, descriptors=good.descriptors[: len(good.descriptors) // 2 // 4 * 4]),
        "text": replace(good, descriptors="no base64!"),
    }
    hints = [first, replace(second, features=bad[change])]
    assert matched(hints, backend_of(folder), tmp_path) == ((), "failed")


# ── models that do not work ───────────────────────────────────────────────────────────────────
def _broken(folder: Path, kind: str) -> Path:
    content = small_xfeat.network()
    if kind == "missing":
        return folder / "none"
    if kind == "truncated":
        return small_xfeat.write_folder(folder / kind, content[:-9_000], sha256="1" * 64)
    matchers = {
        "matcher text": b"no model\n" * 99,
        "matcher cut": small_xfeat.matcher()[:-60],
        "matcher channels": small_xfeat.matcher(channels=32),
        "matcher output": small_xfeat.matcher(output="matches"),
        "matcher is the extractor": content,
    }
    if kind == "no matcher":
        return small_xfeat.write_folder(folder / kind, content, with_matcher=False)
    if kind in matchers:
        return small_xfeat.write_folder(folder / kind, content, matching=matchers[kind])
    broken = {
        "text": b"no model\n" * 99,
        "cut": content[:-9_000],
        "channels": small_xfeat.network(channels=32),
        "input": content.replace(b"image", b"pixel"),
    }
    return small_xfeat.write_folder(folder / kind, broken[kind])


BROKEN = ["missing", "truncated", "text", "cut", "channels", "input", "no matcher", "matcher text", "matcher cut"]
BROKEN += ["matcher channels", "matcher output", "matcher is the extractor"]


@pytest.mark.parametrize("kind", BROKEN)
def test_an_unusable_model_is_said_and_clips_are_judged_without_it(tmp_path: Path, folder: Path, kind: str) -> None:
    backend = load_backend(ReaderResources(learned_models=str(_broken(tmp_path / "m", kind))), None)
    site, photos = write_photos(tmp_path, SITE, {"gate": [wall(1)]})
    index = build_site_index([site], photos, backend=backend)
    problem = index.landmarks.try_model()
    assert problem is not None
    assert render(problem, "ar") != render(problem, "en")
    assert match(make_clip(*unsure_frames(folder, wall(8)), checks=RAN), index).outcomes["landmarks"] == "failed"
    certain = match(make_clip(frame_hint(film_wall(wall(1)), 0.0, "h1"), checks=RAN), index)
    assert [one.landmark for one in certain.matches] == ["gate"]
    assert certain.outcomes["landmarks"] == "ran"


LOOPS = "while True: pass"
EATS = "import resource; resource.setrlimit(resource.RLIMIT_DATA, (1 << 28, 1 << 28)); bytearray(1 << 29)"


@pytest.mark.parametrize("program", [LOOPS, EATS])
def test_a_model_that_loops_or_eats_memory_is_given_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(model_client, "COMMAND", (sys.executable, "-c", program))
    monkeypatch.setattr(backend_module, "MAX_LEARNED_WAIT_S", 1.0)
    learned = LearnedBackend.load(str(folder))
    assert learned.try_model() == (0.0, 0.0)
    assert learned.extractor is None
    assert learned.problem is not None


# ── enrolment ─────────────────────────────────────────────────────────────────────────────────
def test_enrolled_photos_are_cached_apart_from_those_of_sift(folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "cache"
    hints = unsure_frames(folder, film_wall(wall(2), slant=1.2))
    first = matched(hints, backend_of(folder), tmp_path / "a", kept)
    files = sorted(path.relative_to(kept) for path in kept.rglob("*.npz"))
    assert sum(path.parent.name == "models" for path in files) == 2
    assert sum(path.parent.name == "" for path in files) == 2
    times = {path: (kept / path).stat().st_mtime_ns for path in files}
    assert matched(hints, backend_of(folder), tmp_path / "b", kept) == first
    assert {path: (kept / path).stat().st_mtime_ns for path in files} == times


def test_a_photo_is_enrolled_at_each_size_in_both_orientations(folder: Path) -> None:
    enrolled = enrol_learned(wall(1), extractor_of(folder))
    assert enrolled.mirrored is not None
    for features in (enrolled.features, enrolled.mirrored):
        assert len(np.unique(features.keypoints[:, 2])) == 3
        assert (features.keypoints[:, 0] <= features.width_px).all()
        assert (features.keypoints[:, 1] <= features.height_px).all()
