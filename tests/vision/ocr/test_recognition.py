"""One line, read: cuts that agree ask nobody else, cuts that differ ask tesseract, and every look is counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from opsec.vision.ocr.line_recogniser import LineRead
from opsec.vision.ocr.recognition import FIRST_CUTS, LineReader
from opsec.vision.ocr.rover_voting import Reading
from opsec.vision.ocr.text_line import Line
from tests.fixtures.images import blank

LINE = Line(240, 320, 200, 20, 0.0, 0.9)


@dataclass
class Network:
    """Says these texts, one a cut."""

    texts: Sequence[str]
    likelihood: float = 0.97
    looks: int = 0

    def read(self, _crop: Any) -> LineRead:
        text = self.texts[self.looks % len(self.texts)]
        self.looks += 1
        return LineRead(text, (self.likelihood,) * len(text))


@dataclass
class Engine:
    """Says these texts, one a view, and remembers in which tongues it was asked."""

    texts: Sequence[str] = ()
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def read(self, _grey: Any, tongues: tuple[str, ...]) -> Iterator[Reading]:
        self.asked.append(tongues)
        if len(self.asked) <= len(self.texts):
            yield Reading(self.texts[len(self.asked) - 1], 0.6, "eng")


def read(network: Network, engine: Engine, work: float = 1_000) -> tuple[Reading | None, LineReader]:
    reader = LineReader(network, engine, work)  # type: ignore[arg-type]
    return reader.read(blank(), LINE), reader


def test_cuts_that_agree_are_the_reading_and_tesseract_is_not_asked() -> None:
    engine = Engine()
    reading, _ = read(Network(["1 PARA"]), engine)
    assert reading is not None
    assert reading.text == "1 PARA", "a number at the edge is no rim"
    assert reading.likelihood >= 0.9
    assert engine.asked == []


@pytest.mark.parametrize(
    ("network", "asked"),
    [
        (Network(["Falcon Camp", "Falcon Comp", "Falcon Camp"]), ("eng",)),
        (Network(["Falcon Camp"], likelihood=0.7), ("eng",)),
        (Network(["Falcon Camp", "", "Falcon Camp"]), ("eng",)),
        (Network(["", "Falcon Camp", "Falcon Camp"]), ("eng",)),
        (Network(["معسكر الصقر", "معسكر الصفر"]), ("ara",)),
        (Network(["?!x"], likelihood=0.3), ("ara", "eng")),
    ],
)
def test_cuts_that_differ_or_doubt_ask_tesseract_in_the_tongue_they_tell(
    network: Network, asked: tuple[str, ...]
) -> None:
    engine = Engine()
    read(network, engine)
    assert set(engine.asked) == {asked}


def test_the_letters_that_both_engines_read_are_the_reading() -> None:
    reading, _ = read(Network(["Falcon Comp", "Falcon Camp", "Falcon Canp"]), Engine(["Falcon Camp"]))
    assert reading is not None
    assert reading.text == "Falcon Camp"
    assert reading.likelihood >= 0.9


def test_what_differs_everywhere_is_voted_on_and_never_sure() -> None:
    reading, _ = read(Network(["Falcon Comp", "Falcom Camp", "Falkon Camp"]), Engine())
    assert reading is not None
    assert reading.text == "Falcon Camp"
    assert reading.likelihood < 0.9


def test_every_look_is_taken_from_the_clips_share_and_the_end_of_it_is_known() -> None:
    looks = LINE.length_px / LINE.height_px
    _, agreeing = read(Network(["Falcon Camp"]), Engine(), work=100)
    assert agreeing.work_left == pytest.approx(100 - len(FIRST_CUTS) * looks)
    assert not agreeing.spent
    reading, poor = read(Network(["Falcon Camp"]), Engine(), work=len(FIRST_CUTS) * looks - 1)
    assert reading is None
    assert poor.spent
    engine = Engine()
    reading, short = read(Network(["Falcon Camp", "Falcon Comp"]), engine, work=(len(FIRST_CUTS) + 1) * looks + 1)
    assert reading is not None, "what the network read is kept"
    assert short.spent
    assert engine.asked == []
