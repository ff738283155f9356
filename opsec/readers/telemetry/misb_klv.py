"""Read the positions that a drone sends beside its video: UAS local sets (MISB ST 0601, STANAG 4609).

Tags 13 to 15 are the position and height of the sensor, which is the camera. Tags 23 and 24 are the centre of the
frame, on the ground: what the camera looks at. Both become tracks of their own.
"""

import math
from collections.abc import Iterator, Mapping
from itertools import islice

from opsec.formats.klv import SMPTE_PREFIX, AccessUnitCells, LocalSet, iter_uas_sets
from opsec.formats.transport_stream import PesUnit, StreamInfo
from opsec.i18n.reasons import make_reason
from opsec.model.notes import LOOKED_AT, make_note
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.field_values import field_name, format_utc, parse_device, parse_time
from opsec.readers.telemetry.track_builder import NAME, ClipClock, TrackBuilder
from opsec.readers.text.free_text import to_free_text

_PRIVATE_DATA, _METADATA = 0x06, 0x15
_METADATA_STREAM_ID = 0xFC
MAX_WORDS_BYTES = 127
MAX_TEXTS = 20
"""Limit of distinct texts of one stream, such as mission and call sign."""

_TIME, _HEADING, _PITCH, _LAT, _LON, _HEIGHT = 2, 5, 6, 13, 14, 15
_RELATIVE_AZIMUTH, _RELATIVE_ELEVATION = 18, 19
_CENTRE_LAT, _CENTRE_LON, _CENTRE_HEIGHT = 23, 24, 25
_TARGET_LAT, _TARGET_LON = 40, 41
_DEVICE = 10
_WORDS: Mapping[int, str] = {
    3: "mission", 4: "tail number", 59: "call sign", 107: "operational base", 108: "broadcast source",
}  # fmt: skip

_UNREAD_PLACES = frozenset({73, 74, 100, 101, 130, 141})
"""Items with places or local sets of their own, which are not read: range and video target sets (ST 0806, ST 0903),
segment and amend sets (ST 1607), airbases and waypoints."""


def may_hold_klv(stream: StreamInfo) -> bool:
    """Whether a stream has a type in which ST 1402 carries KLV; its registration descriptor is often missing."""
    return stream.stream_type in (_PRIVATE_DATA, _METADATA)


class KlvTracks:
    """Tracks and words of the KLV streams of one file."""

    def __init__(self) -> None:
        self._sensor, self._doubtful = TrackBuilder("KLV sensor"), TrackBuilder("KLV sensor, wrong checksum")
        self._centre, self._target = TrackBuilder("KLV frame centre"), TrackBuilder("KLV target")
        self._cells: dict[int, AccessUnitCells] = {}
        self._clock = ClipClock()
        self._sound_sets = self._wrong_sets = self._cut_sets = self._other_units = 0
        self._began_us = 0
        self._texts: dict[tuple[str, str], None] = {}
        self._device = ""
        self._unread: set[int] = set()

    def add(self, unit: PesUnit) -> None:
        """Add one unit of a data stream."""
        is_bare = unit.payload.startswith(SMPTE_PREFIX)
        if unit.stream.stream_type == _METADATA and unit.stream_id == _METADATA_STREAM_ID and not is_bare:
            payloads = self._cells.setdefault(unit.stream.pid, AccessUnitCells()).add(unit.payload)
        else:
            payloads = iter((unit.payload,))
        for payload in payloads:
            local_sets = list(iter_uas_sets(payload))
            self._other_units += not local_sets and payload.startswith(SMPTE_PREFIX)
            for local_set in local_sets:
                self._add_set(local_set, unit.at_s)

    def add_first(self, data: bytes) -> None:
        """Add the first set in some bytes, at the time that it states."""
        for local_set in islice(iter_uas_sets(data), 1):
            self._add_set(local_set, None)

    def records(self) -> Iterator[ReaderOutput]:
        """Yield the tracks, then start time, words and device, and gaps for damaged sets.

        Sets with a wrong checksum count only where most have one: then the drone computes it wrongly.
        """
        yield from self._sensor.hint_records()
        if self._wrong_sets > self._sound_sets:
            yield from self._doubtful.hint_records()
        elif self._wrong_sets:
            yield Gap(make_reason("broken", part="KLV", detail=f"checksum × {self._wrong_sets}"))
        looked_at = make_note(LOOKED_AT)
        yield from self._centre.hint_records(looked_at)
        yield from self._target.hint_records(looked_at)
        if self._began_us:
            yield from parse_time(format_utc(self._began_us / 1e6) or "", reader=NAME, field="KLV time")
        yield from parse_device(self._device, reader=NAME, field="KLV platform")
        for name, text in self._texts:
            yield from to_free_text(text, field_name(f"KLV {name}"))
        if self._other_units and not self._sound_sets:
            yield Gap(make_reason("unsupported", type="KLV"))  # sets of another standard, none of ST 0601
        if self._unread:
            yield Gap(make_reason("unsupported", type=f"KLV ST 0601 {', '.join(map(str, sorted(self._unread)))}"))
        if self._cut_sets:
            yield Gap(make_reason("cut_off", part="KLV"))

    def _add_set(self, local_set: LocalSet, at_s: float | None) -> None:
        items, is_wrong = local_set.items, local_set.is_sound is False
        self._sound_sets, self._wrong_sets = self._sound_sets + (not is_wrong), self._wrong_sets + is_wrong
        self._cut_sets += local_set.is_cut
        time_us = int.from_bytes(items.get(_TIME, b""), "big") if len(items.get(_TIME, b"")) == 8 else 0
        by_clock_s = self._clock.at_s(time_us / 1e6 if time_us else None)
        second = by_clock_s if at_s is None else at_s
        self._add_sensor(self._doubtful if is_wrong else self._sensor, second, items)
        if is_wrong:
            return
        self._began_us = self._began_us or time_us
        self._unread |= {tag for tag in _UNREAD_PLACES if items.get(tag)}
        _add_point(self._centre, second, items, (_CENTRE_LAT, _CENTRE_LON), _height(items.get(_CENTRE_HEIGHT)))
        _add_point(self._target, second, items, (_TARGET_LAT, _TARGET_LON), None)
        self._device = self._device or _decode(items.get(_DEVICE, b""))
        for tag, name in _WORDS.items():
            if tag in items and len(self._texts) < MAX_TEXTS:
                self._texts.setdefault((name, _decode(items[tag])))

    def _add_sensor(self, trail: TrackBuilder, at_s: float, items: Mapping[int, bytes]) -> None:
        heading, azimuth = _scaled(items.get(_HEADING), 2, 360), _scaled(items.get(_RELATIVE_AZIMUTH), 4, 360)
        pitch, elevation = _signed(items.get(_PITCH), 2, 20), _signed(items.get(_RELATIVE_ELEVATION), 4, 180)
        _add_point(
            trail, at_s, items, (_LAT, _LON), _height(items.get(_HEIGHT)),
            heading_deg=None if heading is None else (heading + (azimuth or 0.0)) % 360,
            pitch_deg=None if elevation is None else elevation + (pitch or 0.0),
        )  # fmt: skip


def _add_point(  # noqa: PLR0913 - one parameter for each measure
    trail: TrackBuilder,
    at_s: float,
    items: Mapping[int, bytes],
    tags: tuple[int, int],
    height_m: float | None,
    *,
    heading_deg: float | None = None,
    pitch_deg: float | None = None,
) -> None:
    if trail.full or not (tags[0] in items or tags[1] in items):
        return
    lat, lon = _signed(items.get(tags[0]), 4, 90), _signed(items.get(tags[1]), 4, 180)
    trail.add(
        at_s, math.nan if lat is None else lat, math.nan if lon is None else lon,
        altitude_m=height_m, heading_deg=heading_deg, pitch_deg=pitch_deg,
    )  # fmt: skip


def _signed(raw: bytes | None, size: int, full: float) -> float | None:
    """Value of a signed integer that stands for ±``full``; the smallest one means an error or out of range."""
    if raw is None or len(raw) != size:
        return None
    number, most = int.from_bytes(raw, "big", signed=True), (1 << 8 * size - 1) - 1
    return number / most * full if number >= -most else None


def _scaled(raw: bytes | None, size: int, full: float) -> float | None:
    """Value of an unsigned integer that stands for 0 to ``full``."""
    if raw is None or len(raw) != size:
        return None
    return int.from_bytes(raw, "big") / ((1 << 8 * size) - 1) * full


def _height(raw: bytes | None) -> float | None:
    """Height above sea level: 16 bits for -900 to 19,000 m."""
    scaled = _scaled(raw, 2, 19_900)
    return None if scaled is None else round(scaled - 900, 2)


def _decode(raw: bytes) -> str:
    return raw[:MAX_WORDS_BYTES].decode("utf-8", "replace").strip(" \0")
