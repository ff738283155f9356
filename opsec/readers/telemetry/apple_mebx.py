"""Read positions from Apple's timed metadata, track ``mebx``.

QuickTime File Format, "Timed metadata": the sample description lists the keys (``keys``: for each local id a ``keyd``
with namespace and key, and a ``dtyp``); a sample is a list of values by local id. The position is ISO 6709 text, its
accuracy a number or text in metres.
"""

import struct
from collections.abc import Iterator, Mapping

from opsec.formats.isobmff.user_data_text import decode_text
from opsec.geo.notations.iso6709 import parse_iso6709
from opsec.model.records import ReaderOutput
from opsec.readers.telemetry.track_source import TelemetryTrack

LOCATION_KEY = "com.apple.quicktime.location.ISO6709"
ACCURACY_KEY = "com.apple.quicktime.location.accuracy.horizontal"

MAX_ENTRIES = 1_000
"""Limit of keys of a track and of values of a sample."""
MAX_TEXT_LENGTH = 400


def read_track(stream: TelemetryTrack) -> Iterator[ReaderOutput]:
    """Yield the track that the phone recorded; nothing for a track without a location key."""
    keys = {number: key for number, key in _keys(stream.track.entry) if key in (LOCATION_KEY, ACCURACY_KEY)}
    if LOCATION_KEY not in keys.values():
        return
    trail = stream.new_builder("mebx location")
    for sample in stream.samples:
        if trail.full:
            break
        values = {keys[number]: value for number, value in _entries(sample.data) if number in keys}
        if LOCATION_KEY not in values:
            continue
        told_place = parse_iso6709(decode_text(values[LOCATION_KEY][:MAX_TEXT_LENGTH]))
        if told_place is None or told_place.point is None:
            trail.add_without_fix()
            continue
        trail.add(
            sample.at_s, told_place.point.lat, told_place.point.lon, altitude_m=told_place.altitude_m,
            accuracy_m=max(told_place.accuracy_m, _accuracy_m(values)),
        )  # fmt: skip
    yield from stream.records(trail)


def _accuracy_m(values: Mapping[str, bytes]) -> float:
    """Accuracy in metres, from a 32-bit or 64-bit float or text; 0 when it is missing."""
    raw = values.get(ACCURACY_KEY, b"")
    if len(raw) in (4, 8):
        value = float(struct.unpack(">f" if len(raw) == 4 else ">d", raw)[0])
        return value if 0 < value < 1e6 else 0.0
    text = raw[:MAX_TEXT_LENGTH].decode("ascii", "replace").strip("\0 ")
    return float(text) if text.replace(".", "", 1).isdecimal() and len(text) < 12 else 0.0


def _keys(entry: bytes) -> Iterator[tuple[int, str]]:
    """Yield local id and name of every key of a sample description."""
    for kind, table in _entries(entry[8:]):  # behind the reserved bytes and the data reference
        if kind != int.from_bytes(b"keys", "big"):
            continue
        for start in (0, 8):  # some writers put version and count before the keys
            for number, key in _entries(table[start:]):
                for part, value in _entries(key):
                    if part == int.from_bytes(b"keyd", "big"):
                        yield number, value[4:].decode("utf-8", "replace").rstrip("\0")


def _entries(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the (id, value) pairs of a list in which every entry begins with its size."""
    at = 0
    for _ in range(MAX_ENTRIES):
        size = int.from_bytes(data[at : at + 4], "big")
        if size < 8 or at + 8 > len(data):
            return
        yield int.from_bytes(data[at + 4 : at + 8], "big"), data[at + 8 : at + size]
        at += size
