"""Character error rate on single lines.

    python -m tests.benchmarks ocr-lines [--shared FOLDER] [--rendered COUNT] [--weights FILE]

Three sets: degraded lines rendered with fonts and a seed that the network was not trained on, clean boards with Arabic
numbers in such fonts, and the frames of the shared corpus if they are on this machine, cropped by their true outlines.
Tesseract reads the same crops as raw lines, Arabic and English apart; of the two answers the more confident one counts.
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
from opsec.text.normalise import normalise
from opsec.vision.ocr.charset import is_right_to_left, to_charset, visual_to_logical
from opsec.vision.ocr.line_recogniser import LineRecogniser
from tests.benchmarks.corpus.metadata import shared_folder

GrayImage = NDArray[np.uint8]
Engine = Callable[[GrayImage], tuple[str, float]]
_BOARD_MARGIN = 0.26
"""The corpus outlines the whole board; a detector outlines its letters. Share of the letter size to leave out."""
_TESSDATA = "/usr/share/tesseract-ocr/5/tessdata/"
_ARABIC_NUMBER = re.compile("[٠-٩]+")


@dataclass(frozen=True, slots=True)
class LabelledLine:
    """One line: its crop, its text, and its language."""

    crop: GrayImage
    text: str
    kind: str


@dataclass(slots=True)
class Score:
    """Errors over the lines of one kind."""

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
        numbers = [normalise(number).text for number in _ARABIC_NUMBER.findall(to_charset(text))]
        self.numbers += bool(numbers)
        self.numbers_right += bool(numbers) and re.findall("[0-9]+", normalise(read).text) == re.findall(
            "[0-9]+", normalise(text).text
        )

    def __str__(self) -> str:
        numbers = f", Arabic numbers {self.numbers_right}/{self.numbers}" if self.numbers else ""
        rate = self.errors / max(self.letters, 1)
        return (
            f"error {rate:.3f}, whole lines {self.exact}/{self.lines} ({self.exact / max(self.lines, 1):.2f}){numbers}"
        )


def _bare(text: str) -> str:
    return normalise(text).text.replace(" ", "")


def kind_of(text: str) -> str:
    """Return Arabic or English, by the letters."""
    return "Arabic" if is_right_to_left(to_charset(text)) else "English"


def corpus_lines(shared: Path) -> Iterator[LabelledLine]:
    """Yield the lines of the corpus's frames, each rectified by its true outline."""
    folder = shared / "corpus" / "text"
    for row in (folder / "frames_truth.jsonl").read_text(encoding="utf-8").splitlines():
        truth = json.loads(row)
        frame = cv2.imread(str(folder / "frames" / truth["frame"]), cv2.IMREAD_GRAYSCALE)
        assert frame is not None
        for text in truth["texts"]:
            margin_px = -_BOARD_MARGIN * text["px"] if truth["mode"] == "sign" else 0.12 * text["px"]
            yield LabelledLine(
                rectify_outline(np.asarray(frame, np.uint8), text["quad"], margin_px),
                text["text"],
                kind_of(text["text"]),
            )


def rectify_outline(frame: GrayImage, quad: list[list[float]], margin_px: float) -> GrayImage:
    """Rectify the inside of an outline, with a margin; a negative margin cuts into it."""
    corners = np.array(quad, np.float32)
    wide = (np.hypot(*(corners[1] - corners[0])) + np.hypot(*(corners[2] - corners[3]))) / 2
    high = (np.hypot(*(corners[3] - corners[0])) + np.hypot(*(corners[2] - corners[1]))) / 2
    width, height = round(wide + 2 * margin_px), round(high + 2 * margin_px)
    goal = np.array(
        [
            [margin_px, margin_px],
            [margin_px + wide, margin_px],
            [margin_px + wide, margin_px + high],
            [margin_px, margin_px + high],
        ],
        np.float32,
    )
    turn = cv2.getPerspectiveTransform(corners, goal)
    return np.asarray(
        cv2.warpPerspective(frame, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        np.uint8,
    )


def rendered_lines(count: int, seed: int = 90_001) -> Iterator[LabelledLine]:
    """Yield rendered lines in held-out fonts; none if no such font is installed."""
    from opsec.devtools.ocr_training.fonts import find_fonts
    from opsec.devtools.ocr_training.line_renderer import LineRenderer

    faces = [face for face in find_fonts() if face.is_held_out]
    renderer = LineRenderer(seed, faces, variants=1)
    while faces and count > 0:
        for line in renderer.render(30):
            text = visual_to_logical(line.visual_text)
            yield LabelledLine(line.image, text, kind_of(text))
            count -= 1


def unit_boards(count: int, seed: int = 90_002) -> Iterator[LabelledLine]:
    """Yield clean boards of units and streets with Arabic numbers, in held-out fonts, half of them inverted."""
    from opsec.devtools.ocr_training.fonts import find_fonts

    faces = [face for face in find_fonts() if face.is_held_out and face.supports("لواء ٠١٢٣٤٥٦٧٨٩")]
    rng = np.random.default_rng(seed)
    for at in range(count if faces else 0):
        number = "".join(rng.choice(list("٠١٢٣٤٥٦٧٨٩"), int(rng.integers(1, 5))))
        text = str(rng.choice(["لواء {}", "الفوج {}", "شارع {}", "الكتيبة {}", "محلة {}"])).format(number)
        path = faces[int(rng.integers(len(faces)))].path
        yield LabelledLine(board(path, text, int(rng.integers(20, 44)), dark=at % 2 == 1), text, "Arabic")


def board(font_path: str, text: str, size_px: int = 34, dark: bool = False) -> GrayImage:
    """Render a line of text on a flat board, with a small margin."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.truetype(font_path, size_px, layout_engine=ImageFont.Layout.RAQM)
    left, top, right, bottom = (int(side) for side in font.getbbox(text, direction="rtl"))
    ground, ink = (35, 220) if dark else (225, 25)
    image = Image.new("L", (right - left + 16, bottom - top + 12), ground)
    ImageDraw.Draw(image).text((8 - left, 6 - top), text, font=font, fill=ink, direction="rtl")
    return np.asarray(image, np.uint8)


def line_recogniser_engine(weights: Path | None) -> Engine:
    """Return the line recogniser as an engine."""
    recogniser = LineRecogniser.load(weights.read_bytes() if weights else None)
    if isinstance(recogniser, Reason):
        raise SystemExit(str(recogniser))

    def read(crop: GrayImage) -> tuple[str, float]:
        line = recogniser.recognise(crop)
        return line.text, line.confidence

    return read


def tesseract_engine(*languages: str) -> Engine | None:
    """Return tesseract as an engine: the most confident answer of its languages for a line, dark on light."""
    try:
        import tesserocr
    except ImportError:
        return None
    engines = [tesserocr.PyTessBaseAPI(path=_TESSDATA, lang=language, psm=13, oem=1) for language in languages]

    def read(crop: GrayImage) -> tuple[str, float]:
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


def score_lines(lines: list[LabelledLine], engine: Engine) -> dict[str, Score]:
    """Score one engine on all, the Arabic and the English lines."""
    scores = {"all": Score(), "Arabic": Score(), "English": Score()}
    for line in lines:
        read, _ = engine(line.crop)
        for kind in ("all", line.kind):
            scores[kind].add(line.text, read)
    return scores


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--rendered", type=int, default=600)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--misread", action="store_true", help="list the lines that the line recogniser misread")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    shared = args.shared or shared_folder()
    sets = {
        "rendered, unseen fonts": list(rendered_lines(args.rendered)),
        "unit boards": list(unit_boards(args.rendered // 3)),
    }
    if shared is not None:
        sets["corpus frames"] = list(corpus_lines(shared))
    engines = {
        "line recogniser": line_recogniser_engine(args.weights),
        "tesseract ara": tesseract_engine("ara"),
        "tesseract ara|eng": tesseract_engine("ara", "eng"),
    }
    for name, lines in sets.items():
        for label, engine in engines.items():
            if engine is None:
                continue
            scores = score_lines(lines, engine)
            for kind, score in scores.items():
                sys.stdout.write(f"{name:20} {label:18} {kind:8} {score}\n")
            if args.misread and label == "line recogniser":
                sys.stdout.writelines(f"    {row}\n" for row in scores["all"].misread)
