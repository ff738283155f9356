"""Landmark recognition with the officer's own models: small networks replace ALIKED, DISK and LightGlue."""

import sys
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from opsec.errors import SettingsError
from opsec.i18n.messages import Message, render
from opsec.matching.landmarks import model_client
from opsec.matching.landmarks.backend import Backend, load_backend
from opsec.matching.landmarks.enrolment import ReferenceFeatures, enrol
from opsec.matching.landmarks.feature_cache import FeatureCache
from opsec.matching.landmarks.model_client import ExtractorProcess, MatcherProcess, ModelProcess, ModelProcessError
from opsec.matching.landmarks.pairwise_matches import PairwiseMatcher
from opsec.matching.landmarks.putative_matches import match_descriptors
from opsec.matching.landmarks.reference_quality import check_reference_photos
from opsec.matching.landmarks.view_synthesis import downscale
from opsec.matching.matcher import build_site_index, match
from opsec.model import Hint, Match, Site
from opsec.model.resources import ReaderResources
from opsec.vision.features.feature_packing import pack_features, unpack_features
from opsec.vision.features.local_features import LocalFeatures
from opsec.vision.features.onnx_extractor import ModelFile, OnnxExtractor, load_model_file
from tests.fixtures.records import make_clip
from tests.matching.landmarks import small_models
from tests.matching.landmarks.drawn import Bytes, film_wall, frame_hint, wall, write_photos

SITE = Site(id="lake-camp", kind="base", code="L-1", names={"en": ("Lake Camp",)})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Model files."""
    where = tmp_path_factory.mktemp("models")
    for method in ("aliked", "disk"):
        (where / f"{method}.onnx").write_bytes(small_models.finder(method))
    (where / "flat.onnx").write_bytes(small_models.finder("aliked", batched=False))
    (where / "lightglue.onnx").write_bytes(small_models.lightglue())
    (where / "text.onnx").write_bytes(b"no model at all\n" * 40)
    (where / "cut.onnx").write_bytes(small_models.finder("aliked")[:-200_000])
    (where / "empty.onnx").write_bytes(b"")
    return where


def resources(folder: Path, name: str, method: str | None = None) -> ReaderResources:
    file = str(folder / f"{name}.onnx")
    return ReaderResources(disk=file) if (method or name) == "disk" else ReaderResources(aliked=file)


@cache
def backend_with(folder: Path, name: str, lightglue: str | None = None) -> Backend:
    """A backend with these models, started once for all tests."""
    return load_backend(resources(folder, name), lightglue and str(folder / f"{lightglue}.onnx"))


@cache
def extractor_of(folder: Path, name: str, method: str | None = None) -> OnnxExtractor:
    file = load_model_file(method or name, folder / f"{name}.onnx", "landmarks.aliked")
    assert isinstance(file, ModelFile)
    found = OnnxExtractor.load(file)
    assert found is not None
    return found


@pytest.fixture(scope="module", params=[("aliked", None), ("disk", None), ("aliked", "lightglue")], ids=str)
def backend(request: pytest.FixtureRequest, folder: Path) -> Backend:
    name, lightglue = request.param
    return backend_with(folder, name, lightglue)


@pytest.fixture(scope="module")
def extractor(backend: Backend, folder: Path) -> OnnxExtractor:
    """Extractor of the reading process, from the same file."""
    return extractor_of(folder, backend.extractor_name.partition("1-")[0])


def features_hint(extractor: OnnxExtractor, image: Bytes, at_s: float = 0.0, id_: str = "h1") -> Hint:
    features = pack_features(extractor.extract(downscale(image, 480)))
    return replace(frame_hint(image, at_s, id_), features=features)


def matches_of(folder: Path, backend: Backend, *hints: Hint) -> tuple[Match, ...]:
    site, photos = write_photos(folder, SITE, {"gate": [wall(1)], "tower": [wall(2)]})
    return match(make_clip(*hints), build_site_index([site], photos, backend=backend)).matches


# ── the same contract as the built-in features ────────────────────────────────────────────────
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_wall_is_recognised_as_filmed_and_flipped(
    backend: Backend, extractor: OnnxExtractor, tmp_path: Path, mirrored: bool
) -> None:
    shown = features_hint(extractor, film_wall(wall(2), slant=1.3, turn_deg=4, mirrored=mirrored), 2.0, "h2")
    (one,) = matches_of(tmp_path, backend, features_hint(extractor, wall(8)), shown)
    assert (one.landmark, one.grade) == ("tower", "strong")
    assert one.sighting is not None
    assert (one.sighting.mirrored, one.sighting.compared) == (mirrored, 2)
    assert [at_s for at_s, _count in one.sighting.pictures] == [2.0]


def test_evidence_lies_where_the_wall_is(backend: Backend, extractor: OnnxExtractor, tmp_path: Path) -> None:
    frame = np.full((480, 480), 90, np.uint8)
    frame[170:470, 60:460] = downscale(wall(1), 400)
    (one,) = matches_of(tmp_path, backend, features_hint(extractor, frame))
    assert one.sighting is not None
    across, down = zip(*one.sighting.outline, strict=True)
    assert min(down) > 0.33
    assert min(across) > 0.1
    for x, y, x_there, y_there in one.sighting.lines[:10]:
        assert abs((x * 480 - 60) / 400 - x_there) < 0.03
        assert abs((y * 480 - 170) / 300 - y_there) < 0.03


def test_other_walls_are_not_recognised(backend: Backend, extractor: OnnxExtractor, tmp_path: Path) -> None:
    hints = [features_hint(extractor, film_wall(wall(seed)), float(seed), f"h{seed}") for seed in range(20, 28)]
    assert matches_of(tmp_path, backend, *hints) == ()


def test_the_same_image_gives_the_same_features_whatever_was_extracted_before(folder: Path) -> None:
    found = extractor_of(folder, "aliked")
    first = pack_features(found.extract(downscale(wall(1), 480)))
    found.extract(downscale(wall(5), 400))
    assert pack_features(found.extract(downscale(wall(1), 480))) == first


def test_features_round_trip_through_packing(folder: Path) -> None:
    found = extractor_of(folder, "disk").extract(downscale(wall(1), 480))
    again = unpack_features(pack_features(found))
    assert again.extractor == found.extractor
    assert (again.descriptors == found.descriptors).all()
    assert np.abs(again.keypoints - found.keypoints).max() < 1 / 64
    assert np.abs(np.linalg.norm(found.descriptor_vectors() / 127, axis=1) - 1).max() < 0.05


@pytest.mark.parametrize(("name", "method"), [("aliked", "aliked"), ("flat", "aliked"), ("disk", "disk")])
def test_positions_are_those_of_the_image_whatever_the_input_size(folder: Path, name: str, method: str) -> None:
    """The model's input is 320 by 320: a tall image is reduced into it, and its shape is kept."""
    tall_image = np.full((480, 270), 100, np.uint8)
    cv2.circle(tall_image, (200, 400), 6, 255, -1)
    found = extractor_of(folder, name, method).extract(tall_image)
    assert np.abs(found.keypoints[0, :2] - [200, 400]).max() < 3
    assert (found.keypoints[:, 0] < 270).all()


def test_masked_areas_give_no_feature(folder: Path) -> None:
    mask = np.zeros((360, 480), np.uint8)
    mask[:, 240:] = 255
    found = extractor_of(folder, "aliked").extract(downscale(wall(1), 480), mask)
    assert len(found) > 50
    assert found.keypoints[:, 0].min() >= 240


def test_an_image_without_contrast_is_not_given_to_the_model(folder: Path) -> None:
    assert len(extractor_of(folder, "aliked").extract(np.full((480, 270), 9, np.uint8))) == 0


@pytest.mark.parametrize("mirrored", [False, True])
def test_an_index_of_a_learned_models_features_finds_the_landmark(folder: Path, tmp_path: Path, mirrored: bool) -> None:
    shown = features_hint(extractor_of(folder, "aliked"), film_wall(wall(2), slant=1.2, mirrored=mirrored))
    (one,) = matches_of(tmp_path, backend_with(folder, "aliked"), shown)
    assert one.sighting is not None
    assert (one.landmark, one.grade, one.sighting.mirrored) == ("tower", "strong", mirrored)


# ── features of different extractors are never compared ───────────────────────────────────────
def test_features_of_another_extractor_are_not_compared_and_the_check_fails(folder: Path, tmp_path: Path) -> None:
    """The very same wall: code that ignored the extractor would flag it."""
    with_model = backend_with(folder, "aliked")
    by_model, by_sift = (
        features_hint(extractor_of(folder, "aliked"), film_wall(wall(1))),
        frame_hint(film_wall(wall(1))),
    )
    foreign = features_hint(extractor_of(folder, "disk"), film_wall(wall(1)))
    site, photos = write_photos(tmp_path, SITE, {"gate": [wall(1)]})
    for backend, right, wrong in [
        (with_model, by_model, by_sift),
        (with_model, by_model, foreign),
        (Backend(), by_sift, by_model),
    ]:
        index = build_site_index([site], photos, backend=backend)
        assert match(make_clip(wrong), index).matches == ()
        states = [match(make_clip(one, checks={"landmarks": "ran"}), index).outcomes for one in (right, wrong)]
        assert [state["landmarks"] for state in states] == ["ran", "failed"]
        assert [one.landmark for one in match(make_clip(right), index).matches] == ["gate"]


def test_features_that_claim_our_model_but_have_another_size_are_refused(folder: Path, tmp_path: Path) -> None:
    """The reading process is hostile: it may name our model and send rows of any length."""
    backend = backend_with(folder, "aliked")
    few = LocalFeatures(480, 480, np.ones((9, 4), np.float32), np.zeros((9, 32), np.uint8), backend.extractor_name)
    assert matches_of(tmp_path, backend, replace(frame_hint(wall(1)), features=pack_features(few))) == ()


def test_photos_are_cached_by_extractor(folder: Path, tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path / "cache")
    backend = backend_with(folder, "aliked")
    shown = features_hint(extractor_of(folder, "aliked"), film_wall(wall(1), mirrored=True))
    site, photos = write_photos(tmp_path, SITE, {"gate": [wall(1)]})
    first, again = (
        match(make_clip(shown), build_site_index([site], photos, cache, backend)).matches for _time in range(2)
    )
    assert first == again
    assert [one.landmark for one in first] == ["gate"]
    (file,) = (tmp_path / "cache").iterdir()
    assert backend.extractor_name in file.name
    (by_sift,) = match(make_clip(frame_hint(film_wall(wall(1)))), build_site_index([site], photos, cache)).matches
    assert by_sift.grade == "strong"


# ── invalid model files ───────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", ["text", "cut", "empty", "lightglue"])
@pytest.mark.parametrize("method", ["aliked", "disk"])
def test_an_invalid_model_file_is_a_settings_error(folder: Path, name: str, method: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_backend(resources(folder, name, method), None)
    assert f"landmarks.{method} in opsec.toml names" in str(caught.value)
    assert f"not a valid {method} model" in str(caught.value)
    assert "remove that line" in str(caught.value)
    assert render(caught.value.message, "ar") != str(caught.value)


@pytest.mark.parametrize("name", ["text", "empty", "disk"])
def test_an_invalid_lightglue_file_is_a_settings_error(folder: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="not a valid lightglue model"):
        load_backend(resources(folder, "aliked"), str(folder / f"{name}.onnx"))


def test_a_missing_model_is_reported_with_its_key(folder: Path) -> None:
    with pytest.raises(
        SettingsError, match=r"landmarks\.disk in opsec\.toml names .*none\.onnx, which cannot be opened"
    ):
        load_backend(resources(folder, "none", "disk"), None)


def test_a_model_that_is_too_large_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opsec.vision.features.onnx_extractor.MAX_MODEL_MIB", 0)
    file = load_model_file("aliked", folder / "aliked.onnx", "landmarks.aliked")
    assert isinstance(file, Message)
    assert "too large" in render(file, "en")


def test_an_opencv_that_is_too_old_is_reported(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "__version__", "4.13.0")
    with pytest.raises(SettingsError, match=r"OpenCV 4\.13\.0 cannot run it; install opencv-python 5"):
        load_backend(resources(folder, "aliked"), None)


# ── the model process ─────────────────────────────────────────────────────────────────────────
def test_where_the_model_process_dies_on_a_pair_the_ratio_test_replaces_it(folder: Path) -> None:
    """OpenCV 5.0 divides by zero on a network that ends with no pair at all, and the process dies."""
    backend, extractor = backend_with(folder, "aliked", "lightglue"), extractor_of(folder, "aliked")
    one, other = extractor.extract(downscale(wall(1), 480)), extractor.extract(downscale(wall(2), 480))
    unlike = replace(other, descriptors=np.full_like(other.descriptors, 128))  # similar to nothing
    with pytest.raises(ModelProcessError):
        backend.feature_matcher(one, unlike, n_original=len(unlike), mirrored=False)
    matcher = PairwiseMatcher([one], [0.0], [ReferenceFeatures(unlike, len(unlike))], backend.feature_matcher)
    found = matcher.match_full(0, 0, mirrored=False).correspondences
    assert matcher.matcher_failed
    assert (found.pairs == match_descriptors(one, unlike).pairs).all()
    again = backend.feature_matcher(one, one, n_original=len(one), mirrored=False).pairs
    assert (again[:, 0] == again[:, 1]).mean() > 0.95


def test_a_process_that_hangs_is_killed_and_restarted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = load_model_file("aliked", folder / "aliked.onnx", "landmarks.aliked")
    assert isinstance(file, ModelFile)
    process = ModelProcess(file)
    process.start()
    monkeypatch.setattr(model_client, "MAX_WAIT_S", 0.0)
    with pytest.raises(ModelProcessError):
        process.request({"gray": wall(1), "max_features": 9})
    monkeypatch.setattr(model_client, "MAX_WAIT_S", 60.0)
    assert len(process.request({"gray": downscale(wall(1), 480), "max_features": 9})["found_keypoints"]) == 9
    process.close()


def test_a_process_that_reads_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model is many times larger than a pipe: a process that does not read it would block the scan for ever."""
    monkeypatch.setattr(model_client, "COMMAND", (sys.executable, "-c", "import time; time.sleep(600)"))
    monkeypatch.setattr(model_client, "MAX_WAIT_S", 0.5)
    process = ModelProcess(ModelFile("aliked", Path("aliked.onnx"), bytes(1 << 22)))
    started = time.monotonic()
    with pytest.raises(ModelProcessError):
        process.start()
    assert time.monotonic() - started < 30
    with pytest.raises(ModelProcessError):  # it was killed; a later request starts another
        process.request({"gray": wall(1), "max_features": 9})


ANSWERING = """
import sys
from opsec.matching.landmarks.model_server import LENGTH, encode_message, _read_message
_read_message(sys.stdin.buffer)
{first}
sys.stdout.buffer.flush()
_read_message(sys.stdin.buffer)
{second}
sys.stdout.buffer.flush()
"""
LOADED = "sys.stdout.buffer.write(encode_message({'loaded': True, 'descriptor_size': 128}))"
INVALID_REPLIES = {
    "not a zip file (ValueError)": "sys.stdout.buffer.write(LENGTH.pack(4) + b'oops')",
    "nothing (EOFError)": "sys.stdout.buffer.write(LENGTH.pack(0))",
    "a damaged zip file (BadZipFile)": "sys.stdout.buffer.write(LENGTH.pack(9) + b'PK\\3\\4' + bytes(5))",
    "without the arrays (KeyError)": "sys.stdout.buffer.write(encode_message({'other': 1}))",
    "without an array (KeyError)": "sys.stdout.buffer.write(encode_message({'found_px': [3, 4], 'loaded': True}))",
    "with arrays of another shape": "sys.stdout.buffer.write(encode_message({'found_px': 3, 'pairs': [1, 2, 3]}))",
}


def answering(monkeypatch: pytest.MonkeyPatch, first: str, second: str = "") -> ModelProcess:
    """A process that answers the first and the second request in its own way."""
    program = ANSWERING.format(first=first, second=second)
    monkeypatch.setattr(model_client, "COMMAND", (sys.executable, "-s", "-P", "-c", program))
    return ModelProcess(ModelFile("aliked", Path("aliked.onnx"), b"model"))


@pytest.mark.parametrize("reply", INVALID_REPLIES.values(), ids=INVALID_REPLIES)
def test_an_invalid_reply_is_a_failure_of_the_model(reply: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelProcessError):
        answering(monkeypatch, reply).start()
    extractor = ExtractorProcess(answering(monkeypatch, LOADED, reply))
    with pytest.raises(ModelProcessError):
        extractor.extract(wall(1))
    features = LocalFeatures(4, 3, np.zeros((1, 2), np.float32), np.zeros((1, 128), np.uint8), "x")
    matcher = MatcherProcess(answering(monkeypatch, LOADED, reply))
    with pytest.raises(ModelProcessError):
        matcher(features, features, n_original=1, mirrored=False)


def test_lightglue_is_given_the_original_features_of_a_photo_only(folder: Path) -> None:
    backend, found = backend_with(folder, "aliked", "lightglue"), extractor_of(folder, "aliked")
    photo = enrol(wall(1), found)
    assert isinstance(backend.feature_matcher, MatcherProcess)
    pairs = backend.feature_matcher(
        found.extract(downscale(wall(1), 480)), photo.features, n_original=photo.n_original, mirrored=False
    ).pairs
    assert len(pairs) > 50
    assert pairs[:, 1].max() < photo.n_original < len(photo.features)


class DyingExtractor:
    """An extractor whose process dies on every image."""

    name = "aliked1-dies"

    def extract(self, gray: Bytes, mask: Bytes | None = None, max_features: int = 1) -> LocalFeatures:
        raise ModelProcessError("it died")


def test_a_photo_on_which_the_model_dies_is_reported_and_the_check_fails(folder: Path, tmp_path: Path) -> None:
    site, photos = write_photos(tmp_path, SITE, {"gate": [wall(1)]})
    index = build_site_index([site], photos, backend=Backend(DyingExtractor()))
    checked = make_clip(features_hint(extractor_of(folder, "aliked"), wall(1)), checks={"landmarks": "ran"})
    assert match(checked, index).matches == ()
    assert match(checked, index).outcomes["landmarks"] == "failed"
    warnings = [
        render(one.message, "en") for one in check_reference_photos([site], tmp_path, Backend(DyingExtractor()))
    ]
    assert any("cannot be used: landmarks were not compared" in sentence for sentence in warnings)


class DyingProcess(ModelProcess):
    """The process of a feature matcher that dies on every pair of images."""

    def __init__(self) -> None:
        self.requests = 0

    def request(self, arrays: dict[str, Any], wait_s: float | None = None) -> dict[str, Any]:
        self.requests += 1
        assert wait_s == model_client.MAX_MATCHING_WAIT_S
        raise ModelProcessError("it died")


def test_a_matcher_that_does_not_answer_is_asked_once_per_clip_and_the_check_of_that_clip_fails(
    folder: Path, tmp_path: Path
) -> None:
    site, photos = write_photos(tmp_path, SITE, {"gate": [wall(1)], "block": [wall(2)]})
    process = DyingProcess()
    index = build_site_index(
        [site], photos, backend=Backend(backend_with(folder, "aliked").extractor, MatcherProcess(process))
    )
    shown = make_clip(
        features_hint(extractor_of(folder, "aliked"), film_wall(wall(1), slant=1.2)), checks={"landmarks": "ran"}
    )
    assert [one.landmark for one in match(shown, index).matches] == ["gate"], "the ratio test replaces it"
    assert match(shown, index).outcomes["landmarks"] == "failed"
    first = process.requests
    assert first == 2, "match was called twice above"
    for _again in range(3):
        match(shown, index)
    assert process.requests == first + 3, "every clip asks it again, and only once"


def test_sites_check_uses_the_configured_model(folder: Path, tmp_path: Path) -> None:
    """Two landmarks with one wall look alike to the model too."""
    site, _photos = write_photos(tmp_path, SITE, {"gate": [wall(1)], "block": [wall(1)]})
    warnings = [
        render(one.message, "en") for one in check_reference_photos([site], tmp_path, backend_with(folder, "aliked"))
    ]
    assert any("look alike" in sentence for sentence in warnings)
