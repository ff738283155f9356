"""The boxes to blur at every moment of a clip."""

import sys
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from opsec.cleaning.blur import merged_boxes
from opsec.cleaning.frame_steps import TRACK_PX, TrackedFrames
from opsec.cleaning.records import BlurRegion, ShareBox
from opsec.cleaning.region_tracker import track_regions
from opsec.vision.decoding.video import VideoDecoder

if TYPE_CHECKING:
    from opsec.model import FileKind

TRACK_STEP_S = 1 / 31
"""Least time between two frames in which regions are tracked: every frame of a clip of 30 a second."""
FIXED_MARGIN_S = 0.5
"""A region that keeps its place is blurred so long before and after it was seen, as not every frame is searched."""


@dataclass(slots=True)
class BoxTimeline:
    """Boxes of regions that move, by frame, and of those that keep their place, by time."""

    fixed: Sequence[BlurRegion] = ()
    times_s: Sequence[float] = ()
    """Of the frames in which regions were tracked, in order."""
    tracked: dict[int, list[ShareBox]] = field(default_factory=dict)
    """By number of those frames."""

    def boxes_at(self, at_s: float) -> tuple[ShareBox, ...]:
        """Return the boxes of a moment: those of the tracked frames before and after it, and the fixed ones."""
        after = bisect_right(self.times_s, at_s)
        moving = [box for number in (after - 1, after) for box in self.tracked.get(number, ())]
        still = [one.box for one in self.fixed if one.from_s - FIXED_MARGIN_S <= at_s <= one.until_s + FIXED_MARGIN_S]
        return merged_boxes([*moving, *still])


def build_timeline(file: BinaryIO, kind: "FileKind", regions: Sequence[BlurRegion]) -> BoxTimeline:
    """Track the regions through a video, which is decoded once for it unless all of them keep their place.

    Parameters
    ----------
    file, kind
        The video.
    regions
        What to blur.
    """
    fixed = [one for one in regions if one.is_fixed]
    moving = [one for one in regions if not one.is_fixed]
    if not moving:
        return BoxTimeline(fixed)
    frames = TrackedFrames()
    for frame in VideoDecoder(file, kind, step_s=TRACK_STEP_S, max_pixels=sys.maxsize).frames():
        if frames.wants(frame.at_s):
            frames.add(frame.at_s, frame.gray(TRACK_PX))
    return BoxTimeline(fixed, frames.times_s, track_regions(frames, moving) if frames.times_s else {})
