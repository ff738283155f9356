"""How well single lines are read.

    python -m tests.benchmarks.ocr.lines [--shared FOLDER] [--drawn COUNT] [--weights FILE]

Three sets: worn lines that we draw with fonts the network never saw (and another seed than it learned from), clean
boards with Arabic numbers in such fonts, and the frames of the shared corpus where they are on this machine, cut out by
their true outlines. Tesseract reads the same crops, raw
line, Arabic and English apart, and of the two answers the likelier one counts.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from opsec.model import Reason
from opsec.text.normalise import fold
from opsec.vision.ocr.charset import labels, reading_order, runs_right_to_left
from opsec.vision.ocr.line_recogniser import LineNetwork
from tests.benchmarks.corpus.metadata import shared_folder

Grey = NDArray[np.uint8]
Engine = Callable[[Grey], tuple[str, float]]
_BOARD_EDGE = 0.26
"""The corpus outlines the whole board; a detector outlines its letters. Share of the letter size to leave out."""
_TESSDATA = "/usr/share/tesseract-ocr/5/tessdata/"
_ARABIC_NUMBER = re.compile("[٠-٩]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its crop, what it says, and what kind of line it is."""

    crop: Grey
    text: str
    kind: str


@dataclass(slots=True)
class Score:
    """Errors and letters of one kind of line, and its Arabic numbers."""

    errors: int = 0
    letters: int = 0
    lines: int = 0
    exact: int = 0
    numbers: int = 0
    numbers_right: int = 0
    misread: list[str] = field(default_factory=list)

    def add(self, text: str, read: str) -> None:
        wanted, got = _bare(text), _bare(read)
        errors = Levenshtein.distance(wanted, got)
        self.errors += errors
        self.letters += len(wanted)
        self.lines += 1
        self.exact += errors == 0
        if errors:
            self.misread.append(f"{text} → {read}")
        numbers = [fold(number).text for number in _ARABIC_NUMBER.findall(labels(text))]
        self.numbers += bool(numbers)
        self.numbers_right += bool(numbers) and re.findall("[0-9]+", fold(read).text) == re.findall(
            "[0-9]+", fold(text).text
        )

    def __str__(self) -> str:
        numbers = f", Arabic numbers {self.numbers_right}/{self.numbers}" if self.numbers else ""
        rate = self.errors / max(self.letters, 1)
        return (
            f"error {rate:.3f}, whole lines {self.exact}/{self.lines} ({self.exact / max(self.lines, 1):.2f}){numbers}"
        )


def _bare(text: str) -> str:
    return fold(text).text.replace(" ", "")


def kind_of(text: str) -> str:
    """Arabic or English, by its letters."""
    return "Arabic" if runs_right_to_left(labels(text)) else "English"


def corpus_lines(shared: Path) -> Iterator[Line]:
    """The frames of the corpus, each line turned upright by its true outline."""
    folder = shared / "corpus" / "text"
    for row in (folder / "frames_truth.jsonl").read_text(encoding="utf-8").splitlines():
        truth = json.loads(row)
        frame = cv2.imread(str(folder / "frames" / truth["frame"]), cv2.IMREAD_GRAYSCALE)
        assert frame is not None
        for text in truth["texts"]:
            edge_px = -_BOARD_EDGE * text["px"] if truth["mode"] == "sign" else 0.12 * text["px"]
            yield Line(upright(np.asarray(frame, np.uint8), text["quad"], edge_px), text["text"], kind_of(text["text"]))


def upright(frame: Grey, quad: list[list[float]], edge_px: float) -> Grey:
    """The inside of an outline as a rectangle, with an edge around it (less than 0: taken away)."""
    corners = np.array(quad, np.float32)
    wide = (np.hypot(*(corners[1] - corners[0])) + np.hypot(*(corners[2] - corners[3]))) / 2
    high = (np.hypot(*(corners[3] - corners[0])) + np.hypot(*(corners[2] - corners[1]))) / 2
    width, height = round(wide + 2 * edge_px), round(high + 2 * edge_px)
    goal = np.array(
        [[edge_px, edge_px], [edge_px + wide, edge_px], [edge_px + wide, edge_px + high], [edge_px, edge_px + high]],
        np.float32,
    )
    turn = cv2.getPerspectiveTransform(corners, goal)
    return np.asarray(
        cv2.warpPerspective(frame, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        np.uint8,
    )


def drawn_lines(count: int, seed: int = 90_001) -> Iterator[Line]:
    """Lines of our own drawing in fonts that were held out."""
    from opsec.devtools.ocr_training.fonts import installed
    from opsec.devtools.ocr_training.line_renderer import Artist

    artist = Artist(seed, [face for face in installed() if face.held_out], wears=1)
    while count > 0:
        for drawn in artist.pictures(30):
            text = reading_order(drawn.signs)
            yield Line(drawn.picture, text, kind_of(text))
            count -= 1


def unit_boards(count: int, seed: int = 90_002) -> Iterator[Line]:
    """Clean boards of units and streets with Arabic numbers, in held-out fonts, half of them light on dark."""
    from opsec.devtools.ocr_training.fonts import installed

    faces = [face for face in installed() if face.held_out and face.draws("لواء ٠١٢٣٤٥٦٧٨٩")]
    rng = np.random.default_rng(seed)
    for at in range(count if faces else 0):
        number = "".join(rng.choice(list("٠١٢٣٤٥٦٧٨٩"), int(rng.integers(1, 5))))
        text = str(rng.choice(["لواء {}", "الفوج {}", "شارع {}", "الكتيبة {}", "محلة {}"])).format(number)
        path = faces[int(rng.integers(len(faces)))].path
        yield Line(board(path, text, int(rng.integers(20, 44)), dark=at % 2 == 1), text, "Arabic")


def board(font_path: str, text: str, size_px: int = 34, dark: bool = False) -> Grey:
    """A line of text on an even board, with a little room around it."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.truetype(font_path, size_px, layout_engine=ImageFont.Layout.RAQM)
    left, top, right, bottom = (int(side) for side in font.getbbox(text, direction="rtl"))
    ground, ink = (35, 220) if dark else (225, 25)
    image = Image.new("L", (right - left + 16, bottom - top + 12), ground)
    ImageDraw.Draw(image).text((8 - left, 6 - top), text, font=font, fill=ink, direction="rtl")
    return np.asarray(image, np.uint8)


def own(weights: Path | None) -> Engine:
    """Our network."""
    reader = LineNetwork.load(weights.read_bytes() if weights else None)
    if isinstance(reader, Reason):
        raise SystemExit(str(reader))

    def read(crop: Grey) -> tuple[str, float]:
        line = reader.read(crop)
        return line.text, line.likelihood

    return read


def tesseract(*tongues: str) -> Engine | None:
    """Tesseract on a line made dark on light with room around it; the likelier of the tongues' answers."""
    try:
        import tesserocr
    except ImportError:
        return None
    engines = [tesserocr.PyTessBaseAPI(path=_TESSDATA, lang=tongue, psm=13, oem=1) for tongue in tongues]

    def read(crop: Grey) -> tuple[str, float]:
        edge = np.concatenate([crop[0], crop[-1], crop[:, 0], crop[:, -1]])
        dark = crop if np.median(edge) >= np.mean(crop) else 255 - crop
        scale = 48 / dark.shape[0]
        big = cv2.resize(dark, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA)
        view = cv2.copyMakeBorder(big, 5, 5, 5, 5, cv2.BORDER_REPLICATE)
        answers = []
        for engine in engines:
            engine.SetImageBytes(view.tobytes(), view.shape[1], view.shape[0], 1, view.shape[1])
            engine.SetVariable("user_defined_dpi", "150")
            answers.append((engine.GetUTF8Text().strip(), engine.MeanTextConf() / 100))
        return max(answers, key=lambda answer: answer[1])

    return read


def scored(lines: list[Line], engine: Engine) -> dict[str, Score]:
    """The scores of one engine: all, Arabic, English."""
    scores = {"all": Score(), "Arabic": Score(), "English": Score()}
    for line in lines:
        read, _ = engine(line.crop)
        for kind in ("all", line.kind):
            scores[kind].add(line.text, read)
    return scores


def main() -> None:
    """Measures and tells."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--drawn", type=int, default=600)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--misread", action="store_true", help="list the lines that our network misread")
    said = parser.parse_args()
    cv2.setNumThreads(1)
    shared = said.shared or shared_folder()
    sets = {"drawn, unseen fonts": list(drawn_lines(said.drawn)), "boards of units": list(unit_boards(said.drawn // 3))}
    if shared is not None:
        sets["corpus frames"] = list(corpus_lines(shared))
    engines = {
        "ours": own(said.weights),
        "tesseract ara": tesseract("ara"),
        "tesseract ara|eng": tesseract("ara", "eng"),
    }
    for name, lines in sets.items():
        for label, engine in engines.items():
            if engine is None:
                continue
            scores = scored(lines, engine)
            for kind, score in scores.items():
                sys.stdout.write(f"{name:20} {label:18} {kind:8} {score}\n")
            if said.misread and label == "ours":
                sys.stdout.writelines(f"    {row}\n" for row in scores["all"].misread)


if __name__ == "__main__":
    main()
