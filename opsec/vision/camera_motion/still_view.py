"""Decide whether the view stays the same through a shot, however much moves in it.

Corners of the first frame (anchors) are sought again, in that frame itself and not along their tracks, every few
frames; cells of the image without corners are compared by their faint texture. Of a camera that stays in place they are
found where they were, also after a car or a person has passed before them, and over the whole image; one that travels
or turns loses them. A hand that shakes moves them all alike.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from opsec.vision.camera_motion.correspondences import in_border_zone
from opsec.vision.camera_motion.motion_segmentation import CENTER_WEIGHT
from opsec.vision.camera_motion.optical_flow import track_forward_backward

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from opsec.vision.arrays import Flags, Floats, GrayImage, Ints, Points

CHECK_EVERY = 4
"""Frames from one check of the anchors to the next."""
GRID = (9, 6)
"""Cells along the longer and the shorter side of the image."""
ANCHORS_PER_CELL = 2
HALF = 0.5
"""Share of a cell's anchors that must be in their place."""
STAY_TOLERANCE = 0.01
"""Distance from its place, as a share of the shorter side, up to which an anchor stays."""
CELL_PX = 12
"""Side of a cell in the small image in which faint texture is compared."""
MIN_TEXTURE = 0.9
"""Standard deviation of the texture of a cell, in grey levels: below it, corners are noise as well."""
MAX_FAINT_DETAIL = 16.0
"""Strongest detail of a faint cell, in grey levels: captions and buttons have stronger ones."""
MIN_ISOTROPY = 0.15
"""Share of the weaker to the stronger gradient of a cell's texture: an edge that is passed lengthwise (a kerb, the
horizon) does not seem to move (aperture problem)."""
MIN_CORRELATION = 0.6
"""Correlation of a cell's texture with that of the first frame from which it is in its place."""
MIN_CHECKS_IN_PLACE = 0.5
"""Share of the checks in which an anchor must be in its place: in the others something may pass before it."""
MAX_SWAY = 0.1
"""Shift of all anchors together, as a share of the shorter side, that a hand or the wind gives."""
MIN_CELLS, MIN_BORDER_CELLS = 24, 8
"""Cells that must be known, in all and at the border, for a view to count as one that stays."""
MAX_PLAIN_CELLS, MAX_PLAIN_BORDER_CELLS = 27, 3
"""Cells with corners or texture, at most, of a subject before a plain background: half of the image, hardly any of them
at the border."""
STILL_SHARE, BORDER_STILL_SHARE = 0.45, 0.6
"""Share of the known cells, and of those at the border, that must stay. In rendered takes a still camera with traffic
or people before it keeps .54 and .63 or more, one that travels or turns .20 and .21 or less; on a road through open
land .50 and .56."""
MIN_HAND_SWAY = 0.004
"""Sway, in shorter sides, that no overlay has: burnt into the frames, it stands still to the pixel."""
MIN_STILL_CELLS = 30
"""Cells that stay from which they are more than an overlay."""
MIN_FAINT_CELLS, MIN_SURE_FAINT_CELLS, MIN_FAINT_STILL_SHARE = 3, 10, 0.5
"""Faint cells from which the others may be, and are surely, more than an overlay, and the share that must stay."""
GONE_SHARE, GONE_CHECKS = 0.15, 3
"""Share of the anchors in place below which the view is gone, and checks in a row after which none is made any more."""


@dataclass(frozen=True, slots=True)
class StillView:
    """How much of the first view stays, in cells of a grid over the image."""

    cells: int = 0
    """Cells with corners or texture."""
    still_share: float = 0.0
    """Share of them that stay."""
    border_cells: int = 0
    """Those at the border."""
    border_still_share: float = 0.0
    """Share of them that stay."""
    faint_cells: int = 0
    """Known cells with faint texture: no caption or button has such."""
    faint_still_share: float = 0.0
    """Share of them that stay."""
    sides: int = 0
    """Of the left, the right and the upper part of the image, those in which something at the border stays."""
    sway: float = 0.0
    """Largest shift of all anchors together, in shorter sides."""

    @property
    def has_plain_border(self) -> bool:
        """Whether the border shows too little to determine the motion of the camera: a wall, the sky, darkness."""
        return 0 < self.cells <= MAX_PLAIN_CELLS and self.border_cells <= MAX_PLAIN_BORDER_CELLS

    @property
    def is_still(self) -> bool:
        """Whether the camera stays in place and looks the same way."""
        known = self.cells >= MIN_CELLS and self.border_cells >= MIN_BORDER_CELLS
        spread = known and self.sides >= 2 and not self._is_as_overlay(MIN_FAINT_CELLS)
        return spread and self.still_share >= STILL_SHARE and self.border_still_share >= BORDER_STILL_SHARE

    @property
    def may_be_overlay(self) -> bool:
        """Whether what stays may be captions or buttons after all: low bit rates make faint texture stand still too."""
        return self._is_as_overlay(MIN_SURE_FAINT_CELLS)

    def _is_as_overlay(self, min_faint_cells: int) -> bool:
        """Whether all that stays may be burnt into the video, as too few faint cells stay, and none sways."""
        faint_stays = self.faint_cells >= min_faint_cells and self.faint_still_share >= MIN_FAINT_STILL_SHARE
        return self.sway < MIN_HAND_SWAY and not faint_stays and self.still_share * self.cells < MIN_STILL_CELLS


@dataclass(slots=True)
class Anchors:
    """Seeks the corners and the texture of a shot's first frame again, every few frames."""

    _image: "GrayImage | None" = None
    _points: "Points" = field(default_factory=lambda: np.empty((0, 2), np.float32))
    _cell: "Ints" = field(default_factory=lambda: np.empty(0, np.int64))
    """Grid cell of each anchor."""
    _textures: "Floats" = field(default_factory=lambda: np.empty((0, 0)))
    """Texture of each cell, of mean 0 and length 1, or all 0 where it is plain, shape (cells, pixels)."""
    _peak: "Floats" = field(default_factory=lambda: np.empty(0))
    """Strongest detail of each cell, in grey levels, shape (cells,)."""
    _shares: "list[Floats]" = field(default_factory=list)
    """For every check, the share of each cell's anchors that are in their place, shape (cells,)."""
    _shift_px: "NDArray[np.float32]" = field(default_factory=lambda: np.zeros(2, np.float32))
    _sway_px: float = 0.0
    _frames: int = 0
    _checks_gone: int = 0

    def start(self, gray: "GrayImage", corners: "Points") -> None:
        """Take the anchors from the corners (n, 2) of the first frame, ``gray``."""
        size = gray.shape[1], gray.shape[0]
        textures, strength = _cell_textures(gray, np.zeros(2))
        is_plain = strength < MIN_TEXTURE
        is_known = ~is_plain & (_isotropy(textures) > MIN_ISOTROPY)
        self._textures = np.where(is_known[:, None], textures, 0.0)
        self._peak = strength * CELL_PX * np.abs(textures).max(axis=1)
        cell = _cells(corners, size)
        order = np.argsort(cell, kind="stable")
        rank = np.arange(len(order)) - np.searchsorted(cell[order], cell[order])
        kept = np.sort(order[(rank < ANCHORS_PER_CELL) & ~is_plain[cell[order]]])
        self._image, self._points, self._cell = gray, corners[kept], cell[kept]

    def update(self, gray: "GrayImage") -> None:
        """Count a further frame, and check the anchors in every ``CHECK_EVERY``-th."""
        self._frames += 1
        if self._image is None or self._checks_gone >= GONE_CHECKS or self._frames % CHECK_EVERY:
            return
        size, in_place = (gray.shape[1], gray.shape[0]), np.zeros(len(self._points), bool)
        if len(self._points):
            found, tracked = track_forward_backward(self._image, gray, self._points, self._shift_px)
            offsets_px = (found - self._points).astype(np.float64)
            shift_px = self._common_shift_px(offsets_px, tracked, size)
            distances_px = np.hypot(offsets_px[:, 0] - shift_px[0], offsets_px[:, 1] - shift_px[1])
            in_place = (distances_px < max(1.0, STAY_TOLERANCE * min(size))) & tracked
            self._shift_px = shift_px.astype(np.float32)
        self._sway_px = max(self._sway_px, float(np.hypot(*self._shift_px)))
        textures, _strength = _cell_textures(gray, self._shift_px.astype(np.float64))
        is_same = (textures * self._textures).sum(axis=1) > MIN_CORRELATION
        anchors = np.bincount(self._cell, minlength=len(is_same))
        shares = np.bincount(self._cell, in_place, minlength=len(is_same)) / np.maximum(1, anchors)
        self._shares.append(np.where(anchors > 0, shares, is_same))
        known = (anchors > 0) | self._is_textured
        gone = not known.any() or float(self._shares[-1][known].mean()) < GONE_SHARE
        self._checks_gone = self._checks_gone + 1 if gone else 0

    def measure(self, size: tuple[int, int]) -> StillView:
        """Measure how much of the first view stays in a shot of frames of (width, height)."""
        if not self._shares:
            return StillView()
        columns, rows = _grid(size)
        numbers = np.arange(columns * rows)
        middles = np.stack([(numbers % columns + 0.5) / columns, (numbers // columns + 0.5) / rows], axis=1)
        known = (np.bincount(self._cell, minlength=len(numbers)) > 0) | self._is_textured
        still = known & ((np.array(self._shares) >= HALF).mean(axis=0) >= MIN_CHECKS_IN_PLACE)
        border = known & in_border_zone(middles, (1, 1))
        faint = known & (self._peak < MAX_FAINT_DETAIL)
        x, y = middles[border & still].T
        sides = (x < 1 / 3).any(), (x > 2 / 3).any(), (y < 1 / 3).any()
        return StillView(
            cells=int(known.sum()),
            still_share=float(still[known].mean()) if known.any() else 0.0,
            border_cells=int(border.sum()),
            border_still_share=float(still[border].mean()) if border.any() else 0.0,
            faint_cells=int(faint.sum()),
            faint_still_share=float(still[faint].mean()) if faint.any() else 0.0,
            sides=sum(map(bool, sides)),
            sway=self._sway_px / min(size),
        )

    @property
    def _is_textured(self) -> "Flags":
        return np.asarray(self._textures.any(axis=1))

    def _common_shift_px(self, offsets_px: "Floats", tracked: "Flags", size: tuple[int, int]) -> "Floats":
        """Shift x, y that most anchors share, those at the border before all; none where a hand would not do it."""
        short_px = min(size)
        weights = np.where(in_border_zone(self._points, size), 1.0, CENTER_WEIGHT) * tracked
        candidates = offsets_px[tracked & (np.hypot(offsets_px[:, 0], offsets_px[:, 1]) < MAX_SWAY * short_px)]
        candidates = np.concatenate([np.zeros((1, 2)), candidates])
        distances_px = np.linalg.norm(offsets_px[None] - candidates[:, None], axis=-1)
        members = distances_px < max(1.0, STAY_TOLERANCE * short_px)
        best = int((members @ weights).argmax())
        chosen = members[best] & tracked
        return np.asarray(np.median(offsets_px[chosen], axis=0)) if best and chosen.any() else candidates[0]


def _grid(size: tuple[int, int]) -> tuple[int, int]:
    """Columns and rows of the grid over an image of (width, height)."""
    return GRID if size[0] >= size[1] else (GRID[1], GRID[0])


def _cells(points: "Points", size: tuple[int, int]) -> "Ints":
    """Number of the grid cell of each point (n, 2) in an image of (width, height)."""
    columns, rows = _grid(size)
    column = np.clip((points[:, 0] / size[0] * columns).astype(int), 0, columns - 1)
    row = np.clip((points[:, 1] / size[1] * rows).astype(int), 0, rows - 1)
    return np.asarray(row * columns + column)


def _cell_textures(gray: "GrayImage", shift_px: "Floats") -> "tuple[Floats, Floats]":
    """Texture of every cell of an image that has moved by a shift x, y.

    Returns
    -------
    textures
        Fine texture without gradients and noise, of mean 0 and length 1, shape (cells, pixels).
    strength
        Its standard deviation in grey levels, shape (cells,).
    """
    import cv2

    height, width = gray.shape
    columns, rows = _grid((width, height))
    small = cv2.resize(gray, (columns * CELL_PX, rows * CELL_PX), interpolation=cv2.INTER_AREA).astype(np.float32)
    x, y = shift_px[0] * columns * CELL_PX / width, shift_px[1] * rows * CELL_PX / height
    if x or y:
        matrix = np.array([[1, 0, -x], [0, 1, -y]], np.float32)
        small = cv2.warpAffine(small, matrix, small.shape[::-1], borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    fine = cv2.GaussianBlur(small, (0, 0), 0.8) - cv2.GaussianBlur(small, (0, 0), CELL_PX / 3)
    cells = fine.reshape(rows, CELL_PX, columns, CELL_PX).swapaxes(1, 2).reshape(rows * columns, -1)
    cells = cells - cells.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(cells, axis=1)
    return cells / np.maximum(1e-6, lengths)[:, None], lengths / CELL_PX


def _isotropy(textures: "Floats") -> "Floats":
    """Share of the weaker to the stronger gradient of each cell's texture (cells, pixels), 0 to 1, shape (cells,).

    The eigenvalues are those of the structure tensor (Shi and Tomasi 1994), summed over the cell.
    """
    cells = textures.reshape(-1, CELL_PX, CELL_PX)
    down, right = (cells[:, 2:, 1:-1] - cells[:, :-2, 1:-1]), (cells[:, 1:-1, 2:] - cells[:, 1:-1, :-2])
    xx, yy, xy = [(one * other).sum(axis=(1, 2)) for one, other in ((right, right), (down, down), (right, down))]
    root = np.sqrt(((xx - yy) / 2) ** 2 + xy**2)
    return np.asarray(((xx + yy) / 2 - root) / np.maximum(1e-9, (xx + yy) / 2 + root))
