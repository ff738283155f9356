"""Frame analyser for camera motion: how much of a place's layout a clip gives away, whichever place it is.

It analyses every frame, small and in grey, and gives one motion hint per shot.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opsec.i18n.reasons import make_reason
from opsec.model import Hint
from opsec.model.records import Gap, ReaderOutput
from opsec.model.resources import ReaderResources
from opsec.model.vocabulary import MOVING_IMAGE_KINDS
from opsec.readers.video.analyser import AnalyserSpec, FrameAnalyser
from opsec.vision.decoding.frame import Frame, encode_evidence_picture, fit_size

if TYPE_CHECKING:
    from opsec.vision.arrays import GrayImage
    from opsec.vision.camera_motion.shot import ShotAnalyser

NAME = "camera"
FIELD = "pictures"
WORKING_PX = 320
"""Longest side of the frames that are analysed."""
MIN_SIDE_PX = 32
"""Shorter side of a frame below which it shows no place."""
MAX_SHOTS = 300
MAX_EVIDENCE_PICTURES = 24
"""Shots for which a picture is kept as evidence."""
EVIDENCE_PX = 1_400
"""Longest side of an evidence picture."""
MAX_EVIDENCE_BYTES = 6_000
"""Size of an evidence picture; a case file keeps those of every shot."""


@dataclass(slots=True)
class CameraMotionAnalyser:
    """Analyses the camera motion of one clip, shot by shot."""

    _shot: "ShotAnalyser | None" = None
    _skipped: "tuple[GrayImage, float] | None" = None
    """The last frame and its time, when it was not worth analysing."""
    _hints: list[Hint] = field(default_factory=list)
    _shots_dropped: bool = False
    _too_small: tuple[int, int] | None = None
    """Size of a frame in which nothing could be tracked."""

    def process_frame(self, frame: Frame) -> None:
        """Add a frame to the shot it belongs to."""
        from opsec.vision.camera_motion.shot import ShotAnalyser

        gray = _working_size(frame)
        if self._shot is not None and frame.at_s < self._shot.next_due_s:
            self._skipped = gray, frame.at_s
            return
        if min(gray.shape) < MIN_SIDE_PX:
            self._too_small = frame.width_px, frame.height_px
            return
        if self._shot is None or not self._shot.add_frame(gray, frame.at_s):
            self._end_shot()
            self._shot = ShotAnalyser()
            self._shot.add_frame(gray, frame.at_s)
        self._skipped = None

    def finish(self) -> Iterator[ReaderOutput]:
        """Yield one hint per shot, in order."""
        self._end_shot()
        yield from self._hints
        if self._shots_dropped:
            yield Gap(make_reason("too_many", limit=MAX_SHOTS, part="shots"))
        if self._too_small is not None and not self._hints:
            width_px, height_px = self._too_small
            yield Gap(make_reason("too_small_picture", width_px=width_px, height_px=height_px))

    def _end_shot(self) -> None:
        """Add the hint of the current shot."""
        if self._shot is None:
            return
        if self._skipped is not None:  # the last frame of a shot completes a turn
            self._shot.add_frame(*self._skipped)
        if len(self._hints) >= MAX_SHOTS:
            self._shots_dropped = True
            return
        motion, strip = self._shot.summarise()
        kept = strip if len(self._hints) < MAX_EVIDENCE_PICTURES else None
        self._hints.append(
            Hint(
                kind="motion",
                family="VISUAL",
                reader=NAME,
                field=FIELD,
                motion=motion,
                at_s=self._shot.start_s,
                until_s=self._shot.end_s,
                picture=None if kept is None else encode_evidence_picture(kept, EVIDENCE_PX, MAX_EVIDENCE_BYTES),
            )
        )


def _working_size(frame: Frame) -> "GrayImage":
    """The grey frame at working size: halved as often as possible, which is cheap, then resized."""
    import cv2
    import numpy as np

    longest_px = max(frame.width_px, frame.height_px)
    while longest_px >= 2 * WORKING_PX:
        longest_px = (longest_px + 1) // 2
    gray = frame.gray(longest_px)
    size = fit_size(gray.shape[1], gray.shape[0], WORKING_PX)
    return gray if size == gray.shape[::-1] else cv2.resize(gray, size, interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def _create(resources: ReaderResources) -> FrameAnalyser:  # noqa: ARG001 - all analysers are created alike
    return CameraMotionAnalyser()


ANALYSER = AnalyserSpec(name=NAME, version=5, check="layout", file_kinds=MOVING_IMAGE_KINDS, create=_create)
"""Photos are left out: a photo has no motion, and its position and heading alone say what it shows of a layout."""
