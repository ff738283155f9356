"""Where the regions to blur are in every frame: tracked forward and backward from the frames that show them.

A region moves with its own points (pyramidal Lucas-Kanade, forward and backward, and a similarity by RANSAC); where it
has too few of them, with the whole picture. Every half second it is sought again by its SIFT features (Lowe 2004), so
that a track does not drift and a region that was out of view or behind a cut is found again.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from opsec.cleaning.frame_steps import TrackedFrames, apply_step, detect_points, fit_step
from opsec.cleaning.records import BlurRegion, ShareBox
from opsec.cleaning.region_search import RegionSearch

if TYPE_CHECKING:
    from opsec.vision.arrays import Floats, GrayImage, Points

SEARCH_EVERY_S = 0.5
"""Time between two frames in which regions are sought again."""
MAX_OUT_OF_VIEW_S = 2.0
"""A region is followed for so long after it left the frame."""
_MAX_POINTS = 80
"""Points tracked in one region."""
MAX_SEARCHED_FRAMES = 400
"""Frames in which regions are sought again; of a longer clip they are further apart."""


def track_regions(frames: TrackedFrames, regions: Sequence[BlurRegion]) -> dict[int, list[ShareBox]]:
    """Return the boxes of all regions by number of the frame.

    Parameters
    ----------
    frames
        Of the clip, at least one.
    regions
        Regions that move with the scene.
    """
    found: dict[int, list[ShareBox]] = {}
    searched = RegionSearch(frames.gray, _search_numbers(frames.times_s))
    height_px, width_px = frames.shape
    scale = np.array([width_px, height_px, width_px, height_px], float)
    for region in regions:
        start = frames.nearest(region.at_s)
        corners = _corners(np.asarray(region.box) * scale)
        anchors = {start: corners, **searched.find(start, corners)}
        for number, moved in _track_between(frames, anchors):
            low, high = moved.min(axis=0), moved.max(axis=0)
            box = (np.array([*low, *high]) / scale).tolist()
            found.setdefault(number, []).append((box[0], box[1], box[2], box[3]))
    return found


def _track_between(frames: TrackedFrames, anchors: "Mapping[int, Floats]") -> "Iterator[tuple[int, Floats]]":
    """Yield the corners of a region by frame, tracked from each anchor up to the one before and the one after."""
    for number, corners in anchors.items():
        yield number, corners
        for direction in (1, -1):
            yield from _follow(frames, number, corners, direction, anchors)


def _follow(
    frames: TrackedFrames, start: int, corners: "Floats", direction: int, anchors: "Mapping[int, Floats]"
) -> "Iterator[tuple[int, Floats]]":
    """Yield the corners frame by frame in one direction until the track is lost or another anchor begins."""
    number, last_seen_s = start, frames.times_s[start]
    while 0 <= number + direction < len(frames.times_s):
        whole = frames.step(number, direction)
        last, gray = frames.gray(number), frames.gray(number + direction)
        moved = _move(last, gray, corners, whole)
        if moved is None:
            return
        number, corners = number + direction, moved
        if number in anchors:
            return
        if _is_in_view(corners, gray.shape):
            last_seen_s = frames.times_s[number]
        elif abs(frames.times_s[number] - last_seen_s) > MAX_OUT_OF_VIEW_S:
            return
        yield number, corners


def _move(last: "GrayImage", gray: "GrayImage", corners: "Floats", whole: "Floats | None") -> "Floats | None":
    """Return the corners in the next frame; None where neither the region nor the picture can be followed."""
    guess_px = np.zeros(2, np.float32)
    if whole is not None:
        middle = corners.mean(axis=0)
        guess_px = (apply_step(whole, middle[None])[0] - middle).astype(np.float32)
    own = fit_step(last, gray, _points_in(last, corners), guess_px)
    step = own if own is not None else whole
    return None if step is None else apply_step(step, corners)


def _points_in(gray: "GrayImage", corners: "Floats") -> "Points":
    """Return corners to track in a region and a margin around it."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    margin = 0.2 * (high - low) + 4
    mask = np.zeros(gray.shape, np.uint8)
    x0, y0 = np.maximum(0, np.floor(low - margin)).astype(int)
    x1, y1 = np.maximum(0, np.ceil(high + margin)).astype(int)
    mask[y0:y1, x0:x1] = 255
    return detect_points(gray, mask, _MAX_POINTS) if mask.any() else np.empty((0, 2), np.float32)


def _is_in_view(corners: "Floats", shape: tuple[int, ...]) -> bool:
    low, high = corners.min(axis=0), corners.max(axis=0)
    return bool((high > 0).all() and low[0] < shape[1] and low[1] < shape[0])


def _corners(box_px: "Floats") -> "Floats":
    left, top, right, bottom = box_px
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], float)


def _search_numbers(times_s: Sequence[float]) -> list[int]:
    """Return the numbers of the frames in which regions are sought again."""
    numbers: list[int] = []
    due_s, every_s = times_s[0], max(SEARCH_EVERY_S, (times_s[-1] - times_s[0]) / MAX_SEARCHED_FRAMES)
    for number, at_s in enumerate(times_s):
        if at_s >= due_s:
            numbers.append(number)
            due_s = at_s + every_s
    return numbers
