"""Places in Apple's timed metadata, track ``mebx``.

QuickTime File Format, "Timed metadata": the sample description names the keys (``keys``: for each local
number a ``keyd`` with namespace and key, and a ``dtyp``), and a sample is a list of values by those
numbers. The place is ISO 6709 text, its accuracy a number or text in metres.
"""

import struct
from collections.abc import Iterator, Mapping

from opsec.formats.isobmff.user_data_text import decoded
from opsec.geo.notations.iso6709 import parse
from opsec.model.records import Found
from opsec.readers.telemetry.track_source import Stream

PLACE = "com.apple.quicktime.location.ISO6709"
ACCURACY = "com.apple.quicktime.location.accuracy.horizontal"

MOST_PARTS = 1_000
"""Keys of a track, values of a sample."""
MOST_TEXT = 400


def told(stream: Stream) -> Iterator[Found]:
    """The way that the phone recorded beside the film; nothing of a track without such a key."""
    keys = {number: key for number, key in _keys(stream.track.entry) if key in (PLACE, ACCURACY)}
    if PLACE not in keys.values():
        return
    trail = stream.trail("mebx location")
    for sample in stream.samples:
        if trail.full:
            break
        values = {keys[number]: value for number, value in _parts(sample.data) if number in keys}
        if PLACE not in values:
            continue
        told_place = parse(decoded(values[PLACE][:MOST_TEXT]))
        if told_place is None or told_place.point is None:
            trail.void()
            continue
        trail.add(
            sample.at_s, told_place.point.lat, told_place.point.lon, altitude_m=told_place.altitude_m,
            accuracy_m=max(told_place.accuracy_m, _accuracy_m(values)),
        )  # fmt: skip
    yield from stream.told(trail)


def _accuracy_m(values: Mapping[str, bytes]) -> float:
    """Metres, as 32-bit or 64-bit float or as text; 0 when it is not told."""
    raw = values.get(ACCURACY, b"")
    if len(raw) in (4, 8):
        value = float(struct.unpack(">f" if len(raw) == 4 else ">d", raw)[0])
        return value if 0 < value < 1e6 else 0.0
    text = raw[:MOST_TEXT].decode("ascii", "replace").strip("\0 ")
    return float(text) if text.replace(".", "", 1).isdecimal() and len(text) < 12 else 0.0


def _keys(entry: bytes) -> Iterator[tuple[int, str]]:
    """Local number and name of every key of a sample description."""
    for kind, table in _parts(entry[8:]):  # behind the reserved bytes and the data reference
        if kind != int.from_bytes(b"keys", "big"):
            continue
        for start in (0, 8):  # some writers put version and count before the keys
            for number, key in _parts(table[start:]):
                for part, value in _parts(key):
                    if part == int.from_bytes(b"keyd", "big"):
                        yield number, value[4:].decode("utf-8", "replace").rstrip("\0")


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The (number, value) pairs of a list whose every entry begins with its size."""
    at = 0
    for _ in range(MOST_PARTS):
        size = int.from_bytes(data[at : at + 4], "big")
        if size < 8 or at + 8 > len(data):
            return
        yield int.from_bytes(data[at + 4 : at + 8], "big"), data[at + 8 : at + size]
        at += size
