"""Missing resources are named with the next step, and other resources have another description."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from opsec.i18n.messages import render
from opsec.i18n.reasons import make_reason, reason_message
from opsec.model.resources import ReaderResources
from opsec.readers.video import ocr_resources
from opsec.readers.video.ocr_resources import describe_resources, find_detector_model, missing_resource


@pytest.fixture
def complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReaderResources:
    """Resources with every package, a detector and Arabic data, whatever this machine has."""
    (tmp_path / "detector.onnx").write_bytes(b"x" * 10)
    (tmp_path / "ara.traineddata").write_bytes(b"x" * 20)
    monkeypatch.setattr(ocr_resources, "find_spec", lambda name: object())
    monkeypatch.setattr(ocr_resources, "find_detector_model", lambda: tmp_path / "detector.onnx")
    return ReaderResources(tessdata=str(tmp_path))


def hide_package(package: str) -> Any:
    real = importlib.util.find_spec
    return lambda name: None if name == package else real(name)


def test_nothing_is_missing_with_a_detector_the_packages_and_one_language(complete: ReaderResources) -> None:
    assert missing_resource(complete) is None


@pytest.mark.parametrize("package", ocr_resources.ENGINES)
def test_a_missing_package_is_named(package: str, complete: ReaderResources, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_resources, "find_spec", hide_package(package))
    assert missing_resource(complete) == make_reason("no_sign_package", package=package)


def test_a_missing_detector_model_is_reported_with_the_next_step(
    complete: ReaderResources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr_resources, "find_detector_model", find_detector_model)
    monkeypatch.setattr(ocr_resources, "DETECTOR_FILE", "not_there.onnx")
    missing = missing_resource(complete)
    assert missing == make_reason("no_sign_model", file="not_there.onnx")
    assert describe_resources(complete) == "[no_sign_model]"
    english, arabic = (render(reason_message(missing), language) for language in ("en", "ar"))
    assert "install opsec again with pip" in english
    assert "pip" in arabic != english


def test_a_folder_without_language_data_is_reported(complete: ReaderResources, tmp_path: Path) -> None:
    (tmp_path / "ara.traineddata").unlink()
    assert missing_resource(complete) == make_reason("no_sign_data")
    assert describe_resources(complete) == "[no_sign_data]"


def test_the_description_names_every_file_with_its_size(complete: ReaderResources) -> None:
    assert describe_resources(complete) == "[detector.onnx:10 ara.traineddata:20 - own:4]"


@pytest.mark.parametrize("changed", ["detector.onnx", "ara.traineddata", "eng.traineddata"])
def test_other_resources_have_another_description(complete: ReaderResources, tmp_path: Path, changed: str) -> None:
    before = describe_resources(complete)
    (tmp_path / changed).write_bytes(b"x" * 30)
    assert describe_resources(complete) != before
