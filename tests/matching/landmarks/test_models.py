"""Landmarks by the officer's own models: small networks stand for ALIKED, DISK and LightGlue."""

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
from opsec.i18n.messages import Message, say
from opsec.matching.landmarks import model_client
from opsec.matching.landmarks.backend import Backend, backend_of
from opsec.matching.landmarks.enrolment import enrolled
from opsec.matching.landmarks.feature_cache import Shelf
from opsec.matching.landmarks.model_client import ModelProcess, NoAnswerError, PairingProcess
from opsec.matching.landmarks.putative_matches import paired
from opsec.matching.landmarks.reference_quality import weak_landmarks
from opsec.matching.landmarks.view_synthesis import resized
from opsec.matching.matcher import answered, match, prepare
from opsec.model import Hint, Match, Site
from opsec.model.resources import Kit
from opsec.vision.features.local_features import Extracted, packed, unpacked
from opsec.vision.features.onnx_extractor import Learned, ModelFile, opened
from tests.fixtures.records import clip
from tests.matching.landmarks import small_models
from tests.matching.landmarks.drawn import Bytes, hint, photographed, seen, wall

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


def kit(folder: Path, name: str, method: str | None = None) -> Kit:
    file = str(folder / f"{name}.onnx")
    return Kit(disk=file) if (method or name) == "disk" else Kit(aliked=file)


@cache
def at_work(folder: Path, name: str, lightglue: str | None = None) -> Backend:
    """What the process that holds the sites has, started once for all tests."""
    return backend_of(kit(folder, name), lightglue and str(folder / f"{lightglue}.onnx"))


@cache
def learned(folder: Path, name: str, method: str | None = None) -> Learned:
    file = opened(method or name, folder / f"{name}.onnx", "landmarks.aliked")
    assert isinstance(file, ModelFile)
    found = Learned.load(file)
    assert found is not None
    return found


@pytest.fixture(scope="module", params=[("aliked", None), ("disk", None), ("aliked", "lightglue")], ids=str)
def backend(request: pytest.FixtureRequest, folder: Path) -> Backend:
    name, pairing = request.param
    return at_work(folder, name, pairing)


@pytest.fixture(scope="module")
def finder(backend: Backend, folder: Path) -> Learned:
    """What the reading process finds with, of the same file."""
    return learned(folder, backend.maker.partition("1-")[0])


def told(finder: Learned, picture: Bytes, at_s: float = 0.0, id_: str = "h1") -> Hint:
    features = packed(finder.find(resized(picture, 480)))
    return replace(hint(picture, at_s, id_), features=features)


def met(folder: Path, backend: Backend, *hints: Hint) -> tuple[Match, ...]:
    ours, photos = photographed(folder, SITE, {"gate": [wall(1)], "tower": [wall(2)]})
    return match(clip(*hints), prepare([ours], photos, backend=backend))


# ── the same contract as the features built in ────────────────────────────────────────────────
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_wall_is_recognised_as_filmed_and_flipped(
    backend: Backend, finder: Learned, tmp_path: Path, mirrored: bool
) -> None:
    shown = told(finder, seen(wall(2), slant=1.3, turn_deg=4, mirrored=mirrored), 2.0, "h2")
    (one,) = met(tmp_path, backend, told(finder, wall(8)), shown)
    assert (one.landmark, one.grade) == ("tower", "strong")
    assert one.sighting is not None
    assert (one.sighting.mirrored, one.sighting.compared) == (mirrored, 2)
    assert [at_s for at_s, _count in one.sighting.pictures] == [2.0]


def test_evidence_lies_where_the_wall_is(backend: Backend, finder: Learned, tmp_path: Path) -> None:
    frame = np.full((480, 480), 90, np.uint8)
    frame[170:470, 60:460] = resized(wall(1), 400)
    (one,) = met(tmp_path, backend, told(finder, frame))
    assert one.sighting is not None
    across, down = zip(*one.sighting.outline, strict=True)
    assert min(down) > 0.33
    assert min(across) > 0.1
    for x, y, x_there, y_there in one.sighting.lines[:10]:
        assert abs((x * 480 - 60) / 400 - x_there) < 0.03
        assert abs((y * 480 - 170) / 300 - y_there) < 0.03


def test_walls_of_others_are_not_recognised(backend: Backend, finder: Learned, tmp_path: Path) -> None:
    hints = [told(finder, seen(wall(seed)), float(seed), f"h{seed}") for seed in range(20, 28)]
    assert met(tmp_path, backend, *hints) == ()


def test_the_same_picture_gives_the_same_features_whatever_was_seen_before(folder: Path) -> None:
    found = learned(folder, "aliked")
    first = packed(found.find(resized(wall(1), 480)))
    found.find(resized(wall(5), 400))
    assert packed(found.find(resized(wall(1), 480))) == first


def test_features_come_back_from_the_pipe_as_they_went(folder: Path) -> None:
    found = learned(folder, "disk").find(resized(wall(1), 480))
    again = unpacked(packed(found))
    assert again.maker == found.maker
    assert (again.descriptors == found.descriptors).all()
    assert np.abs(again.keypoints - found.keypoints).max() < 1 / 64
    assert np.abs(np.linalg.norm(found.vectors() / 127, axis=1) - 1).max() < 0.05


@pytest.mark.parametrize(("name", "method"), [("aliked", "aliked"), ("flat", "aliked"), ("disk", "disk")])
def test_places_are_those_of_the_picture_however_the_model_takes_it(folder: Path, name: str, method: str) -> None:
    """The model's input is 320 by 320: a tall picture is laid in smaller, and its shape kept."""
    picture = np.full((480, 270), 100, np.uint8)
    cv2.circle(picture, (200, 400), 6, 255, -1)
    found = learned(folder, name, method).find(picture)
    assert np.abs(found.keypoints[0, :2] - [200, 400]).max() < 3
    assert (found.keypoints[:, 0] < 270).all()


def test_what_is_masked_gives_no_feature(folder: Path) -> None:
    mask = np.zeros((360, 480), np.uint8)
    mask[:, 240:] = 255
    found = learned(folder, "aliked").find(resized(wall(1), 480), mask)
    assert len(found) > 50
    assert found.keypoints[:, 0].min() >= 240


def test_an_even_picture_is_not_shown_to_the_model(folder: Path) -> None:
    assert len(learned(folder, "aliked").find(np.full((480, 270), 9, np.uint8))) == 0


@pytest.mark.parametrize("mirrored", [False, True])
def test_an_index_of_a_models_features_leads_to_the_landmark(folder: Path, tmp_path: Path, mirrored: bool) -> None:
    shown = told(learned(folder, "aliked"), seen(wall(2), slant=1.2, mirrored=mirrored))
    (one,) = met(tmp_path, at_work(folder, "aliked"), shown)
    assert one.sighting is not None
    assert (one.landmark, one.grade, one.sighting.mirrored) == ("tower", "strong", mirrored)


# ── what was found by different makers is never compared ──────────────────────────────────────
def test_features_of_another_maker_are_not_compared_and_that_is_said(folder: Path, tmp_path: Path) -> None:
    """The very same wall: whoever forgot to look at the maker would flag it."""
    with_model = at_work(folder, "aliked")
    by_model, by_sift = told(learned(folder, "aliked"), seen(wall(1))), hint(seen(wall(1)))
    foreign = told(learned(folder, "disk"), seen(wall(1)))
    ours, photos = photographed(tmp_path, SITE, {"gate": [wall(1)]})
    for backend, right, wrong in [
        (with_model, by_model, by_sift),
        (with_model, by_model, foreign),
        (Backend(), by_sift, by_model),
    ]:
        prepared = prepare([ours], photos, backend=backend)
        assert match(clip(wrong), prepared) == ()
        states = [answered(clip(one, checks={"landmarks": "ran"}), prepared) for one in (right, wrong)]
        assert [state.coverage.checks["landmarks"] for state in states] == ["ran", "failed"]
        assert [one.landmark for one in match(clip(right), prepared)] == ["gate"]


def test_a_claim_to_be_of_our_model_with_other_descriptors_is_refused(folder: Path, tmp_path: Path) -> None:
    """The reading process is hostile: it may name our model and send rows of any length."""
    backend = at_work(folder, "aliked")
    few = Extracted(480, 480, np.ones((9, 4), np.float32), np.zeros((9, 32), np.uint8), backend.maker)
    assert met(tmp_path, backend, replace(hint(wall(1)), features=packed(few))) == ()


def test_photos_are_kept_apart_by_maker(folder: Path, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "kept")
    backend = at_work(folder, "aliked")
    shown = told(learned(folder, "aliked"), seen(wall(1), mirrored=True))
    ours, photos = photographed(tmp_path, SITE, {"gate": [wall(1)]})
    first, again = (match(clip(shown), prepare([ours], photos, shelf, backend)) for _time in range(2))
    assert first == again
    assert [met.landmark for met in first] == ["gate"]
    (kept,) = (tmp_path / "kept").iterdir()
    assert backend.maker in kept.name
    (by_sift,) = match(clip(hint(seen(wall(1)))), prepare([ours], photos, shelf))
    assert by_sift.grade == "strong"


# ── files that are no such model ──────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", ["text", "cut", "empty", "lightglue"])
@pytest.mark.parametrize("method", ["aliked", "disk"])
def test_a_file_that_is_no_such_model_is_one_sentence(folder: Path, name: str, method: str) -> None:
    with pytest.raises(SettingsError) as caught:
        backend_of(kit(folder, name, method), None)
    assert f"landmarks.{method} in opsec.toml names" in str(caught.value)
    assert f"no {method} model" in str(caught.value)
    assert "take that line out" in str(caught.value)
    assert say(caught.value.message, "ar") != str(caught.value)


@pytest.mark.parametrize("name", ["text", "empty", "disk"])
def test_a_file_that_is_no_lightglue_is_one_sentence(folder: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="no lightglue model"):
        backend_of(kit(folder, "aliked"), str(folder / f"{name}.onnx"))


def test_a_model_that_is_not_there_is_said_with_its_key(folder: Path) -> None:
    with pytest.raises(
        SettingsError, match=r"landmarks\.disk in opsec\.toml names .*none\.onnx, which cannot be opened"
    ):
        backend_of(kit(folder, "none", "disk"), None)


def test_a_model_larger_than_any_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opsec.vision.features.onnx_extractor.MODEL_MIB", 0)
    file = opened("aliked", folder / "aliked.onnx", "landmarks.aliked")
    assert isinstance(file, Message)
    assert "larger" in say(file, "en")


def test_an_opencv_that_is_too_old_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "__version__", "4.13.0")
    with pytest.raises(SettingsError, match=r"OpenCV 4\.13\.0 cannot run it; install opencv-python 5"):
        backend_of(kit(folder, "aliked"), None)


# ── the process in which models run ───────────────────────────────────────────────────────────
def test_where_the_process_dies_over_a_pair_the_ratio_test_decides(folder: Path) -> None:
    """OpenCV 5.0 divides by nothing over a network that ends with no pair at all, and takes its process along."""
    backend, found = at_work(folder, "aliked", "lightglue"), learned(folder, "aliked")
    one, other = found.find(resized(wall(1), 480)), found.find(resized(wall(2), 480))
    apart = replace(other, descriptors=np.full_like(other.descriptors, 128))  # like nothing
    assert (backend.pairing(one, apart, own=len(apart), flipped=False).pairs == paired(one, apart).pairs).all()
    again = backend.pairing(one, one, own=len(one), flipped=False).pairs
    assert (again[:, 0] == again[:, 1]).mean() > 0.95


def test_a_process_that_hangs_is_ended_and_started_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = opened("aliked", folder / "aliked.onnx", "landmarks.aliked")
    assert isinstance(file, ModelFile)
    process = ModelProcess(file)
    process.start()
    monkeypatch.setattr(model_client, "MOST_WAIT_S", 0.0)
    with pytest.raises(NoAnswerError):
        process.asked({"grey": wall(1), "most": 9})
    monkeypatch.setattr(model_client, "MOST_WAIT_S", 60.0)
    assert len(process.asked({"grey": resized(wall(1), 480), "most": 9})["found_keypoints"]) == 9
    process.close()


def test_a_process_that_takes_nothing_in_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model is many times what a pipe holds: whoever does not read it would keep the scan waiting for ever."""
    monkeypatch.setattr(model_client, "COMMAND", (sys.executable, "-c", "import time; time.sleep(600)"))
    monkeypatch.setattr(model_client, "MOST_WAIT_S", 0.5)
    process = ModelProcess(ModelFile("aliked", Path("aliked.onnx"), bytes(1 << 22)))
    started = time.monotonic()
    with pytest.raises(NoAnswerError):
        process.start()
    assert time.monotonic() - started < 30
    with pytest.raises(NoAnswerError):  # it is ended; a later question starts another
        process.asked({"grey": wall(1), "most": 9})


def test_lightglue_is_shown_a_photo_as_it_is_and_nothing_of_its_simulated_views(folder: Path) -> None:
    backend, found = at_work(folder, "aliked", "lightglue"), learned(folder, "aliked")
    photo = enrolled(wall(1), found)
    assert isinstance(backend.pairing, PairingProcess)
    pairs = backend.pairing(found.find(resized(wall(1), 480)), photo.features, own=photo.own, flipped=False).pairs
    assert len(pairs) > 50
    assert pairs[:, 1].max() < photo.own < len(photo.features)


class Dies:
    """A finder whose process dies over every picture."""

    maker = "aliked1-dies"

    def find(self, grey: Bytes, mask: Bytes | None = None, most: int = 1) -> Extracted:
        raise NoAnswerError("it died")


def test_a_photo_over_which_the_model_dies_is_said_and_the_check_failed(folder: Path, tmp_path: Path) -> None:
    ours, photos = photographed(tmp_path, SITE, {"gate": [wall(1)]})
    prepared = prepare([ours], photos, backend=Backend(Dies()))
    looked = clip(told(learned(folder, "aliked"), wall(1)), checks={"landmarks": "ran"})
    assert match(looked, prepared) == ()
    assert answered(looked, prepared).coverage.checks["landmarks"] == "failed"
    said = [say(one.message, "en") for one in weak_landmarks([ours], tmp_path, Backend(Dies()))]
    assert any("cannot be used: landmarks were not looked for" in sentence for sentence in said)


class Falls(ModelProcess):
    """The process of a pairing that dies over every pair of pictures."""

    def __init__(self) -> None:
        self.questions = 0

    def asked(self, question: dict[str, Any]) -> dict[str, Any]:
        self.questions += 1
        raise NoAnswerError("it died")


def test_a_pairing_that_falls_is_asked_a_few_times_and_the_check_of_such_a_clip_failed(
    folder: Path, tmp_path: Path
) -> None:
    ours, photos = photographed(tmp_path, SITE, {"gate": [wall(1)], "block": [wall(2)]})
    process = Falls()
    prepared = prepare([ours], photos, backend=Backend(at_work(folder, "aliked").finder, PairingProcess(process)))
    shown = clip(told(learned(folder, "aliked"), seen(wall(1), slant=1.2)), checks={"landmarks": "ran"})
    assert [one.landmark for one in match(shown, prepared)] == ["gate"], "the ratio test stands in for it"
    assert answered(shown, prepared).coverage.checks["landmarks"] == "failed"
    for _again in range(3):
        match(shown, prepared)
    assert 0 < process.questions <= model_client.MOST_FALLS


def test_sites_check_asks_by_the_model_that_is_set(folder: Path, tmp_path: Path) -> None:
    """Two landmarks with one wall look alike to it too."""
    ours, _photos = photographed(tmp_path, SITE, {"gate": [wall(1)], "block": [wall(1)]})
    said = [say(one.message, "en") for one in weak_landmarks([ours], tmp_path, at_work(folder, "aliked"))]
    assert any("look alike" in sentence for sentence in said)
