"""Data association: which track of a clip each detected line continues, by its appearance or by its text."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from opsec.vision.ocr.text_track import LineObservation, TextTrack, correlation

if TYPE_CHECKING:
    from opsec.vision.ocr.text_track import Appearance

MAX_TRACKS = 400
"""Tracks of one clip; lines beyond that are dropped, and ``TrackAssociator.overflowed`` records it."""
MAX_GAP_S = 3.0
"""A line that was out of view for longer starts a new track."""
_MIN_CORRELATION = 0.6
_MAX_HEIGHT_RATIO, _MAX_ASPECT_RATIO = 2.0, 1.5
"""Largest ratios of the heights and of the shapes (length by height) of two observations of one line."""
_MIN_CHARACTERS = 4
"""Shorter texts do not identify a line."""


class TrackAssociator:
    """The tracks of one clip."""

    def __init__(self) -> None:
        self.tracks: list[TextTrack] = []
        self.overflowed = False
        """Whether lines were dropped because there were ``MAX_TRACKS`` tracks."""

    def associate(
        self, observations: Sequence[LineObservation], appearances: "Sequence[Appearance]"
    ) -> list[TextTrack | None]:
        """Assign each line of one frame to a track, the best pairs first.

        Parameters
        ----------
        observations
            The lines of one frame.
        appearances
            The appearance of each.

        Returns
        -------
        list of (TextTrack or None)
            For each line the track that it continues or a new one; None if there are too many tracks.
        """
        owners: dict[int, TextTrack] = {}
        taken: set[int] = set()
        for similarity, number, track in self._ranked_pairs(observations, appearances):
            if similarity < _MIN_CORRELATION:
                break
            if number not in owners and id(track) not in taken:
                owners[number] = track
                taken.add(id(track))
        return [
            self._update_or_create(owners.get(number), observation, appearance)
            for number, (observation, appearance) in enumerate(zip(observations, appearances, strict=True))
        ]

    def _ranked_pairs(
        self, observations: Sequence[LineObservation], appearances: "Sequence[Appearance]"
    ) -> list[tuple[float, int, TextTrack]]:
        """Return similarity, number of the line and track for all pairs, the most similar first."""
        if not observations:
            return []
        now_s = observations[0].at_s
        pairs = [
            (_similarity(track, observation, appearance), number, track)
            for track in self.tracks
            if now_s - track.last.at_s <= MAX_GAP_S
            for number, (observation, appearance) in enumerate(zip(observations, appearances, strict=True))
        ]
        return sorted(pairs, key=lambda pair: -pair[0])

    def match_by_text(self, new: TextTrack) -> TextTrack:
        """Merge a new track into an earlier one with the same text and return that; else return ``new``.

        A turn of the camera or a blur may change the appearance of a line for a while.
        """
        voted = new.voted()
        if voted is None or len(voted.text) < _MIN_CHARACTERS:
            return new
        for track in self.tracks:
            if track is not new and _ended_shortly_before(track, new) and is_same_text(track, new):
                track.merge(new)
                self.tracks.remove(new)
                return track
        return new

    def merged_tracks(self) -> list[TextTrack]:
        """Return the tracks without fragments: lines seen only at the edge of the frame as another came or went."""
        complete = [track for track in self.tracks if track.is_complete]
        fragments = {
            id(part)
            for part in self.tracks
            if not part.is_complete
            for whole in complete
            if _near_in_time(part, whole) and is_fragment_of(part, whole)
        }
        return [track for track in self.tracks if id(track) not in fragments]

    def _update_or_create(
        self, track: TextTrack | None, observation: LineObservation, appearance: "Appearance"
    ) -> TextTrack | None:
        if track is not None:
            track.add(observation, appearance)
        elif len(self.tracks) < MAX_TRACKS:
            track = TextTrack(appearance, [observation])
            self.tracks.append(track)
        else:
            self.overflowed = True
        return track


def _ended_shortly_before(track: TextTrack, new: TextTrack) -> bool:
    """Return whether a track ended before the new one began, at most ``MAX_GAP_S`` earlier."""
    first = new.observations[0]
    return track.last.frame_index < first.frame_index and first.at_s - track.last.at_s <= MAX_GAP_S


def _near_in_time(track: TextTrack, other: TextTrack) -> bool:
    begin_s, other_begin_s = track.observations[0].at_s, other.observations[0].at_s
    return begin_s - other.last.at_s <= MAX_GAP_S and other_begin_s - track.last.at_s <= MAX_GAP_S


def is_same_text(track: TextTrack, other: TextTrack) -> bool:
    """Return whether two tracks read the same; a track that is not complete may read a part of the other."""
    voted, other_voted = track.voted(), other.voted()
    if voted is None or other_voted is None:
        return False
    both_complete = track.is_complete and other.is_complete
    return voted.is_same_text(other_voted) or (not both_complete and voted.is_part_of(other_voted))


def is_fragment_of(part: TextTrack, whole: TextTrack) -> bool:
    """Return whether the text of ``part`` adds nothing to a legible ``whole``: it is the same or a shorter part."""
    voted, whole_voted = part.voted(), whole.voted()
    if voted is None or whole_voted is None or not whole.is_legible:
        return False
    is_shorter = len(voted.text) <= len(whole_voted.text)
    return voted.is_same_text(whole_voted) or (is_shorter and voted.is_part_of(whole_voted))


def _similarity(track: TextTrack, observation: LineObservation, appearance: "Appearance") -> float:
    """Return the correlation of the appearances; 0 if height or shape rule out the same line."""
    previous, current = track.last.line, observation.line
    height_ratio = max(previous.height_px, current.height_px) / min(previous.height_px, current.height_px)
    aspect_ratio = (previous.length_px / previous.height_px) / (current.length_px / current.height_px)
    if height_ratio > _MAX_HEIGHT_RATIO or max(aspect_ratio, 1 / aspect_ratio) > _MAX_ASPECT_RATIO:
        return 0.0
    return correlation(track.appearance, appearance)
