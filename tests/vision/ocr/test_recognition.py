"""One line by the ensemble: crops that agree are the result, crops that differ ask tesseract, within a budget."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from opsec.vision.ocr.line_recogniser import DecodedLine
from opsec.vision.ocr.recognition import FIRST_CROPS, EnsembleRecogniser
from opsec.vision.ocr.rover_voting import Recognition
from opsec.vision.ocr.text_line import TextLine
from tests.fixtures.images import blank

LINE = TextLine(240, 320, 200, 20, 0.0, 0.9)


@dataclass
class StubLineRecogniser:
    """A line recogniser that returns these texts, one for each crop."""

    texts: Sequence[str]
    confidence: float = 0.97
    n_crops: int = 0

    def recognise(self, _crop: Any) -> DecodedLine:
        text = self.texts[self.n_crops % len(self.texts)]
        self.n_crops += 1
        return DecodedLine(text, (self.confidence,) * len(text))


@dataclass
class StubEngine:
    """A tesseract that returns these texts, one for each input, and records the languages it was asked for."""

    texts: Sequence[str] = ()
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def recognise(self, _gray: Any, languages: tuple[str, ...]) -> Iterator[Recognition]:
        self.asked.append(languages)
        if len(self.asked) <= len(self.texts):
            yield Recognition(self.texts[len(self.asked) - 1], 0.6, "eng")


def read(
    network: StubLineRecogniser, engine: StubEngine, work: float = 1_000
) -> tuple[Recognition | None, EnsembleRecogniser]:
    ensemble = EnsembleRecogniser(network, engine, work)  # type: ignore[arg-type]
    return ensemble.recognise(blank(), LINE), ensemble


def test_crops_that_agree_are_the_result_and_tesseract_is_not_asked() -> None:
    engine = StubEngine()
    result, _ = read(StubLineRecogniser(["1 PARA"]), engine)
    assert result is not None
    assert result.text == "1 PARA", "a digit at the edge is kept"
    assert result.confidence >= 0.9
    assert engine.asked == []


@pytest.mark.parametrize(
    ("network", "asked"),
    [
        (StubLineRecogniser(["Falcon Camp", "Falcon Comp", "Falcon Camp"]), ("eng",)),
        (StubLineRecogniser(["Falcon Camp"], confidence=0.7), ("eng",)),
        (StubLineRecogniser(["Falcon Camp", "", "Falcon Camp"]), ("eng",)),
        (StubLineRecogniser(["", "Falcon Camp", "Falcon Camp"]), ("eng",)),
        (StubLineRecogniser(["معسكر الصقر", "معسكر الصفر"]), ("ara",)),
        (StubLineRecogniser(["?!x"], confidence=0.3), ("ara", "eng")),
    ],
)
def test_crops_that_differ_or_are_unsure_ask_tesseract_in_the_language_they_suggest(
    network: StubLineRecogniser, asked: tuple[str, ...]
) -> None:
    engine = StubEngine()
    read(network, engine)
    assert set(engine.asked) == {asked}


def test_a_text_that_both_engines_read_is_the_result() -> None:
    result, _ = read(StubLineRecogniser(["Falcon Comp", "Falcon Camp", "Falcon Canp"]), StubEngine(["Falcon Camp"]))
    assert result is not None
    assert result.text == "Falcon Camp"
    assert result.confidence >= 0.9


def test_texts_that_all_differ_are_voted_on_and_never_sure() -> None:
    result, _ = read(StubLineRecogniser(["Falcon Comp", "Falcom Camp", "Falkon Camp"]), StubEngine())
    assert result is not None
    assert result.text == "Falcon Camp"
    assert result.confidence < 0.9


def test_every_crop_is_taken_from_the_budget_and_its_end_is_recorded() -> None:
    cost = LINE.length_px / LINE.height_px
    _, agreeing = read(StubLineRecogniser(["Falcon Camp"]), StubEngine(), work=100)
    assert agreeing.work_left == pytest.approx(100 - len(FIRST_CROPS) * cost)
    assert not agreeing.exhausted
    result, poor = read(StubLineRecogniser(["Falcon Camp"]), StubEngine(), work=len(FIRST_CROPS) * cost - 1)
    assert result is None
    assert poor.exhausted
    engine = StubEngine()
    result, short = read(
        StubLineRecogniser(["Falcon Camp", "Falcon Comp"]), engine, work=(len(FIRST_CROPS) + 1) * cost + 1
    )
    assert result is not None, "what the line recogniser read is kept"
    assert short.exhausted
    assert engine.asked == []


@dataclass
class ViewRecogniser:
    """A line recogniser that reads one text, and is sure of another only in crops that are flipped like this."""

    flip: str
    text: str = "FALCON"
    confidences: tuple[float, float] = (0.99, 0.7)
    """Of the text in the right view, and of what it reads in all others."""
    seen: int = 0

    def recognise(self, crop: Any) -> DecodedLine:
        self.seen += 1
        corner = {"plain": (0, 0), "mirrored": (0, -1), "turned": (-1, -1)}[self.flip]
        is_right = crop[corner] > 200
        text, confidence = (self.text if is_right else "Vu7cA"), self.confidences[not is_right]
        return DecodedLine(text, (confidence,) * len(text))


def read_with_bright_corner(network: ViewRecogniser) -> Recognition | None:
    image = blank()
    image[:322, :200] = 255  # the top left part of every crop of the line
    return EnsembleRecogniser(network, StubEngine()).recognise(image, LINE)  # type: ignore[arg-type]


@pytest.mark.parametrize("view", ["mirrored", "turned"])
def test_a_line_that_is_sure_only_in_another_view_is_read_in_that_view(view: str) -> None:
    result = read_with_bright_corner(ViewRecogniser(view))
    assert result is not None
    assert (result.text, result.view) == ("FALCON", view)


@pytest.mark.parametrize(
    ("confidences", "view"),
    [((0.96, 0.9), "mirrored"), ((0.94, 0.9), "plain"), ((0.9, 0.6), "mirrored"), ((0.9, 0.7), "plain"),
     ((0.85, 0.4), "plain")],
)  # fmt: skip
def test_another_view_counts_if_it_is_sure_or_much_surer(confidences: tuple[float, float], view: str) -> None:
    result = read_with_bright_corner(ViewRecogniser("mirrored", confidences=confidences))
    assert result is not None
    assert result.view == view


@pytest.mark.parametrize("text", ["TAXI", "OHO", "رهشةا", "ab"])
def test_another_view_does_not_count_if_its_text_is_ambiguous_impossible_or_short(text: str) -> None:
    result = read_with_bright_corner(ViewRecogniser("mirrored", text))
    assert result is not None
    assert result.view == "plain"


def test_a_line_that_is_read_surely_is_not_looked_at_in_other_views() -> None:
    network = ViewRecogniser("plain")
    assert read_with_bright_corner(network) is not None
    assert network.seen == len(FIRST_CROPS)


def test_a_line_that_fails_in_other_views_costs_one_crop_for_each() -> None:
    cost = LINE.length_px / LINE.height_px
    _, ensemble = read(StubLineRecogniser(["?!x"], confidence=0.3), StubEngine(), work=1_000)
    others = 2 + 1 + 2 * 2  # two views, the third crop, two inputs of tesseract in two languages
    assert ensemble.work_left == pytest.approx(1_000 - (len(FIRST_CROPS) + others) * cost)
