"""Ways in JSON, as apps and converters write them: arrays of objects with a latitude, a longitude and a time.

Also what telemetry converters make of GoPro's GPS5 and GPS9: ``{"value": [lat, lon, altitude, …], "cts": ms}``.
A list of places without times is no way: it may be anything, from a phone book of cities to a map of ours.
"""

import re
from collections.abc import Iterator, Mapping

from opsec.formats.json_stream import BrokenError, Built, CutOffError, Nested, Numeral
from opsec.formats.timestamps import counted_s, written_s
from opsec.model.records import Found
from opsec.readers.posts.exports.json_positions import LATITUDES, LONGITUDES
from opsec.readers.posts.exports.json_shape import Object, Outline, Platform, first_objects, lists_in
from opsec.readers.posts.exports.post_collector import Rows
from opsec.readers.telemetry.gopro_gpmf import LOCKED
from opsec.readers.telemetry.track_builder import Clock, Trail

PART = ".json"
_DEPTH = 5
_MOST_WAYS = 16
_WRAPPERS = ("location", "coords", "coordinates", "position", "gps", "data", "values", "payload")
_TIMES = ("time", "timestamp", "timestampms", "t", "ts", "date", "datetime", "utc", "cts", "secondselapsed", "at")
_MILLISECONDS = ("cts", "timestampms")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{1,20})?", re.ASCII)
_NO_LETTERS = re.compile(r"[_\- ]|gps", re.IGNORECASE)


def tells(outline: Outline) -> bool:
    """Whether it holds any way."""
    return next(_ways(outline), None) is not None


def read(outline: Outline) -> Iterator[Found]:
    """Each way as a track."""
    for count, (path, array) in enumerate(_ways(outline)):
        if count == _MOST_WAYS:
            return
        trail, clock = Trail(f"{PART}/{'/'.join(path)}"), Clock()
        rows, stopped = Rows(), None
        try:
            for sample in rows.records(outline.text, array):
                if trail.full:
                    break
                _lay(sample, trail, clock)
        except (CutOffError, BrokenError) as fault:
            stopped = fault
        yield from trail.told()
        yield from rows.remarks()
        if stopped is not None:
            raise stopped


def _ways(outline: Outline) -> Iterator[tuple[tuple[str, ...], Nested | None]]:
    """The arrays that begin with a sample of a way, under the keys that lead to them."""
    if _is_way(outline.first):
        yield (), None
    try:
        for path, array in lists_in(outline, _DEPTH):
            if _is_way(tuple(first_objects(outline.text, array))):
                yield path, array
    except (CutOffError, BrokenError):
        return  # of a file that is no way's the caller says so; of one that is, reading meets it again


def _is_way(first: tuple[Object, ...]) -> bool:
    return any(_may_be_placed(facts) and _time_s(facts) is not None for facts in map(_facts, first))


def _may_be_placed(facts: Mapping[str, Built]) -> bool:
    """It tells a place, or leaves it empty: a receiver that starts cold has none for its first minutes."""
    empty = all(any(key in facts and facts[key] in (None, "") for key in keys) for keys in (LATITUDES, LONGITUDES))
    return empty or _place(facts) is not None


def _unlocked(facts: Mapping[str, Built]) -> bool:
    """A camera's receiver says that it has no fix (GPMF ``GPSF``, which converters put beside the sample)."""
    beside = facts.get("sticky")
    told = beside.get("fix") if isinstance(beside, Mapping) else facts.get("fix")
    lock = _number(told)
    return lock is not None and lock < LOCKED


def _facts(sample: Object) -> dict[str, Built]:
    """What a sample says, its own and that of one object inside it, under names in one form."""
    facts: dict[str, Built] = {}
    for key, value in sample.items():
        plain = _NO_LETTERS.sub("", key).casefold()
        if isinstance(value, Mapping) and key.casefold() in _WRAPPERS:
            facts.update({_NO_LETTERS.sub("", inner).casefold(): one for inner, one in value.items()})
        facts.setdefault(plain, value)
    return facts


def _place(facts: Mapping[str, Built]) -> tuple[float, float] | None:
    lat = next((number for key in LATITUDES if (number := _number(facts.get(key))) is not None), None)
    lon = next((number for key in LONGITUDES if (number := _number(facts.get(key))) is not None), None)
    if lat is not None and lon is not None:
        return lat, lon
    value = facts.get("value")
    if isinstance(value, list) and len(value) >= 5 and "cts" in facts:
        lat, lon = _number(value[0]), _number(value[1])
        return (lat, lon) if lat is not None and lon is not None else None
    return None


def _number(value: Built) -> float | None:
    if isinstance(value, Numeral):
        return value.value()
    return float(value) if isinstance(value, str) and _DECIMAL.fullmatch(value) else None


def _time_s(facts: Mapping[str, Built]) -> float | None:
    for key in _TIMES:
        value = facts.get(key)
        number = _number(value)
        if number is not None:
            return number / 1000 if key in _MILLISECONDS and number < 1e11 else counted_s(number)
        written = written_s(value) if isinstance(value, str) else None
        if written is not None:
            return written
    return None


def _lay(sample: Object, trail: Trail, clock: Clock) -> None:
    facts = _facts(sample)
    at_s = clock.at_s(_time_s(facts))
    place = _place(facts)
    if place is None or _unlocked(facts):
        trail.void()
        return
    trail.add(
        at_s, *place,
        altitude_m=_first(facts, "altitude", "alt", "elevation", "ele", "height"),
        heading_deg=_first(facts, "heading", "bearing", "course", "yaw"),
        speed_mps=_first(facts, "speed"),
        accuracy_m=_first(facts, "accuracy", "horizontalaccuracy"),
    )  # fmt: skip


def _first(facts: Mapping[str, Built], *keys: str) -> float | None:
    return next((number for key in keys if (number := _number(facts.get(key))) is not None), None)


PLATFORM = Platform(tells, read)
