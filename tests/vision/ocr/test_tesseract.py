"""Tesseract on single lines: where its data are found, which engine answers, and what its confidence becomes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from opsec.vision.ocr import tesseract
from opsec.vision.ocr.rover_voting import Recognition
from opsec.vision.ocr.tesseract import OCR_LANGUAGES, OcrLanguage, Tesseract, find_language_data, language_of


class StubEngine:
    """An engine of tesserocr that returns one text."""

    def __init__(self, text: str, confidence: int) -> None:
        self.text, self.confidence = text, confidence
        self.sizes: list[tuple[int, int, int, int]] = []

    def SetImageBytes(self, data: bytes, width: int, height: int, channels: int, stride: int) -> None:  # noqa: N802 - as tesserocr names it
        assert len(data) == width * height
        self.sizes.append((width, height, channels, stride))

    def GetUTF8Text(self) -> str:  # noqa: N802 - as tesserocr names it
        return self.text

    def MeanTextConf(self) -> int:  # noqa: N802 - as tesserocr names it
        return self.confidence


def install(folder: Path, *languages: str) -> str:
    for language in languages:
        (folder / f"{language}.traineddata").write_bytes(b"data")
    return str(folder)


def opened(monkeypatch: pytest.MonkeyPatch, folder: str, engines: dict[OcrLanguage, Any]) -> Tesseract:
    monkeypatch.setattr(tesseract, "_open_engine", lambda _data, language: engines[language])
    return Tesseract(folder)


# ── language data ─────────────────────────────────────────────────────────────────────────────
def test_data_are_looked_for_in_the_given_folder_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system, own = tmp_path / "system", tmp_path / "own"
    system.mkdir()
    own.mkdir()
    install(system, "ara", "eng")
    install(own, "eng")
    monkeypatch.setattr(tesseract, "SYSTEM_FOLDERS", (str(tmp_path / "none"), str(system)))
    assert find_language_data("ara", None) == system / "ara.traineddata"
    assert find_language_data("eng", str(own)) == own / "eng.traineddata"
    assert find_language_data("ara", str(own)) is None


def test_a_folder_of_that_name_is_not_language_data(tmp_path: Path) -> None:
    (tmp_path / "ara.traineddata").mkdir()
    assert find_language_data("ara", str(tmp_path)) is None


def test_no_language_data_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no language data"):
        Tesseract(str(tmp_path))


@pytest.mark.parametrize("languages", [("ara",), ("eng",), ("ara", "eng")])
def test_languages_are_those_with_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, languages: tuple[OcrLanguage, ...]
) -> None:
    engines: dict[OcrLanguage, Any] = {language: StubEngine("", 0) for language in OCR_LANGUAGES}
    assert opened(monkeypatch, install(tmp_path, *languages), engines).languages == languages


# ── recognition ───────────────────────────────────────────────────────────────────────────────
def test_each_language_answers_and_its_confidence_is_scaled_by_its_share_of_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines: dict[OcrLanguage, Any] = {"ara": StubEngine("باب B2\n", 80), "eng": StubEngine("Gate 4\n", 90)}
    ocr = opened(monkeypatch, install(tmp_path, "ara", "eng"), engines)
    found = list(ocr.recognise(np.zeros((30, 200), np.uint8)))
    assert found == [
        Recognition("باب B2", pytest.approx(0.8 * 0.6), "ara"),  # type: ignore[arg-type]
        Recognition("Gate 4", pytest.approx(0.9), "eng"),  # type: ignore[arg-type]
    ]
    assert engines["eng"].sizes == [(200, 30, 1, 200)]


def test_only_the_languages_asked_for_that_have_data_are_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engines: dict[OcrLanguage, Any] = {"eng": StubEngine("Gate 4", 90)}
    ocr = opened(monkeypatch, install(tmp_path, "eng"), engines)
    line = np.zeros((30, 200), np.uint8)
    assert list(ocr.recognise(line, ("ara",))) == []
    assert [one.text for one in ocr.recognise(line, ("ara", "eng"))] == ["Gate 4"]
    assert len(engines["eng"].sizes) == 1


@pytest.mark.parametrize("text", ["", "\n", "|__|"])
def test_an_engine_that_sees_no_letter_yields_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    ocr = opened(monkeypatch, install(tmp_path, "eng"), {"eng": StubEngine(text, 95)})
    assert list(ocr.recognise(np.zeros((30, 200), np.uint8))) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [("معسكر الصقر", "ara"), ("Falcon Camp", "eng"), ("معسكر Falcon", "eng"), ("معسكر ab", "ara"), ("", "eng")],
)
def test_language_of_a_text(text: str, language: OcrLanguage) -> None:
    assert language_of(text) == language
