"""Read GPS fixes of GoPro cameras: track ``gpmd``, streams ``GPS5`` and ``GPS9``.

The format is GPMF (GoPro, "GPMF introduction", gopro/gpmf-parser): entries of a four-character key, a type, the size of
one item and their number, padded to four bytes; type 0 contains entries. A stream (``STRM``) states the scale of its
numbers (``SCAL``) and, for ``GPS5``, the lock (``GPSF``) and the dilution of precision times 100 (``GPSP``). ``GPS9``
has both in every sample.
"""

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from opsec.formats.isobmff.sample_table import Sample
from opsec.geo.positions import MIN_RECEIVER_ERROR_M
from opsec.i18n.reasons import make_reason
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.telemetry.track_builder import TrackBuilder
from opsec.readers.telemetry.track_source import TelemetryTrack

MIN_LOCK = 2
"""``GPSF``: 0 no lock, 2 two-dimensional, 3 three-dimensional."""
MAX_DILUTION = 10.0
"""Limit of dilution for a receiver that does not report its lock."""
METRES_PER_DILUTION = 5.0
"""95 % radius in metres per unit of dilution (GPS SPS Performance Standard, 5th edition: 2 × 2.5 m)."""

MAX_ENTRIES = 4_000
"""Limit for one sample; a camera with all sensors writes three hundred entries."""

_KEYS = frozenset({b"GPS5", b"GPS9", b"GPSF", b"GPSP", b"SCAL", b"TYPE"})
_STRUCT_CODES = {ord(letter): code for letter, code in zip("bBsSlLfdjJ", "bBhHiIfdqQ", strict=True)}
_GPS9 = b"lllllllSS"


@dataclass(frozen=True, slots=True)
class _KlvEntry:
    kind: int
    """Type letter."""
    size: int
    data: bytes
    declared_bytes: int

    @property
    def is_short(self) -> bool:
        """Whether it declares more than there is."""
        return len(self.data) < self.declared_bytes


_Container = dict[bytes, _KlvEntry]
"""Entries of one container by key; of two with the same key the first."""


def read_track(stream: TelemetryTrack) -> Iterator[ReaderOutput]:
    """Yield the ``GPS5`` track and the ``GPS9`` track; some cameras write both."""
    trails = {b"GPS5": stream.new_builder("GPMF GPS5"), b"GPS9": stream.new_builder("GPMF GPS9")}
    is_short = False
    for sample in stream.samples:
        if any(trail.full for trail in trails.values()):
            break
        for scope in _containers(sample.data):
            is_short |= any(entry.is_short for entry in scope.values())
            if b"GPS5" in scope:
                _add_gps5(scope, sample, trails[b"GPS5"])
            if b"GPS9" in scope:
                _add_gps9(scope, sample, trails[b"GPS9"])
    for trail in trails.values():
        yield from stream.records(trail)
    if is_short:
        yield Gap(make_reason("broken", part=stream.track.name, detail="fewer items than declared"))


def _containers(data: bytes) -> Iterator[_Container]:
    """Yield every container with its entries, iteratively and always moving forward."""
    levels: list[tuple[int, int, _Container]] = [(len(data), len(data), {})]
    at = 0
    for _ in range(MAX_ENTRIES):
        end, after, scope = levels[-1]
        if at + 8 > end or data[at] == 0:  # zeros pad the end
            levels.pop()
            at = after
            if scope:
                yield scope
            if not levels:
                return
            continue
        key, kind, size = data[at : at + 4], data[at + 4], data[at + 5]
        length = size * int.from_bytes(data[at + 6 : at + 8], "big")
        payload, padded = at + 8, min(end, at + 8 + length + -length % 4)
        if kind == 0:
            levels.append((min(end, payload + length), padded, {}))
            at = payload
            continue
        if key in _KEYS and key not in scope:
            scope[key] = _KlvEntry(kind, size, data[payload : min(end, payload + length)], length)
        at = padded
    yield from (scope for _, _, scope in levels if scope)


def _add_gps5(scope: _Container, sample: Sample, trail: TrackBuilder) -> None:
    """Add ``GPS5`` fixes: latitude, longitude, altitude, ground speed, 3D speed."""
    entry = scope[b"GPS5"]
    scales = _scales(scope, 5)
    if (entry.kind, entry.size) != (ord("l"), 20) or not scales:
        trail.add_without_fix()
        return
    lock, dilution = _number(scope.get(b"GPSF")), _number(scope.get(b"GPSP"))
    dilution = None if dilution is None else dilution / 100
    many = len(entry.data) // 20
    for number, values in enumerate(struct.iter_unpack(">5i", entry.data[: many * 20])):
        if trail.full:
            return
        _add_fix(trail, sample.at_s + number * sample.lasts_s / many, _scaled(values, scales), lock, dilution)


def _add_gps9(scope: _Container, sample: Sample, trail: TrackBuilder) -> None:
    """Add ``GPS9`` fixes: as ``GPS5``, then days, seconds, dilution and lock, with the types in ``TYPE``."""
    entry = scope[b"GPS9"]
    letters = scope[b"TYPE"].data if b"TYPE" in scope else _GPS9
    layout = _layout(letters)
    scales = _scales(scope, 9)
    if not scales or layout is None or layout.size != entry.size:
        trail.add_without_fix()
        return
    many = len(entry.data) // layout.size
    for number, values in enumerate(layout.iter_unpack(entry.data[: many * layout.size])):
        if trail.full:
            return
        measures = _scaled(values, scales)
        _add_fix(trail, sample.at_s + number * sample.lasts_s / many, measures, measures[8], measures[7])


def _layout(letters: bytes) -> struct.Struct | None:
    letters = letters.rstrip(b"\0")
    if len(letters) != 9 or any(letter not in _STRUCT_CODES for letter in letters):
        return None
    return struct.Struct(">" + "".join(_STRUCT_CODES[letter] for letter in letters))


def _add_fix(
    trail: TrackBuilder, at_s: float, measures: list[float], lock: float | None, dilution: float | None
) -> None:
    """Add one fix, unless the receiver reports no lock."""
    unlocked = dilution is not None and dilution > MAX_DILUTION if lock is None else lock < MIN_LOCK
    if unlocked:
        trail.add_without_fix()
        return
    trail.add(
        at_s, measures[0], measures[1], altitude_m=measures[2], speed_mps=measures[3],
        accuracy_m=None if dilution is None else max(MIN_RECEIVER_ERROR_M, dilution * METRES_PER_DILUTION),
    )  # fmt: skip


def _scaled(values: tuple[float, ...], scales: list[float]) -> list[float]:
    return [value / scale if scale else math.nan for value, scale in zip(values, scales, strict=True)]


def _scales(scope: _Container, columns: int) -> list[float]:
    """One scale per column, or one for all; empty when the stream gives neither."""
    entry = scope.get(b"SCAL")
    code = _STRUCT_CODES.get(entry.kind) if entry else None
    if entry is None or code is None or entry.size != struct.calcsize(code):
        return []
    whole = len(entry.data) // entry.size
    found = [float(scale) for (scale,) in struct.iter_unpack(">" + code, entry.data[: whole * entry.size])]
    return found * columns if len(found) == 1 else found if len(found) == columns else []


def _number(entry: _KlvEntry | None) -> float | None:
    """First number of an entry."""
    code = _STRUCT_CODES.get(entry.kind) if entry else None
    if entry is None or code is None or len(entry.data) < struct.calcsize(code):
        return None
    return float(struct.unpack_from(">" + code, entry.data)[0])
