"""One line of text in a picture: where it stands, how large, and how it is turned."""

import math
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text in a picture: a box that may be turned."""

    x_px: float
    """Of its middle, in the picture it was found in."""
    y_px: float
    length_px: float
    height_px: float
    turned_rad: float
    """How far its left-to-right axis is turned clockwise, from -π/2 to π/2."""
    likelihood: float
    """That it is text, as the detector says."""

    def corners(self) -> list[tuple[float, float]]:
        """Top left, top right, bottom right, bottom left."""
        cos, sin = math.cos(self.turned_rad), math.sin(self.turned_rad)
        ends = ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))
        return [
            (
                self.x_px + along * self.length_px * cos - across * self.height_px * sin,
                self.y_px + along * self.length_px * sin + across * self.height_px * cos,
            )
            for along, across in ends
        ]

    def times(self, factor: float) -> "Line":
        """The same line in a picture this many times as large."""
        return replace(
            self, x_px=self.x_px * factor, y_px=self.y_px * factor,
            length_px=self.length_px * factor, height_px=self.height_px * factor,
        )  # fmt: skip

    def grown(self, by_px: float) -> "Line":
        """The same line with so much more on every side."""
        return replace(self, length_px=self.length_px + 2 * by_px, height_px=self.height_px + 2 * by_px)
