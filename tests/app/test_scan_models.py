"""A whole scan with a custom model: flags, separation from results of other models, clear errors."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from opsec.app.scan import rematch, resources_from, scan
from opsec.errors import SettingsError
from opsec.i18n.messages import render
from opsec.model import Reason, Result, Scan
from opsec.model.resources import ReaderResources
from opsec.readers.registry import configured_readers, readers_version
from opsec.readers.video.landmark_features import (
    MAX_LEARNED_FEATURES,
    MAX_LEARNED_FRAMES,
    LandmarkFeatureAnalyser,
    create,
)
from opsec.reports.scan_json import encode_scan
from opsec.settings import LandmarkModels, Settings, load_settings_file
from opsec.vision.features.model_folder import is_learned
from tests.app.test_scan_landmarks import encode_video
from tests.app.test_scan_landmarks import workspace as lake_camp
from tests.matching.landmarks import small_models, small_xfeat
from tests.matching.landmarks.drawn import Bytes, wall

pytestmark = pytest.mark.usefixtures("warm_templates")

__all__ = ["lake_camp"]


def walk(seed: int) -> list[Bytes]:
    """Frames of a camera that moves along a wall, at the distance of the photo: small models support no other size."""
    whole = np.full((568, 700), 90, np.uint8)
    whole[70:496, :568] = cv2.resize(wall(seed), (568, 426), interpolation=cv2.INTER_AREA)
    return [np.ascontiguousarray(whole[:, left : left + 320]) for left in range(0, 240, 15)]


@pytest.fixture
def workspace(lake_camp: Path) -> Path:
    """As in ``test_scan_landmarks``, but with videos for these models."""
    (lake_camp / "posts" / "a.mp4").write_bytes(encode_video(walk(1)))
    (lake_camp / "posts" / "b.mp4").write_bytes(encode_video(walk(2)))
    return lake_camp


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Model files."""
    where = tmp_path / "models"
    where.mkdir()
    (where / "a.onnx").write_bytes(small_models.finder("aliked"))
    (where / "b.onnx").write_bytes(small_models.finder("aliked", count=400))
    (where / "l.onnx").write_bytes(small_models.lightglue())
    (where / "text.onnx").write_bytes(b"no model")
    return where


def by(models: Path, aliked: str, lightglue: str | None = None) -> Settings:
    matcher = lightglue and str(models / f"{lightglue}.onnx")
    return Settings(landmarks=LandmarkModels(aliked=str(models / f"{aliked}.onnx"), lightglue=matcher))


def scanned(workspace: Path, settings: Settings) -> Scan:
    return scan([workspace / "posts"], sites=workspace / "sites", case=str(workspace / "case.db"), settings=settings)


def makers(result: Result) -> set[str]:
    return {hint.features.maker for hint in result.clip.hints if hint.features is not None}


def landmarks(result: Result) -> list[str | None]:
    """Paths of the flagged clips."""
    seen = (match for match in result.matches if match.rule == "LANDMARK-SEEN" and match.grade != "possible")
    return [match.landmark for match in seen]


@pytest.mark.slow
def test_a_clip_is_flagged_by_one_model_and_read_again_by_another(workspace: Path, models: Path) -> None:
    first = scanned(workspace, by(models, "a"))
    assert [landmarks(result) for result in first.results] == [["north-gate"], []]
    assert [result.clip.coverage.checks["landmarks"] for result in first.results] == ["ran", "ran"]
    # what the second scan knows already is not new; the JSON of a scan is the same
    assert json.loads(encode_scan(scanned(workspace, by(models, "a")))) == json.loads(encode_scan(first))

    other = scanned(workspace, by(models, "b", "l"))
    assert [landmarks(result) for result in other.results] == [["north-gate"], []]
    assert not makers(other.results[0]) & makers(first.results[0])
    assert other.settings_sha256 not in {first.settings_sha256, scanned(workspace, by(models, "b")).settings_sha256}

    without = scanned(workspace, Settings())
    assert makers(without.results[0]) == {"sift"}
    assert landmarks(without.results[0]) == ["north-gate"]


@pytest.mark.slow
def test_features_of_another_model_are_reported_as_not_compared(workspace: Path, models: Path) -> None:
    """``rematch`` opens no clip, so it cannot read it again."""
    scanned(workspace, Settings())
    found = rematch(case=str(workspace / "case.db"), sites=workspace / "sites", settings=by(models, "a"))
    for result in found.results:
        assert landmarks(result) == []
        assert result.clip.coverage.checks["landmarks"] == "failed"
        assert "older_readers" in [reason.code for reason in result.clip.coverage.reasons]
    assert found.counts.not_fully_checked == len(found.results)


UNUSABLE = [("text", None, "aliked"), ("none", None, "aliked"), ("a", "text", "lightglue")]


@pytest.mark.parametrize(("aliked", "lightglue", "key"), UNUSABLE)
def test_an_unusable_model_stops_the_scan_before_any_read(
    workspace: Path, models: Path, aliked: str, lightglue: str | None, key: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        scanned(workspace, by(models, aliked, lightglue))
    assert f"landmarks.{key} in opsec.toml names" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (workspace / "case.db").exists()
    assert render(caught.value.message, "ar") != str(caught.value)


def test_a_model_missing_at_read_time_leaves_the_check_not_configured(models: Path) -> None:
    viewer = create(ReaderResources(aliked=str(models / "gone.onnx")))
    assert viewer == Reason("no_landmark_model", (("method", "aliked"),))
    assert isinstance(create(ReaderResources()), LandmarkFeatureAnalyser)


def test_a_reading_names_its_model(models: Path) -> None:
    file = models / "c.onnx"
    resource_sets = [
        ReaderResources(),
        ReaderResources(aliked=str(models / "a.onnx")),
        ReaderResources(aliked=str(models / "b.onnx")),
        ReaderResources(aliked=str(file)),
    ]
    versions = [readers_version(configured_readers(resources)) for resources in resource_sets]
    assert len(set(versions)) == 4
    file.write_bytes((models / "a.onnx").read_bytes())
    assert (
        readers_version(configured_readers(resource_sets[3])) == versions[1]
    )  # the same bytes elsewhere are the same model


def test_paths_are_relative_to_the_settings_file(tmp_path: Path) -> None:
    (tmp_path / "opsec.toml").write_text('[landmarks]\ndisk = "m/d.onnx"\nlightglue = "m/l.onnx"\n', "utf-8")
    settings = load_settings_file(tmp_path / "opsec.toml")
    assert settings.landmarks.lightglue == str(tmp_path / "m" / "l.onnx")
    assert resources_from(settings).landmark_model == ("disk", str(tmp_path / "m" / "d.onnx"))


@pytest.mark.parametrize(
    ("text", "expected_message"),
    [
        (
            '[landmarks]\naliked = "a"\ndisk = "d"',
            "landmarks names two models, of which only one can be used (aliked, disk)",
        ),
        (
            '[landmarks]\nlightglue = "l"',
            "landmarks.lightglue matches the features of another model; name that model too",
        ),
        ('[landmarks]\nalike = "a"', "unknown key landmarks.alike; did you mean aliked?"),
    ],
)
def test_contradictory_settings_give_one_sentence(text: str, expected_message: str, tmp_path: Path) -> None:
    (tmp_path / "opsec.toml").write_text(text, "utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings_file(tmp_path / "opsec.toml")
    assert expected_message in str(caught.value)
    assert render(caught.value.message, "ar") != str(caught.value)


def test_a_landmark_model_that_does_not_work_is_said_on_each_clip(lake_camp: Path) -> None:
    folder = small_xfeat.write_folder(lake_camp / "models", small_xfeat.network()[:-9_000])
    found = scanned(lake_camp, Settings(landmarks=LandmarkModels(models=str(folder))))
    for result, state in zip(found.results, ("ran", "failed"), strict=True):
        assert "no_learned_model" in [reason.code for reason in result.clip.coverage.reasons]
        assert result.clip.coverage.checks["landmarks"] == state, "the first shows the landmark clearly"
    assert [landmarks(result) for result in found.results] == [["north-gate"], []]
    assert found.counts.not_fully_checked >= 1


@pytest.mark.slow
def test_a_landmark_model_adds_features_that_a_rescan_with_another_reads_again(lake_camp: Path) -> None:
    folder = small_xfeat.write_folder(lake_camp / "models", small_xfeat.network())
    settings = Settings(landmarks=LandmarkModels(models=str(folder)))
    found = scanned(lake_camp, settings)
    made = {maker for result in found.results for maker in makers(result)}
    assert {maker.rpartition("-")[0] for maker in made} == {"", "xfeat1"}
    assert [result.clip.coverage.checks["landmarks"] for result in found.results] == ["ran", "ran"]
    assert [landmarks(result) for result in found.results] == [["north-gate"], []]
    learned = [hint for hint in found.results[1].clip.hints if hint.features and is_learned(hint.features.maker)]
    assert 1 <= len(learned) <= MAX_LEARNED_FRAMES
    assert all(hint.features.count <= MAX_LEARNED_FEATURES for hint in learned if hint.features)
    assert makers(scanned(lake_camp, Settings()).results[0]) == {"sift"}
