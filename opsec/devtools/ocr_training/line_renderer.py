"""Draws one line of text as it stands on a board, in a caption or on a plate, and wears it like a posted clip.

Everything is grey: colour carries no letter. The picture that comes out is the crop a text detector would give:
a little margin, now and then a frame line, a neighbour's edge or a slice too little.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from opsec.devtools.ocr_training.fonts import Face
from opsec.devtools.ocr_training.line_texts import LineMaker, MoreWords
from opsec.vision.ocr.charset import labels, runs_right_to_left

Grey = NDArray[np.uint8]
_Plane = NDArray[np.float32]
_MARKS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
_JOINS_ON = frozenset("بتثجحخسشصضطظعغفقكلمنهيپچگ")
_MOST_TRIES = 50
_WIDEST_PX = 2400


@dataclass(frozen=True, slots=True)
class Drawn:
    """One picture of a line and the signs on it from left to right."""

    picture: Grey
    signs: str


class Artist:
    """Draws lines with the given fonts; the same seed and the same fonts give the same pictures."""

    def __init__(self, seed: int, faces: list[Face], wears: int = 4, more: MoreWords | None = None) -> None:
        """``wears``: how many pictures are made of each line; ``more``: words beside our own."""
        self.wears = wears
        self.rng = np.random.default_rng(seed)
        self.lines = LineMaker(self.rng, more)
        self.faces = faces
        self.texture = _texture(self.rng)

    def pictures(self, most: int = 34) -> Iterator[Drawn]:
        """Worn pictures of one line of at most ``most`` characters: letters are drawn once, worn several times."""
        typed, signs = self.lines.line(most)
        face = self._face(typed)
        if face is None:
            return
        size_px = float(np.exp(self.rng.uniform(np.log(11), np.log(56))))
        stroke = self._stroke(size_px)
        letters = self._ink(self._adorned(typed, face), face, size_px, stroke)
        for _ in range(self.wears if letters is not None else 0):
            assert letters is not None
            ink, edge = self._turned(*letters)
            worn = self._worn(self._scene(ink, edge, outlined=stroke > 0), size_px)
            crop = self._crop(worn, np.maximum(ink, edge))
            if crop is not None:
                yield Drawn(crop, signs)

    def _face(self, typed: str) -> Face | None:
        for _ in range(_MOST_TRIES):
            face = self.faces[int(self.rng.integers(len(self.faces)))]
            if face.draws(typed):
                return face
        return None

    def _adorned(self, typed: str, face: Face) -> str:
        """Vowel marks and drawn-out letters, which the reader passes over."""
        kind = self.rng.random()
        if kind > 0.10 or not face.draws(_MARKS + "ـ"):
            return typed
        out = ""
        for at, char in enumerate(typed):
            out += char
            joined = char in _JOINS_ON and typed[at + 1 : at + 2].isalpha()
            if kind < 0.04 and "ء" <= char <= "ي" and self.rng.random() < 0.4:
                out += str(self.rng.choice(list(_MARKS)))
            elif kind >= 0.04 and joined and self.rng.random() < 0.15:
                out += "ـ" * int(self.rng.integers(1, 4))
        return out

    def _stroke(self, size_px: float) -> int:
        """Width of an outline as caption programs draw it; none for most lines."""
        return max(1, round(size_px / self.rng.uniform(8, 18))) if self.rng.random() < 0.22 else 0

    def _ink(self, typed: str, face: Face, size_px: float, stroke: int) -> tuple[_Plane, _Plane] | None:
        """Coverage of the letters and of their outline, 0 to 1, with empty room around."""
        from PIL import Image, ImageDraw, ImageFont

        font = ImageFont.truetype(face.path, round(size_px), layout_engine=ImageFont.Layout.RAQM)
        way = "rtl" if runs_right_to_left(labels(typed)) else "ltr"
        box = font.getbbox(typed, direction=way, stroke_width=stroke)
        room = round(size_px)
        width, height = int(box[2] - box[0]) + 2 * room, int(box[3] - box[1]) + 2 * room
        if width > _WIDEST_PX or height > _WIDEST_PX // 6:
            return None
        at = (room - box[0], room - box[1])
        planes = []
        for width_px in (0, stroke):
            image = Image.new("L", (width, height), 0)
            ImageDraw.Draw(image).text(at, typed, font=font, fill=255, direction=way, stroke_width=width_px)
            planes.append(np.asarray(image, np.float32) / np.float32(255))
        return planes[0], planes[1]

    def _turned(self, ink: _Plane, edge: _Plane) -> tuple[_Plane, _Plane]:
        """Seen from the side: up to 45 degrees of yaw, a few of roll and pitch; also letters wider or narrower."""
        rng, (height, width) = self.rng, ink.shape
        if rng.random() < 0.25:
            return ink, edge
        yaw = np.radians(rng.uniform(-45, 45) if rng.random() < 0.5 else rng.uniform(-12, 12))
        wide = np.cos(yaw) * rng.uniform(0.85, 1.2)
        near = 1 + np.sin(yaw) * rng.uniform(0, 0.35) * min(1.0, 4 * height / width)
        slant = np.tan(np.radians(rng.normal(0, 2.2))) * width * wide
        lean = rng.normal(0, 0.08) * height
        left, right = height, height * near
        corners = np.array(
            [[0, 0], [width * wide, slant], [width * wide + lean, slant + right], [lean, left]], np.float32
        )
        corners -= corners.min(axis=0)
        size = (int(corners[:, 0].max()) + 1, int(corners[:, 1].max()) + 1)
        source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        turn = cv2.getPerspectiveTransform(source, corners)
        return _warped(ink, turn, size), _warped(edge, turn, size)

    def _scene(self, ink: _Plane, edge: _Plane, outlined: bool) -> _Plane:
        """The letters on what is behind them, 0 to 255."""
        rng = self.rng
        ground = self._ground(ink.shape, rough=outlined or rng.random() < 0.15)
        level = float(ground.mean())
        if outlined:
            inner, outer = (
                (rng.uniform(215, 255), rng.uniform(0, 50))
                if rng.random() < 0.8
                else (rng.uniform(0, 60), rng.uniform(200, 255))
            )
            ground = ground * (1 - edge) + outer * edge
            return np.asarray(ground * (1 - ink) + inner * ink, np.float32)
        if rng.random() < 0.15:
            away = int(rng.integers(1, 4))
            shadow = cv2.GaussianBlur(np.roll(ink, (away, away), (0, 1)), (0, 0), rng.uniform(0.5, 2))
            ground = ground * (1 - rng.uniform(0.2, 0.8) * shadow)
        contrast = rng.uniform(45, 230)
        darker = level > 128 if rng.random() < 0.85 else level > 60
        tone = level - contrast if darker else level + contrast
        if abs(np.clip(tone, 0, 255) - level) < 40:
            tone = 0 if level > 128 else 255
        return np.asarray(ground * (1 - ink) + np.clip(tone, 0, 255) * ink, np.float32)

    def _ground(self, shape: tuple[int, ...], rough: bool) -> _Plane:
        """A board: a flat or sloping tone; or rough: a piece of street or sky behind a caption."""
        rng, (height, width) = self.rng, shape
        tone = float(rng.choice([rng.uniform(0, 60), rng.uniform(60, 200), rng.uniform(200, 255)]))
        slope = rng.uniform(-0.25, 0.25) * np.linspace(-1, 1, width, dtype=np.float32)[None, :]
        slope = slope + rng.uniform(-0.2, 0.2) * np.linspace(-1, 1, height, dtype=np.float32)[:, None]
        ground = tone * (1 + slope)
        strength = rng.uniform(0.4, 1.6) if rough else rng.uniform(0, 0.2)
        return np.asarray(ground + strength * self._piece(height, width), np.float32)

    def _piece(self, height: int, width: int) -> _Plane:
        """A piece of the texture sheet, at some scale."""
        rng, (rows, columns) = self.rng, self.texture.shape
        scale = rng.uniform(0.3, 1.5)
        high, wide = min(rows, max(8, int(height * scale))), min(columns, max(8, int(width * scale)))
        top, left = int(rng.integers(rows - high + 1)), int(rng.integers(columns - wide + 1))
        return np.asarray(cv2.resize(self.texture[top : top + high, left : left + wide], (width, height)), np.float32)

    def _worn(self, scene: _Plane, size_px: float) -> Grey:
        """Blur, a smaller copy, noise and block coding, as a phone and a site leave them."""
        rng = self.rng
        worn = self._blurred(scene, size_px)
        if rng.random() < 0.33 and size_px > 14:
            small = rng.uniform(0.45, 0.9)
            half = cv2.resize(worn, None, fx=small, fy=small, interpolation=cv2.INTER_AREA)
            worn = np.asarray(cv2.resize(half, worn.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)
        if rng.random() < 0.5:
            worn = worn + rng.normal(0, rng.uniform(1, 10), worn.shape).astype(np.float32)
        grey = np.clip(worn, 0, 255).astype(np.uint8)
        return grey if rng.random() >= 0.75 else _coded(grey, int(rng.integers(12, 90)))

    def _blurred(self, scene: _Plane, size_px: float) -> _Plane:
        """Out of focus, moved, both or neither."""
        rng = self.rng
        if rng.random() < 0.30:
            scene = np.asarray(cv2.GaussianBlur(scene, (0, 0), rng.uniform(0.3, max(0.4, size_px / 20))), np.float32)
        if rng.random() < 0.30:
            length_px = int(rng.integers(3, max(4, round(size_px / 3.2))))
            scene = np.asarray(cv2.filter2D(scene, -1, _smear(length_px, rng.uniform(0, 180))), np.float32)
        return scene

    def _crop(self, worn: Grey, ink: _Plane) -> Grey | None:
        """What a detector cuts out: the ink with a margin of its own on each side."""
        rng = self.rng
        rows, columns = np.flatnonzero(ink.max(axis=1) > 0.3), np.flatnonzero(ink.max(axis=0) > 0.3)
        if not len(rows) or not len(columns):
            return None
        high = rows[-1] + 1 - rows[0]
        above, below = high * rng.uniform(-0.04, rng.choice([0.12, 0.3, 0.6]), 2)
        before, after = high * rng.uniform(0, rng.choice([0.2, 0.5, 0.9]), 2)
        top, bottom = max(0, round(rows[0] - above)), min(worn.shape[0], round(rows[-1] + 1 + below))
        left, right = max(0, round(columns[0] - before)), min(worn.shape[1], round(columns[-1] + 1 + after))
        crop = worn[top:bottom, left:right].copy()
        if min(crop.shape) < 6:
            return None
        if rng.random() < 0.12 and above > 3 and below > 3:
            cv2.rectangle(
                crop, (0, 0), (crop.shape[1] - 1, crop.shape[0] - 1), int(rng.integers(256)), int(rng.integers(1, 3))
            )
        return crop


def _warped(plane: _Plane, turn: NDArray[Any], size: tuple[int, int]) -> _Plane:
    return np.asarray(cv2.warpPerspective(plane, turn, size, flags=cv2.INTER_LINEAR), np.float32)


def _coded(grey: Grey, quality: int) -> Grey:
    """Through JPEG and back."""
    coded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)


def _smear(length_px: int, angle_deg: float) -> _Plane:
    """The kernel of a straight movement."""
    kernel = np.zeros((length_px, length_px), np.float32)
    kernel[length_px // 2] = 1
    turn = cv2.getRotationMatrix2D((length_px / 2 - 0.5, length_px / 2 - 0.5), angle_deg, 1)
    kernel = np.asarray(cv2.warpAffine(kernel, turn, (length_px, length_px)), np.float32)
    return kernel / max(float(kernel.sum()), 1e-6)


def _texture(rng: np.random.Generator, side: int = 1024) -> _Plane:
    """A sheet of noise at many scales with blocks and bars on it, about zero: walls, cars, leaves, windows."""
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
