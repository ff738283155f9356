"""Hashes of the frames of one clip, computed while it is decoded.

Of each slot of time the stillest frame is kept, so that a copy that was cut or sampled elsewhere keeps the same
moments. A hash survives re-encoding, not cropping, so some frames are hashed again in two smaller windows: one of them
is close to the whole picture of a copy that was cropped.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opsec.vision.copies.change_signal import ChangeRecorder
from opsec.vision.copies.picture_area import picture_area
from opsec.vision.copies.picture_hash import HASH_BYTES, MIN_QUALITY, hash_picture

if TYPE_CHECKING:
    from opsec.vision.arrays import Floats, GrayImage, Ints
    from opsec.vision.copies.change_signal import Signal
    from opsec.vision.copies.picture_hash import Hashes

MAX_FRAMES = 64
MAX_WINDOW_FRAMES = 16
WINDOWS = (1.0, 0.9, 0.8)
"""Share of the width and height that a window shows, about the centre."""
_KEPT_PX = 192
"""Longest side of a frame that is kept until the clip ends."""
_MIN_SLOT_S = 0.125
MIN_SIDE_PX = 24
"""Shorter side of a picture below which it is not hashed."""


@dataclass(frozen=True, slots=True)
class ClipHashes:
    """What is kept of a clip to recognise its copies."""

    times_s: "Floats"
    """Of the hashes, shape (n,)."""
    windows: "Ints"
    """Number of the window of each hash in ``WINDOWS``, shape (n,)."""
    hashes: "Hashes"
    step_s: float
    """Length of one step of the signal."""
    signal: "Signal"
    """How much the pictures change in each step (``change_signal``); empty for a photo."""

    def __len__(self) -> int:
        return len(self.times_s)


@dataclass(frozen=True, slots=True)
class _KeptFrame:
    at_s: float
    change: float
    gray: "GrayImage"


@dataclass(slots=True)
class ClipHasher:
    """Hashes one clip; give it every frame, in order."""

    _changes: ChangeRecorder = field(default_factory=ChangeRecorder)
    _kept: dict[int, _KeptFrame] = field(default_factory=dict)
    """Number of the slot → its stillest frame."""
    _slot_s: float = _MIN_SLOT_S

    def add_frame(self, gray: "GrayImage", at_s: float) -> None:
        """Add a frame.

        Parameters
        ----------
        gray
            Shape (height, width), uint8.
        at_s
            Seconds from the start of the clip.
        """
        change = self._changes.add_frame(gray, at_s)
        slot = int(at_s / self._slot_s)
        known = self._kept.get(slot)
        if known is not None and known.change <= change:
            return
        self._kept[slot] = _KeptFrame(at_s, change, _reduced(gray))
        while len(self._kept) > MAX_FRAMES:
            self._double_slots()

    def finish(self) -> ClipHashes | None:
        """Return the hashes; None when no frame shows enough to be recognised by."""
        import numpy as np

        shapes = [frame.gray.shape for frame in self._kept.values()]
        shape = max(shapes, key=shapes.count, default=(0, 0))
        kept = [frame for frame in self._kept.values() if frame.gray.shape == shape]
        if not kept or min(shape) < MIN_SIDE_PX:
            return None
        area = picture_area([frame.gray for frame in kept])
        every = -(-len(kept) // MAX_WINDOW_FRAMES)
        found = [
            (frame.at_s, window, hashed)
            for number, frame in enumerate(kept)
            for window, share in enumerate(WINDOWS)
            if window == 0 or number % every == 0
            for hashed, quality in [hash_picture(_window(frame.gray[area], share))]
            if quality >= MIN_QUALITY
        ]
        if not found:
            return None
        return ClipHashes(
            times_s=np.array([at_s for at_s, _window, _hash in found]),
            windows=np.array([window for _at_s, window, _hash in found]),
            hashes=np.array([hashed for _at_s, _window, hashed in found]).reshape(-1, HASH_BYTES),
            step_s=self._changes.step_s,
            signal=self._changes.signal(*_shares(area, shape)),
        )

    def _double_slots(self) -> None:
        """Make every two slots one, which keeps the stiller of their frames."""
        self._slot_s *= 2
        merged: dict[int, _KeptFrame] = {}
        for slot, frame in self._kept.items():
            other = merged.get(slot // 2)
            if other is None or frame.change < other.change:
                merged[slot // 2] = frame
        self._kept = merged


def _shares(area: tuple[slice, slice], shape: tuple[int, ...]) -> list[tuple[float, float]]:
    """The picture inside its borders, as shares of the height and of the width."""
    return [(one.start / size, one.stop / size) for one, size in zip(area, shape, strict=True)]


def _reduced(gray: "GrayImage") -> "GrayImage":
    """A copy of a frame, at most ``_KEPT_PX`` on its longest side."""
    import cv2
    import numpy as np

    height, width = gray.shape
    scale = min(1.0, _KEPT_PX / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.array(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)


def _window(gray: "GrayImage", share: float) -> "GrayImage":
    """The middle of a picture."""
    import numpy as np

    height, width = gray.shape
    top, left = round(height * (1 - share) / 2), round(width * (1 - share) / 2)
    return np.ascontiguousarray(gray[top : height - top, left : width - left])
