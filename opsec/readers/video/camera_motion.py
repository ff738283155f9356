"""The camera as a viewer of pictures: what a clip gives away of a place's layout, whatever the place.

One look at every picture that is shown, small and grey; one hint a shot.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opsec.i18n.messages import reason
from opsec.model import FileKind, Hint
from opsec.model.records import Found, Gap
from opsec.model.resources import Kit
from opsec.readers.video.analyser import Viewer, ViewerKind
from opsec.vision.decoding.frame import Frame, evidence_picture, fitted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.camera_motion.shot import Shot

    Grey = NDArray[np.uint8]

NAME = "camera"
FIELD = "pictures"
FILMS: frozenset[FileKind] = frozenset({"mp4", "matroska", "avi", "mpegts", "gif"})
"""A photo has no motion to be told: what it shows of the layout is told by its position and heading alone."""
LONGEST_PX = 320
"""Longest side of the pictures that are looked at."""
SMALLEST_PX = 32
"""Shorter side of a picture below which it shows no place."""
MOST_SHOTS = 300
MOST_PICTURES = 24
"""Shots of which a picture is kept to be looked at."""
STRIP_PX = 1_400


@dataclass(slots=True)
class CameraViewer:
    """Follows one clip, shot by shot."""

    _shot: "Shot | None" = None
    _passed_over: "tuple[Grey, float] | None" = None
    """The last picture, when it was not worth a look."""
    _told: list[Hint] = field(default_factory=list)
    _left_out: bool = False
    _too_small: tuple[int, int] | None = None
    """Size of a picture in which nothing could be followed."""

    def see(self, frame: Frame) -> None:
        """Add a picture to the shot it belongs to."""
        from opsec.vision.camera_motion.shot import Shot

        grey = _small(frame)
        if self._shot is not None and frame.at_s < self._shot.due_s:
            self._passed_over = grey, frame.at_s
            return
        if min(grey.shape) < SMALLEST_PX:
            self._too_small = frame.width_px, frame.height_px
            return
        if self._shot is None or not self._shot.add(grey, frame.at_s):
            self._end()
            self._shot = Shot()
            self._shot.add(grey, frame.at_s)
        self._passed_over = None

    def found(self) -> Iterator[Found]:
        """One hint a shot, in order."""
        self._end()
        yield from self._told
        if self._left_out:
            yield Gap(reason("too_many", limit=MOST_SHOTS, part="shots"))
        if self._too_small is not None and not self._told:
            width_px, height_px = self._too_small
            yield Gap(reason("too_small_picture", width_px=width_px, height_px=height_px))

    def _end(self) -> None:
        if self._shot is None:
            return
        if self._passed_over is not None:  # where a shot ends, a turn ends
            self._shot.add(*self._passed_over)
        if len(self._told) >= MOST_SHOTS:
            self._left_out = True
            return
        motion, shown = self._shot.told()
        keep = shown is not None and len(self._told) < MOST_PICTURES
        self._told.append(
            Hint(
                kind="motion",
                family="VISUAL",
                reader=NAME,
                field=FIELD,
                motion=motion,
                at_s=self._shot.from_s,
                until_s=self._shot.until_s,
                picture=evidence_picture(shown, STRIP_PX) if keep and shown is not None else None,
            )
        )


def _small(frame: Frame) -> "Grey":
    """The grey picture at its working size: halved as often as that goes, which is cheap, then brought to size."""
    import cv2
    import numpy as np

    longest_px = max(frame.width_px, frame.height_px)
    while longest_px >= 2 * LONGEST_PX:
        longest_px = (longest_px + 1) // 2
    grey = frame.grey(longest_px)
    size = fitted(grey.shape[1], grey.shape[0], LONGEST_PX)
    return grey if size == grey.shape[::-1] else cv2.resize(grey, size, interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def _new(kit: Kit) -> Viewer:  # noqa: ARG001 - every viewer is made the same way; this one needs nothing
    return CameraViewer()


KIND = ViewerKind(name=NAME, version=4, check="layout", kinds=FILMS, new=_new)
