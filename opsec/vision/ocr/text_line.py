"""One detected line of text: a rotated box in the pixels of a frame."""

import math
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class TextLine:
    """A rotated box around one line of text."""

    x_px: float
    """X of its centre, in the frame where it was detected."""
    y_px: float
    """Y of its centre."""
    length_px: float
    """Side along the baseline."""
    height_px: float
    """Side across the baseline."""
    angle_rad: float
    """Clockwise rotation of its left-to-right axis, from -π/2 to π/2."""
    score: float
    """Mean text probability that the detector gives the line, 0 to 1."""

    def corners(self) -> list[tuple[float, float]]:
        """Return the corners x, y: top left, top right, bottom right, bottom left."""
        cos, sin = math.cos(self.angle_rad), math.sin(self.angle_rad)
        ends = ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))
        return [
            (
                self.x_px + along * self.length_px * cos - across * self.height_px * sin,
                self.y_px + along * self.length_px * sin + across * self.height_px * cos,
            )
            for along, across in ends
        ]

    def bounds(self) -> tuple[float, float, float, float]:
        """Return the upright box around the line: left, top, right, bottom."""
        xs, ys = zip(*self.corners(), strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def scaled(self, factor: float) -> "TextLine":
        """Return the same line in the frame resized by this factor."""
        return replace(
            self, x_px=self.x_px * factor, y_px=self.y_px * factor,
            length_px=self.length_px * factor, height_px=self.height_px * factor,
        )  # fmt: skip

    def padded(self, margin_px: float) -> "TextLine":
        """Return the line with this margin added on every side."""
        return replace(self, length_px=self.length_px + 2 * margin_px, height_px=self.height_px + 2 * margin_px)
