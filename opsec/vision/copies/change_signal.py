"""How much the pictures of a clip change from moment to moment: nearly the same for every copy of it.

Two takes of one place may look alike, and a speaker before a wall always does; how much each quarter of the picture
changes at each moment is their own. The signal is the mean difference of successive frames per second, in steps of
``STEP_S``, as a logarithm, so that contrast only shifts it.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.arrays import GrayImage

    Signal = NDArray[np.uint8]
    """Shape (n steps, ``QUARTERS``)."""

STEP_S = 0.125
MAX_STEPS = 512
"""Steps of one clip. A longer clip has longer steps."""
QUARTERS = 4
"""Upper left, upper right, lower left, lower right."""
MAX_S = 36_000.0
"""Time after which changes are no longer recorded."""
_SIDE_PX = 32
_LEVELS_PER_OCTAVE = 24.0


@dataclass(slots=True)
class ChangeRecorder:
    """Records the changes of one clip while its frames are decoded."""

    step_s: float = STEP_S
    _last: "NDArray[np.float32] | None" = None
    _last_s: float = 0.0
    _steps: "list[NDArray[np.float32]]" = field(default_factory=list)
    """Change in each step: levels of grey, shape (``_SIDE_PX``, ``_SIDE_PX``)."""

    def add_frame(self, gray: "GrayImage", at_s: float) -> float:
        """Add the next frame; return how much it differs from the one before, in mean levels of grey per second."""
        import cv2
        import numpy as np

        small = cv2.resize(gray, (_SIDE_PX, _SIDE_PX), interpolation=cv2.INTER_AREA).astype(np.float32)
        before, before_s = self._last, self._last_s
        self._last, self._last_s = small, at_s
        if before is None or not before_s < at_s <= MAX_S:
            return 0.0
        change = np.abs(small - before)
        self._spread(change, before_s, at_s)
        return float(change.mean()) / (at_s - before_s)

    def signal(self, rows: tuple[float, float] = (0, 1), columns: tuple[float, float] = (0, 1)) -> "Signal":
        """Return the signal of a part of the picture, given as shares of its height and width: from, to."""
        import numpy as np

        if not self._steps:
            return np.zeros((0, QUARTERS), np.uint8)
        (top, middle, bottom), (left, centre, right) = _halves(rows), _halves(columns)
        changes = np.stack(self._steps) / self.step_s
        quarters = [
            changes[:, rows_of, columns_of].mean(axis=(1, 2))
            for rows_of in (slice(top, middle), slice(middle, bottom))
            for columns_of in (slice(left, centre), slice(centre, right))
        ]
        levels = _LEVELS_PER_OCTAVE * np.log2(1 + np.stack(quarters, axis=1))
        signal: Signal = np.clip(np.rint(levels), 0, 255).astype(np.uint8)
        return signal

    def _spread(self, change: "NDArray[np.float32]", from_s: float, to_s: float) -> None:
        """Share a change out among the steps between two times."""
        import numpy as np

        while to_s > self.step_s * MAX_STEPS:
            self._double_steps()
        first, last = int(from_s / self.step_s), min(int(to_s / self.step_s), MAX_STEPS - 1)
        while len(self._steps) <= last:
            self._steps.append(np.zeros_like(change))
        for step in range(first, last + 1):
            start_s, end_s = max(from_s, step * self.step_s), min(to_s, (step + 1) * self.step_s)
            self._steps[step] += change * np.float32(max(0.0, end_s - start_s) / (to_s - from_s))

    def _double_steps(self) -> None:
        """Make every two steps one."""
        odd = self._steps[-1:] if len(self._steps) % 2 else []
        pairs = zip(self._steps[::2], self._steps[1::2], strict=False)
        self._steps = [one + other for one, other in pairs] + odd
        self.step_s *= 2


def _halves(part: tuple[float, float]) -> tuple[int, int, int]:
    """Return the first, the middle and the end sample of a part of the picture; both halves have a sample at least."""
    first = min(int(part[0] * _SIDE_PX + 0.999), _SIDE_PX - 2)
    end = max(int(part[1] * _SIDE_PX), first + 2)
    return first, (first + end) // 2, end
