"""Renderer of synthetic lines: text on a board, in a caption or on a plate, seen and degraded as in a posted clip.

Everything is gray: colour carries no letter. The result is the crop that a text detector would give: a little margin,
now and then a frame line, a neighbour's edge or a slice too little.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from opsec.devtools.ocr_training.degradation import Image, degrade
from opsec.devtools.ocr_training.fonts import FontFace
from opsec.devtools.ocr_training.line_texts import LineGenerator, WordLists
from opsec.vision.ocr.charset import is_right_to_left, to_charset

GrayImage = NDArray[np.uint8]
"""Shape (height, width)."""
_VOWEL_MARKS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
_JOINING_LETTERS = frozenset("بتثجحخسشصضطظعغفقكلمنهيپچگ")
_MAX_FACE_ATTEMPTS = 50
_LETTER_SIZES_PX = (11, 56)
_MAX_WIDTH_PX, _MAX_HEIGHT_PX = 2400, 400
_MIN_CROP_PX = 6
_INK_COVERAGE = 0.3
"""Coverage from which on a pixel belongs to the ink that a detector would box."""


@dataclass(frozen=True, slots=True)
class RenderedLine:
    """One image of a line."""

    image: GrayImage
    visual_text: str
    """Its characters from left to right."""


class LineRenderer:
    """Renders lines with the given fonts; the same seed and the same fonts give the same images."""

    def __init__(self, seed: int, faces: list[FontFace], variants: int = 4, words: WordLists | None = None) -> None:
        """Prepare the generator of texts and the background texture.

        Parameters
        ----------
        seed
            Seed of all randomness.
        faces
            Fonts to choose from.
        variants
            Images of each line.
        words
            Words in addition to the lexicon.
        """
        self.variants = variants
        self.rng = np.random.default_rng(seed)
        self.generator = LineGenerator(self.rng, words)
        self.faces = faces
        self.texture = _make_texture(self.rng)

    def render(self, max_characters: int = 34) -> Iterator[RenderedLine]:
        """Yield images of one line of at most ``max_characters``: rendered once, distorted and degraded each time.

        Nothing is yielded if no font supports the text or the line becomes too wide.
        """
        text, visual_text = self.generator.line(max_characters)
        face = self._choose_face(text)
        if face is None:
            return
        size_px = float(np.exp(self.rng.uniform(*np.log(_LETTER_SIZES_PX))))
        outline_px = self._outline_width(size_px)
        coverage = self._render_text(self._add_marks(text, face), face, size_px, outline_px)
        if coverage is None:
            return
        for _ in range(self.variants):
            ink, edge = self._warp_perspective(*coverage)
            degraded = degrade(self._compose(ink, edge, outlined=outline_px > 0), size_px, self.rng)
            crop = self._crop(degraded, np.maximum(ink, edge))
            if crop is not None:
                yield RenderedLine(crop, visual_text)

    def _choose_face(self, text: str) -> FontFace | None:
        for _ in range(_MAX_FACE_ATTEMPTS):
            face = self.faces[int(self.rng.integers(len(self.faces)))]
            if face.supports(text):
                return face
        return None

    def _add_marks(self, text: str, face: FontFace) -> str:
        """Add vowel marks or elongation (tatweel), which the recogniser is to ignore, to one line in ten."""
        kind = self.rng.random()
        if kind > 0.10 or not face.supports(_VOWEL_MARKS + "ـ"):
            return text
        out = ""
        for at, char in enumerate(text):
            out += char
            joined = char in _JOINING_LETTERS and text[at + 1 : at + 2].isalpha()
            if kind < 0.04 and "ء" <= char <= "ي" and self.rng.random() < 0.4:
                out += str(self.rng.choice(list(_VOWEL_MARKS)))
            elif kind >= 0.04 and joined and self.rng.random() < 0.15:
                out += "ـ" * int(self.rng.integers(1, 4))
        return out

    def _outline_width(self, size_px: float) -> int:
        """Choose the width of an outline as caption programs draw it; 0 for most lines."""
        return max(1, round(size_px / self.rng.uniform(8, 18))) if self.rng.random() < 0.22 else 0

    def _render_text(self, text: str, face: FontFace, size_px: float, outline_px: int) -> tuple[Image, Image] | None:
        """Return the coverage of the letters and of their outline, 0 to 1, with a margin; None if it gets too large."""
        from PIL import Image as PillowImage
        from PIL import ImageDraw, ImageFont

        font = ImageFont.truetype(face.path, round(size_px), layout_engine=ImageFont.Layout.RAQM)
        direction = "rtl" if is_right_to_left(to_charset(text)) else "ltr"
        box = font.getbbox(text, direction=direction, stroke_width=outline_px)
        margin = round(size_px)
        width, height = int(box[2] - box[0]) + 2 * margin, int(box[3] - box[1]) + 2 * margin
        if width > _MAX_WIDTH_PX or height > _MAX_HEIGHT_PX:
            return None
        at = (margin - box[0], margin - box[1])
        planes = []
        for width_px in (0, outline_px):
            image = PillowImage.new("L", (width, height), 0)
            ImageDraw.Draw(image).text(at, text, font=font, fill=255, direction=direction, stroke_width=width_px)
            planes.append((np.asarray(image, np.float32) / np.float32(255)).astype(np.float32, copy=False))
        return planes[0], planes[1]

    def _warp_perspective(self, ink: Image, edge: Image) -> tuple[Image, Image]:
        """Warp as if seen from the side: up to 45 degrees of yaw, a few of roll and pitch; also stretched."""
        rng, (height, width) = self.rng, ink.shape
        if rng.random() < 0.25:
            return ink, edge
        yaw = np.radians(rng.uniform(-45, 45) if rng.random() < 0.5 else rng.uniform(-12, 12))
        stretch = np.cos(yaw) * rng.uniform(0.85, 1.2)
        far_scale = 1 + np.sin(yaw) * rng.uniform(0, 0.35) * min(1.0, 4 * height / width)
        slant = np.tan(np.radians(rng.normal(0, 2.2))) * width * stretch
        lean = rng.normal(0, 0.08) * height
        left, right = height, height * far_scale
        corners = np.array(
            [[0, 0], [width * stretch, slant], [width * stretch + lean, slant + right], [lean, left]], np.float32
        )
        corners -= corners.min(axis=0)
        size = (int(corners[:, 0].max()) + 1, int(corners[:, 1].max()) + 1)
        source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        homography = cv2.getPerspectiveTransform(source, corners)
        return _warp(ink, homography, size), _warp(edge, homography, size)

    def _compose(self, ink: Image, edge: Image, outlined: bool) -> Image:
        """Put the letters on a background: gray levels, 0 to 255."""
        rng = self.rng
        background = self._background(ink.shape, rough=outlined or rng.random() < 0.15)
        level = float(background.mean())
        if outlined:
            inner, outer = (
                (rng.uniform(215, 255), rng.uniform(0, 50))
                if rng.random() < 0.8
                else (rng.uniform(0, 60), rng.uniform(200, 255))
            )
            background = background * (1 - edge) + outer * edge
            return np.asarray(background * (1 - ink) + inner * ink, np.float32)
        if rng.random() < 0.15:
            offset_px = int(rng.integers(1, 4))
            shadow = cv2.GaussianBlur(np.roll(ink, (offset_px, offset_px), (0, 1)), (0, 0), rng.uniform(0.5, 2))
            background = background * (1 - rng.uniform(0.2, 0.8) * shadow)
        contrast = rng.uniform(45, 230)
        darker = level > 128 if rng.random() < 0.85 else level > 60
        tone = level - contrast if darker else level + contrast
        if abs(np.clip(tone, 0, 255) - level) < 40:
            tone = 0 if level > 128 else 255
        return np.asarray(background * (1 - ink) + np.clip(tone, 0, 255) * ink, np.float32)

    def _background(self, shape: tuple[int, ...], rough: bool) -> Image:
        """Make a board, a flat or sloping tone; or, if rough, a patch of street or sky behind a caption."""
        rng, (height, width) = self.rng, shape
        tone = float(rng.choice([rng.uniform(0, 60), rng.uniform(60, 200), rng.uniform(200, 255)]))
        slope = rng.uniform(-0.25, 0.25) * np.linspace(-1, 1, width, dtype=np.float32)[None, :]
        slope = slope + rng.uniform(-0.2, 0.2) * np.linspace(-1, 1, height, dtype=np.float32)[:, None]
        background = tone * (1 + slope)
        strength = rng.uniform(0.4, 1.6) if rough else rng.uniform(0, 0.2)
        return np.asarray(background + strength * self._texture_patch(height, width), np.float32)

    def _texture_patch(self, height: int, width: int) -> Image:
        """Cut a patch from the texture, at a random scale."""
        rng, (rows, columns) = self.rng, self.texture.shape
        scale = rng.uniform(0.3, 1.5)
        high, wide = min(rows, max(8, int(height * scale))), min(columns, max(8, int(width * scale)))
        top, left = int(rng.integers(rows - high + 1)), int(rng.integers(columns - wide + 1))
        return np.asarray(cv2.resize(self.texture[top : top + high, left : left + wide], (width, height)), np.float32)

    def _crop(self, image: GrayImage, ink: Image) -> GrayImage | None:
        """Crop as a detector does: the ink with a random margin on each side; None if there is no ink or too little."""
        rng = self.rng
        rows, columns = np.flatnonzero(ink.max(axis=1) > _INK_COVERAGE), np.flatnonzero(ink.max(axis=0) > _INK_COVERAGE)
        if not len(rows) or not len(columns):
            return None
        height = rows[-1] + 1 - rows[0]
        above, below = height * rng.uniform(-0.04, rng.choice([0.12, 0.3, 0.6]), 2)
        before, after = height * rng.uniform(0, rng.choice([0.2, 0.5, 0.9]), 2)
        top, bottom = max(0, round(rows[0] - above)), min(image.shape[0], round(rows[-1] + 1 + below))
        left, right = max(0, round(columns[0] - before)), min(image.shape[1], round(columns[-1] + 1 + after))
        crop = image[top:bottom, left:right].copy()
        if min(crop.shape) < _MIN_CROP_PX:
            return None
        if rng.random() < 0.12 and above > 3 and below > 3:
            cv2.rectangle(
                crop, (0, 0), (crop.shape[1] - 1, crop.shape[0] - 1), int(rng.integers(256)), int(rng.integers(1, 3))
            )
        return crop


def _warp(plane: Image, homography: NDArray[Any], size: tuple[int, int]) -> Image:
    return np.asarray(cv2.warpPerspective(plane, homography, size, flags=cv2.INTER_LINEAR), np.float32)


def _make_texture(rng: np.random.Generator, side: int = 1024) -> Image:
    """Make a sheet of noise at many scales with blocks and bars, mean about 0: walls, cars, leaves, windows."""
    sheet = np.zeros((side, side), np.float32)
    for cell, strength in ((2, 8), (4, 14), (16, 26), (64, 45)):
        noise = rng.standard_normal((side // cell + 2, side // cell + 2)).astype(np.float32)
        sheet += strength * cv2.resize(noise, (side, side), interpolation=cv2.INTER_CUBIC)
    for _ in range(300):
        corner, far = rng.integers(0, side, 2), rng.integers(8, 200, 2)
        tone = float(rng.uniform(-110, 110))
        if rng.random() < 0.6:
            part = sheet[corner[1] : corner[1] + far[1], corner[0] : corner[0] + far[0]]
            part += tone
        else:
            end = (int(corner[0] + rng.integers(-200, 200)), int(corner[1] + rng.integers(-200, 200)))
            cv2.line(sheet, (int(corner[0]), int(corner[1])), end, tone, int(rng.integers(1, 8)))
    return np.clip(sheet, -140, 140)
