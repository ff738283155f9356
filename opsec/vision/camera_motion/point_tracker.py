"""Corners followed from picture to picture: pyramidal Lucas-Kanade, there and back again.

A corner that does not come home within a third of a pixel's reach is dropped (forward-backward check,
Kalal et al. 2010). Where the picture jumps further than the pyramid reaches, the jump is first
measured as a whole by phase correlation.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from opsec.vision.camera_motion.frame_points import Sight, at_rim
from opsec.vision.camera_motion.shot_boundaries import is_cut
from opsec.vision.camera_motion.static_overlay import Still

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]
    """(h, w)."""
    Places = NDArray[np.float32]
    """(n, 2): x right, y down, in pixels of the small picture."""

MOST_CORNERS = 170
MOST_AT_RIM = 95
FAINTEST, NOTHING = 0.004, 4e-5
"""Of the strongest corner's strength, and at all: weaker ones are none, but a sensor's noise."""
FEWEST_CORNERS, FEWEST_AT_RIM = 115, 25
"""Below so many in all, or at the rim, new ones are looked for where there are none, in every second picture at most;
in every one where half of them are lost or the picture moves fast."""
FAST = 0.08
"""Share of the shorter side."""
HOME_PX = 0.6
"""How far from its start a corner may end that was followed there and back."""
LOST_SHARE = 0.75
"""When fewer come home than this, the lost ones are looked for where the whole picture went."""
NEW_GUESS_PX = 3.0
"""A jump measured as a whole is a new guess when it differs so much from those that were tried."""
_WINDOW, _LEVELS = (9, 9), 3


@dataclass(slots=True)
class Follower:
    """Follows corners through one shot."""

    sights: list[Sight] = field(default_factory=list)
    still: Still = field(default_factory=Still)
    """What stands still on the screen, whatever the camera does."""
    step: float = 1.0
    """How far most corners went last, at most, as a share of the shorter side."""
    _since_new: int = 1
    """Pictures since new corners were looked for."""
    _last: "Grey | None" = None
    _next_id: int = 0
    _drift: "NDArray[np.float32]" = field(default_factory=lambda: np.zeros(2, np.float32))

    def follow(self, grey: "Grey", at_s: float) -> bool:
        """Add one picture. False, and nothing is added, when it belongs to another shot."""
        ids, places = np.empty(0, np.int64), np.empty((0, 2), np.float32)
        if self._last is not None:
            if grey.shape != self._last.shape:
                return False
            if len(self.sights[-1].ids):
                ids, places = self._again(self._last, grey)
            if is_cut(self._last, grey, len(ids), len(self.sights[-1].ids)):
                return False
        burnt_in = self.still.see(grey)
        off = ~burnt_in[places[:, 1].astype(int), places[:, 0].astype(int)]
        ids, places = ids[off], places[off]
        self._since_new += 1
        bare = len(ids) < FEWEST_CORNERS or int(at_rim(places, grey.shape[::-1]).sum()) < FEWEST_AT_RIM
        if len(ids) < FEWEST_CORNERS // 2 or (bare and (self._since_new > 1 or self.step > FAST)):
            self._since_new = 0
            ids, places = self._with_new(grey, burnt_in, ids, places)
        self.sights.append(Sight(at_s, ids, places))
        self._last = grey
        return True

    def without_burnt_in(self) -> list[Sight]:
        """The corners of all pictures but those where, as was learnt by the end, something is burnt in."""
        burnt_in = self.still.mask
        if burnt_in is None:
            return self.sights
        kept: list[Sight] = []
        for sight in self.sights:
            off = ~burnt_in[sight.places[:, 1].astype(int), sight.places[:, 0].astype(int)]
            kept.append(Sight(sight.at_s, sight.ids[off], sight.places[off]))
        return kept

    def _again(self, last: "Grey", grey: "Grey") -> "tuple[NDArray[np.int64], Places]":
        """Corners of the last picture found in this one: guessed by their last drift, then by that of the picture."""
        before = self.sights[-1]
        found, home = _there_and_back(last, grey, before.places, self._drift)
        stays = _inside(before.places + self._drift, grey.shape)
        if home[stays].mean() < LOST_SHARE if stays.any() else True:
            tried = [self._drift]
            for upper in (True, False):
                lost = np.flatnonzero(~home)
                if len(lost) < 8:
                    break
                guess = jump_px(last, grey, self.still.mask, upper=upper)
                if min(float(np.abs(guess - one).max()) for one in tried) < NEW_GUESS_PX:
                    continue
                tried.append(guess)
                found[lost], home[lost] = _there_and_back(last, grey, before.places[lost], guess)
        home &= _inside(found, grey.shape)
        if home.any():
            way = found[home] - before.places[home]
            self._drift = np.median(way, axis=0).astype(np.float32)
            self.step = float(np.sort(np.hypot(way[:, 0], way[:, 1]))[len(way) * 4 // 5]) / min(grey.shape)
        return before.ids[home], found[home]

    def _with_new(
        self, grey: "Grey", burnt_in: "NDArray[np.bool_]", ids: "NDArray[np.int64]", places: "Places"
    ) -> "tuple[NDArray[np.int64], Places]":
        new = new_corners(grey, burnt_in, places)
        added = np.arange(self._next_id, self._next_id + len(new), dtype=np.int64)
        self._next_id += len(new)
        return np.concatenate([ids, added]), np.concatenate([places, new]).astype(np.float32)


def new_corners(grey: "Grey", burnt_in: "NDArray[np.bool_]", places: "Places") -> "Places":
    """Corners (Shi and Tomasi 1994) where there are none yet, (n, 2): the strongest of every free cell of a grid.

    The rim of the picture has its own share of them: a person in the middle may have the strongest corners of all.
    """
    import cv2

    apart = max(4, round(min(grey.shape) / 28))
    rows, columns = grey.shape[0] // apart, grey.shape[1] // apart
    strength = cv2.cornerMinEigenVal(grey, 5)
    strength[burnt_in] = 0
    whole = np.asarray(strength[: rows * apart, : columns * apart], np.float32)
    cells = whole.reshape(rows, apart, columns, apart).swapaxes(1, 2).reshape(rows * columns, apart * apart)
    inner, best = cells.argmax(axis=1), cells.max(axis=1)
    row, column = np.divmod(np.arange(rows * columns), columns)
    found = np.stack([column * apart + inner % apart, row * apart + inner // apart], axis=1).astype(np.float32)
    row, column = np.minimum(places[:, 1] // apart, rows - 1), np.minimum(places[:, 0] // apart, columns - 1)
    best[(row * columns + column).astype(int)] = 0
    rim, taken = at_rim(found, grey.shape[::-1]), at_rim(places, grey.shape[::-1])
    chosen = [
        _strongest(np.where(part, best, 0), most - int(there.sum()))
        for part, there, most in ((rim, taken, MOST_AT_RIM), (~rim, ~taken, MOST_CORNERS - MOST_AT_RIM))
    ]
    return found[np.concatenate(chosen)]


def _strongest(strength: "NDArray[np.float32]", most: int) -> "NDArray[np.int64]":
    """Where the strongest are, at most so many, and none next to nothing beside the strongest."""
    order = np.argsort(-strength, kind="stable")[: max(0, most)]
    return order[strength[order] > max(FAINTEST * float(strength.max(initial=0.0)), NOTHING)]


def _inside(places: "Places", shape: tuple[int, ...]) -> "NDArray[np.bool_]":
    """Which places lie in a picture of (height, width), its outermost pixels left out."""
    x, y = places[:, 0], places[:, 1]
    return np.asarray((x >= 1) & (y >= 1) & (x < shape[1] - 1) & (y < shape[0] - 1))


def jump_px(last: "Grey", grey: "Grey", burnt_in: "NDArray[np.bool_] | None", *, upper: bool) -> "NDArray[np.float32]":
    """How far the picture has moved, (x, y), by phase correlation of halved pictures; of the upper part, or of all.

    What is burnt in would say that nothing has moved: it is made grey.
    """
    import cv2

    rows = grey.shape[0] * 2 // 5 if upper else grey.shape[0]
    size = grey.shape[1] // 2, rows // 2
    small = [cv2.resize(one[:rows], size, interpolation=cv2.INTER_AREA).astype(np.float32) for one in (last, grey)]
    if burnt_in is not None:
        gone = cv2.resize(burnt_in[:rows].astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
        for one in small:
            one[gone] = one.mean()
    window = cv2.createHanningWindow(size, cv2.CV_32F)
    (x, y), _sure = cv2.phaseCorrelate(small[0], small[1], window)
    return np.array([2 * x, 2 * y], np.float32)


def _there_and_back(
    last: "Grey", grey: "Grey", places: "Places", drift: "NDArray[np.float32]"
) -> "tuple[Places, NDArray[np.bool_]]":
    """Where corners went, and which of them came home again when followed back."""
    import cv2

    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 10, 0.03)
    flags = cv2.OPTFLOW_USE_INITIAL_FLOW
    there, seen, _ = cv2.calcOpticalFlowPyrLK(
        last, grey, places, places + drift, winSize=_WINDOW, maxLevel=_LEVELS, criteria=criteria, flags=flags
    )
    back, seen_too, _ = cv2.calcOpticalFlowPyrLK(
        grey, last, there, there - drift, winSize=_WINDOW, maxLevel=_LEVELS, criteria=criteria, flags=flags
    )
    away = np.linalg.norm(back - places, axis=1)
    return np.asarray(there, np.float32), (seen.ravel() > 0) & (seen_too.ravel() > 0) & (away < HOME_PX)
