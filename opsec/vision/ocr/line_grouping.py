"""Group lines that stand under one another on one board or in one caption: a name may run over two lines."""

import math
from collections.abc import Sequence

from opsec.vision.ocr.text_line import TextLine
from opsec.vision.ocr.text_track import TextTrack

MAX_LINES_PER_BOARD = 12
_MAX_HEIGHT_RATIO = 2.2
"""Largest ratio of the heights of two adjacent lines."""
_MAX_ANGLE_RAD = 0.25
"""Largest angle between two adjacent lines."""
_MAX_GAP = 0.9
"""Largest gap between two adjacent lines, in heights of the smaller line."""
_MIN_OVERLAP = 0.4
"""Least overlap along the baseline, as a share of the shorter line."""


def group_lines(tracks: Sequence[TextTrack]) -> list[list[TextTrack]]:
    """Group tracks by the board or caption they belong to.

    Parameters
    ----------
    tracks
        Lines of one clip, their observations in shares of the longer side of the frame.

    Returns
    -------
    list of list of TextTrack
        The groups in order of their first appearance, the lines of each from top to bottom.
    """
    groups: list[list[TextTrack]] = []
    for track in sorted(tracks, key=_first_position):
        group = next((one for one in groups if len(one) < MAX_LINES_PER_BOARD and _belongs_to(track, one)), None)
        if group is None:
            groups.append([track])
        else:
            group.append(track)
    return [sorted(group, key=_vertical_position) for group in groups]


def _first_position(track: TextTrack) -> tuple[float, float, float]:
    first = track.observations[0]
    return first.at_s, first.line.y_px, first.line.x_px


def _vertical_position(track: TextTrack) -> float:
    return (track.best_observation or track.last).line.y_px


def _belongs_to(track: TextTrack, group: Sequence[TextTrack]) -> bool:
    return any(_adjacent_in_last_shared_frame(track, other) for other in group)


def _adjacent_in_last_shared_frame(track: TextTrack, other: TextTrack) -> bool:
    """Return whether two lines are adjacent in the last frame that shows both; False if no frame does."""
    lines = {observation.frame_index: observation.line for observation in track.observations}
    shared = next((one for one in reversed(other.observations) if one.frame_index in lines), None)
    return shared is not None and is_adjacent_line(lines[shared.frame_index], shared.line)


def is_adjacent_line(line: TextLine, other: TextLine) -> bool:
    """Return whether two lines of one frame follow one another as lines of one board do."""
    height = min(line.height_px, other.height_px)
    if max(line.height_px, other.height_px) > _MAX_HEIGHT_RATIO * height:
        return False
    if abs(line.angle_rad - other.angle_rad) > _MAX_ANGLE_RAD:
        return False
    angle_rad = max(line, other, key=lambda one: one.length_px).angle_rad
    cos, sin = math.cos(angle_rad), math.sin(angle_rad)
    offset_x, offset_y = other.x_px - line.x_px, other.y_px - line.y_px
    along, across = abs(offset_x * cos + offset_y * sin), abs(offset_y * cos - offset_x * sin)
    gap = across - (line.height_px + other.height_px) / 2
    overlap = (line.length_px + other.length_px) / 2 - along
    min_overlap = _MIN_OVERLAP * min(line.length_px, other.length_px)
    return gap < _MAX_GAP * height and across > height / 2 and overlap > min_overlap
