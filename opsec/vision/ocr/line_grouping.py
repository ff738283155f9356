"""Group lines that stand under one another on one board or in one caption: a name may run over two lines."""

import math
from collections.abc import Callable, Sequence

from opsec.vision.ocr.line_views import angle_between_lines
from opsec.vision.ocr.rover_voting import View
from opsec.vision.ocr.text_line import TextLine
from opsec.vision.ocr.text_track import TextTrack

MAX_LINES_PER_BOARD = 12
_MAX_HEIGHT_RATIO = 2.2
"""Largest ratio of the heights of two adjacent lines."""
_MAX_ANGLE_RAD = 0.25
"""Largest angle between two adjacent lines."""
_MAX_GAP = 0.9
"""Largest gap between two adjacent lines, in heights of the smaller line."""
_MAX_COLUMN_GAP = 3.5
"""The same between two columns of upright letters."""
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
    return [sorted(group, key=_reading_position(group)) for group in groups]


def _first_position(track: TextTrack) -> tuple[float, float, float]:
    first = track.observations[0]
    return first.at_s, first.line.y_px, first.line.x_px


def _reading_position(group: Sequence[TextTrack]) -> Callable[[TextTrack], float]:
    """Return the key that sorts the lines of a group as they are read: from top to bottom across their baseline.

    Lines that stand upside down are read from bottom to top, columns of upright letters from left to right.
    """
    if any(view_of(track) == "stacked" for track in group):
        return lambda track: _best_line(track).x_px
    longest = max(group, key=lambda track: _best_line(track).length_px)
    angle_rad = _best_line(longest).angle_rad
    sign = -1.0 if view_of(longest) == "turned" else 1.0
    cos, sin = sign * math.cos(angle_rad), sign * math.sin(angle_rad)

    def position(track: TextTrack) -> float:
        line = _best_line(track)
        return line.y_px * cos - line.x_px * sin

    return position


def _best_line(track: TextTrack) -> TextLine:
    return (track.best_observation or track.last).line


def view_of(track: TextTrack) -> View:
    """Return the view in which a track was read."""
    voted = track.voted()
    return voted.view if voted else "plain"


def _belongs_to(track: TextTrack, group: Sequence[TextTrack]) -> bool:
    return any(_adjacent_in_last_shared_frame(track, other) for other in group)


def _adjacent_in_last_shared_frame(track: TextTrack, other: TextTrack) -> bool:
    """Return whether two lines are adjacent in the last frame that shows both; False if no frame does."""
    lines = {observation.frame_index: observation.line for observation in track.observations}
    shared = next((one for one in reversed(other.observations) if one.frame_index in lines), None)
    if shared is None:
        return False
    both_stacked = view_of(track) == view_of(other) == "stacked"
    max_gap = _MAX_COLUMN_GAP if both_stacked else _MAX_GAP
    return is_adjacent_line(lines[shared.frame_index], shared.line, max_gap)


def is_adjacent_line(line: TextLine, other: TextLine, max_gap: float = _MAX_GAP) -> bool:
    """Return whether two lines of one frame follow one another as lines of one board do.

    ``max_gap`` is the largest gap between them, in heights of the smaller line.
    """
    height = min(line.height_px, other.height_px)
    if max(line.height_px, other.height_px) > _MAX_HEIGHT_RATIO * height:
        return False
    if angle_between_lines(line, other) > _MAX_ANGLE_RAD:
        return False
    angle_rad = max(line, other, key=lambda one: one.length_px).angle_rad
    cos, sin = math.cos(angle_rad), math.sin(angle_rad)
    offset_x, offset_y = other.x_px - line.x_px, other.y_px - line.y_px
    along, across = abs(offset_x * cos + offset_y * sin), abs(offset_y * cos - offset_x * sin)
    gap = across - (line.height_px + other.height_px) / 2
    overlap = (line.length_px + other.length_px) / 2 - along
    min_overlap = _MIN_OVERLAP * min(line.length_px, other.length_px)
    return gap < max_gap * height and across > height / 2 and overlap > min_overlap
