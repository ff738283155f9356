"""Places in the telemetry of GoPro cameras: track ``gpmd``, streams ``GPS5`` and ``GPS9``.

The format is GPMF (GoPro, "GPMF introduction", gopro/gpmf-parser): entries of a four-character key, a
type, the size of one item and their number, padded to four bytes; type 0 holds entries again. A stream
(``STRM``) states the scale of its numbers (``SCAL``) and, for ``GPS5``, the lock (``GPSF``) and the
dilution of precision times 100 (``GPSP``). ``GPS9`` carries both in every sample.
"""

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from opsec.formats.isobmff.sample_table import Sample
from opsec.geo.positions import AT_BEST_M
from opsec.model.records import Found
from opsec.readers.telemetry.track_builder import Trail
from opsec.readers.telemetry.track_source import Stream

LOCKED = 2
"""``GPSF``: 0 no lock, 2 two-dimensional, 3 three-dimensional."""
WORST_DILUTION = 10.0
"""A receiver that does not tell its lock is believed up to here."""
METRES_PER_DILUTION = 5.0
"""Radius of 95 percent for a dilution of one (GPS SPS Performance Standard, 5th edition: 2 × 2.5 m)."""

MOST_STEPS = 4_000
"""Entries of a sample; a camera with all its sensors writes three hundred."""

_WANTED = frozenset({b"GPS5", b"GPS9", b"GPSF", b"GPSP", b"SCAL", b"TYPE"})
_LETTERS = {ord(letter): code for letter, code in zip("bBsSlLfdjJ", "bBhHiIfdqQ", strict=True)}
_GPS9 = b"lllllllSS"


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: int
    """Letter of its type."""
    size: int
    data: bytes


_Scope = dict[bytes, _Entry]
"""The wanted entries of one container; of two with the same key the first."""


def told(stream: Stream) -> Iterator[Found]:
    """The way by ``GPS5``, and that by ``GPS9`` where the camera writes both."""
    trails = {b"GPS5": stream.trail("GPMF GPS5"), b"GPS9": stream.trail("GPMF GPS9")}
    for sample in stream.samples:
        if any(trail.full for trail in trails.values()):
            break
        for scope in _scopes(sample.data):
            if b"GPS5" in scope:
                _gps5(scope, sample, trails[b"GPS5"])
            if b"GPS9" in scope:
                _gps9(scope, sample, trails[b"GPS9"])
    for trail in trails.values():
        yield from stream.told(trail)


def _scopes(data: bytes) -> Iterator[_Scope]:
    """Every container with what is wanted of it. Keeps its own stack, and each step goes forward."""
    levels: list[tuple[int, int, _Scope]] = [(len(data), len(data), {})]
    at = 0
    for _ in range(MOST_STEPS):
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
        if key in _WANTED and key not in scope:
            scope[key] = _Entry(kind, size, data[payload : min(end, payload + length)])
        at = padded
    yield from (scope for _, _, scope in levels if scope)


def _gps5(scope: _Scope, sample: Sample, trail: Trail) -> None:
    """Five signed numbers a fix: latitude, longitude, altitude, speed over ground, speed in space."""
    entry = scope[b"GPS5"]
    scales = _scales(scope, 5)
    if (entry.kind, entry.size) != (ord("l"), 20) or not scales:
        trail.void()
        return
    lock, dilution = _number(scope.get(b"GPSF")), _number(scope.get(b"GPSP"))
    dilution = None if dilution is None else dilution / 100
    many = len(entry.data) // 20
    for number, values in enumerate(struct.iter_unpack(">5i", entry.data[: many * 20])):
        if trail.full:
            return
        _lay(trail, sample.at_s + number * sample.lasts_s / many, _scaled(values, scales), lock, dilution)


def _gps9(scope: _Scope, sample: Sample, trail: Trail) -> None:
    """As ``GPS5``, then days, seconds, dilution and lock, each of the type that ``TYPE`` gives it."""
    entry = scope[b"GPS9"]
    letters = scope[b"TYPE"].data if b"TYPE" in scope else _GPS9
    layout = _layout(letters)
    scales = _scales(scope, 9)
    if not scales or layout is None or layout.size != entry.size:
        trail.void()
        return
    many = len(entry.data) // layout.size
    for number, values in enumerate(layout.iter_unpack(entry.data[: many * layout.size])):
        if trail.full:
            return
        measures = _scaled(values, scales)
        _lay(trail, sample.at_s + number * sample.lasts_s / many, measures, measures[8], measures[7])


def _layout(letters: bytes) -> struct.Struct | None:
    letters = letters.rstrip(b"\0")
    if len(letters) != 9 or any(letter not in _LETTERS for letter in letters):
        return None
    return struct.Struct(">" + "".join(_LETTERS[letter] for letter in letters))


def _lay(trail: Trail, at_s: float, measures: list[float], lock: float | None, dilution: float | None) -> None:
    """Put one fix on the trail, unless the receiver says that it has none."""
    unlocked = dilution is not None and dilution > WORST_DILUTION if lock is None else lock < LOCKED
    if unlocked:
        trail.void()
        return
    trail.add(
        at_s, measures[0], measures[1], altitude_m=measures[2], speed_mps=measures[3],
        accuracy_m=None if dilution is None else max(AT_BEST_M, dilution * METRES_PER_DILUTION),
    )  # fmt: skip


def _scaled(values: tuple[float, ...], scales: list[float]) -> list[float]:
    return [value / scale if scale else math.nan for value, scale in zip(values, scales, strict=True)]


def _scales(scope: _Scope, columns: int) -> list[float]:
    """One scale for each column, or one for all; none when the stream gives neither."""
    entry = scope.get(b"SCAL")
    code = _LETTERS.get(entry.kind) if entry else None
    if entry is None or code is None or entry.size != struct.calcsize(code):
        return []
    whole = len(entry.data) // entry.size
    found = [float(scale) for (scale,) in struct.iter_unpack(">" + code, entry.data[: whole * entry.size])]
    return found * columns if len(found) == 1 else found if len(found) == columns else []


def _number(entry: _Entry | None) -> float | None:
    """The first number of an entry."""
    code = _LETTERS.get(entry.kind) if entry else None
    if entry is None or code is None or len(entry.data) < struct.calcsize(code):
        return None
    return float(struct.unpack_from(">" + code, entry.data)[0])
