"""The corners of one picture, and where in a picture they lie."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Sight:
    """The corners of one picture."""

    at_s: float
    ids: "NDArray[np.int64]"
    """Steady names of the corners, rising."""
    places: "NDArray[np.float32]"
    """(n, 2): x right, y down, in pixels of the small picture."""


def at_rim(places: "NDArray[np.floating[Any]]", size: tuple[int, int]) -> "NDArray[np.bool_]":
    """Places (…, 2) that a person in the middle of a picture of (width, height) does not cover."""
    x, y = np.abs(places[..., 0] / size[0] - 0.5), places[..., 1] / size[1]
    return np.asarray((y < 0.35) | ((x > 0.33) & (y < 0.88)))
