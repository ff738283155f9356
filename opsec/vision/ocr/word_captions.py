"""Captions that show one or two words at a time, joined over time to the passage that they say.

Video editors transcribe speech and show it word by word in one place. Such words follow one another without
overlapping, in similar letters, each for a moment and at rest; signs and titles stay, move with the scene, or stand
beside each other.
"""

import re
from collections.abc import Iterator, Sequence

from opsec.vision.ocr.text_line import TextLine
from opsec.vision.ocr.text_track import TextTrack

MAX_PASSAGES = 60
"""Passages of one clip."""
MAX_PASSAGE_CAPTIONS, PASSAGE_OVERLAP = 30, 4
"""Captions of one passage, and those that the next one repeats, so that no name is cut in two."""
MAX_WORDS_PER_CAPTION = 3
MAX_PAUSE_S = 1.5
"""Longest time from the last observation of a caption to the first of the next, which includes a search interval."""
_MAX_DURATION_S = 3.5
"""A text that is shown for longer is a title."""
_MAX_HEIGHT_RATIO = 1.7
"""Words with and without long strokes, and letters that pop up, differ in height."""
_MAX_OFFSET = 0.75
"""Largest distance from one caption to the next, in heights: across the line, and along it at an end or the centre."""
_MAX_DRIFT = 0.5
"""Largest movement of one caption, in its heights."""
_MAX_ANGLE_RAD = 0.25
_WORDS = re.compile(r"\w+")


def join_captions(tracks: Sequence[TextTrack]) -> list[list[TextTrack]]:
    """Group captions that follow one another in one place into passages.

    Parameters
    ----------
    tracks
        Legible lines of one clip, their observations in shares of the longer side of the frame.

    Returns
    -------
    list of list of TextTrack
        Passages of at least two captions, each in order of time; at most ``MAX_PASSAGES``.
    """
    runs: list[list[TextTrack]] = []
    for track in sorted(filter(is_short_caption, tracks), key=_begin_s):
        run = next((one for one in reversed(runs) if follows(one[-1], track)), None)
        if run is None:
            runs.append([track])
        else:
            run.append(track)
    passages = [passage for run in runs if len(run) > 1 for passage in _split(run)]
    return passages[:MAX_PASSAGES]


def passage_text(passage: Sequence[TextTrack]) -> str:
    """Return the words of a passage; a caption that repeats and continues the one before replaces it."""
    texts: list[str] = []
    for text in (voted.text for track in passage if (voted := track.voted())):
        if texts and f"{text} ".startswith(f"{texts[-1]} "):
            texts[-1] = text
        elif not texts or text != texts[-1]:
            texts.append(text)
    return " ".join(texts)


def is_short_caption(track: TextTrack) -> bool:
    """Return whether a line of a few words is shown for a moment and does not move."""
    voted = track.voted()
    if voted is None or not 1 <= len(_WORDS.findall(voted.text)) <= MAX_WORDS_PER_CAPTION:
        return False
    if track.last.at_s - _begin_s(track) > _MAX_DURATION_S:
        return False
    lines = [one.line for one in track.observations]
    tolerance = _MAX_DRIFT * max(line.height_px for line in lines)
    return all(_extent([getattr(line, axis) for line in lines]) <= tolerance for axis in ("x_px", "y_px"))


def follows(earlier: TextTrack, later: TextTrack) -> bool:
    """Return whether one caption takes the place of another a moment after it was last seen."""
    pause_s = _begin_s(later) - earlier.last.at_s
    return 0 < pause_s <= MAX_PAUSE_S and _in_same_place(earlier.last.line, later.observations[0].line)


def _in_same_place(one: TextLine, other: TextLine) -> bool:
    height = min(one.height_px, other.height_px)
    if max(one.height_px, other.height_px) > _MAX_HEIGHT_RATIO * height:
        return False
    if abs(one.angle_rad - other.angle_rad) > _MAX_ANGLE_RAD or abs(one.y_px - other.y_px) > _MAX_OFFSET * height:
        return False
    return any(
        abs((one.x_px + end * one.length_px) - (other.x_px + end * other.length_px)) <= _MAX_OFFSET * height
        for end in (-0.5, 0.0, 0.5)
    )


def _split(run: list[TextTrack]) -> Iterator[list[TextTrack]]:
    """Yield the passages of a run, each repeating the last captions of the one before."""
    step = MAX_PASSAGE_CAPTIONS - PASSAGE_OVERLAP
    for first in range(0, max(1, len(run) - PASSAGE_OVERLAP), step):
        yield run[first : first + MAX_PASSAGE_CAPTIONS]


def _begin_s(track: TextTrack) -> float:
    return track.observations[0].at_s


def _extent(values: Sequence[float]) -> float:
    return max(values) - min(values)
