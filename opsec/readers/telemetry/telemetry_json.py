"""Read tracks from JSON of apps and converters: arrays of objects with latitude, longitude and time.

Also reads converted GoPro GPS5 and GPS9: ``{"value": [lat, lon, altitude, …], "cts": ms}``. A list of places without
times is not a track: it may be anything, for example a list of cities.
"""

import re
from collections.abc import Iterator, Mapping

from opsec.formats.json_stream import InvalidJsonError, JsonValue, NestedValue, Numeral, TruncatedJsonError
from opsec.formats.timestamps import epoch_to_seconds, parse_iso8601_s
from opsec.model.records import ReaderOutput
from opsec.readers.metadata.hemisphere import parse_hemisphere
from opsec.readers.posts.exports.json_coordinate_keys import LATITUDES, LONGITUDES
from opsec.readers.posts.exports.json_shape import ExportFormat, JsonObject, JsonShape, find_lists, first_objects
from opsec.readers.posts.exports.post_collector import PostCollector
from opsec.readers.telemetry.gopro_gpmf import MIN_LOCK
from opsec.readers.telemetry.track_builder import ClipClock, TrackBuilder

PART = ".json"
_DEPTH = 5
_MAX_TRACKS = 16
_WRAPPERS = ("location", "coords", "coordinates", "position", "gps", "data", "values", "payload")
_TIMES = ("time", "timestamp", "timestampms", "t", "ts", "date", "datetime", "utc", "cts", "secondselapsed", "at")
_MILLISECONDS = ("cts", "timestampms")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{1,20})?", re.ASCII)
_NO_LETTERS = re.compile(r"[_\- ]|gps", re.IGNORECASE)


def recognises(outline: JsonShape) -> bool:
    """Whether the file contains a track."""
    return next(_track_arrays(outline), None) is not None


def read(outline: JsonShape) -> Iterator[ReaderOutput]:
    """Yield each track."""
    for count, (path, array) in enumerate(_track_arrays(outline)):
        if count == _MAX_TRACKS:
            return
        trail, clock = TrackBuilder(f"{PART}/{'/'.join(path)}"), ClipClock()
        rows, stopped = PostCollector(), None
        try:
            for sample in rows.records(outline.text, array):
                if trail.full:
                    break
                _add_fix(sample, trail, clock)
        except (TruncatedJsonError, InvalidJsonError) as fault:
            stopped = fault
        yield from trail.hint_records()
        yield from rows.remarks()
        if stopped is not None:
            raise stopped


def _track_arrays(outline: JsonShape) -> Iterator[tuple[tuple[str, ...], NestedValue | None]]:
    """Yield the arrays that begin with a sample of a track, with the keys that lead to them."""
    if _is_track(outline.first):
        yield (), None
    try:
        for path, array in find_lists(outline, _DEPTH):
            if _is_track(tuple(first_objects(outline.text, array))):
                yield path, array
    except (TruncatedJsonError, InvalidJsonError):
        return  # a file without a track is reported by the caller; one with a track fails again when it is read


def _is_track(first: tuple[JsonObject, ...]) -> bool:
    return any(_has_position_keys(facts) and _time_s(facts) is not None for facts in map(_sample_values, first))


def _has_position_keys(facts: Mapping[str, JsonValue]) -> bool:
    """Whether a sample has position keys, even empty ones: a cold receiver has no fix for its first minutes."""
    empty = all(any(key in facts and facts[key] in (None, "") for key in keys) for keys in (LATITUDES, LONGITUDES))
    return empty or _parse_position(facts) is not None


def _has_no_fix(facts: Mapping[str, JsonValue]) -> bool:
    """Whether the receiver reports no lock (GPMF ``GPSF``, which converters write beside the sample)."""
    beside = facts.get("sticky")
    reported = beside.get("fix") if isinstance(beside, Mapping) else facts.get("fix")
    lock = _number(reported)
    return lock is not None and lock < MIN_LOCK


def _sample_values(sample: JsonObject) -> dict[str, JsonValue]:
    """Values of a sample and of one object inside it, by normalised key."""
    facts: dict[str, JsonValue] = {}
    for key, value in sample.items():
        plain = _NO_LETTERS.sub("", key).casefold()
        if isinstance(value, Mapping) and key.casefold() in _WRAPPERS:
            facts.update({_NO_LETTERS.sub("", inner).casefold(): one for inner, one in value.items()})
        facts.setdefault(plain, value)
    return facts


def _parse_position(facts: Mapping[str, JsonValue]) -> tuple[float, float] | None:
    lat = next((number for key in LATITUDES if (number := _number(facts.get(key))) is not None), None)
    lon = next((number for key in LONGITUDES if (number := _number(facts.get(key))) is not None), None)
    if lat is not None and lon is not None:
        return _with_hemisphere(lat, facts, LATITUDES, "NS"), _with_hemisphere(lon, facts, LONGITUDES, "EW")
    value = facts.get("value")
    if isinstance(value, list) and len(value) >= 5 and "cts" in facts:
        lat, lon = _number(value[0]), _number(value[1])
        return (lat, lon) if lat is not None and lon is not None else None
    return None


def _with_hemisphere(number: float, facts: Mapping[str, JsonValue], keys: tuple[str, ...], letters: str) -> float:
    """Degrees with the sign of the hemisphere that stands beside them (``latRef``); a sign of their own wins."""
    written = (facts.get(f"{key}ref") for key in keys)
    signs = (parse_hemisphere(text, letters) for text in written if isinstance(text, str))
    sign = next((sign for sign in signs if sign is not None), 1)
    return number if number < 0 else number * sign


def _number(value: JsonValue) -> float | None:
    if isinstance(value, Numeral):
        return value.value()
    return float(value) if isinstance(value, str) and _DECIMAL.fullmatch(value) else None


def _time_s(facts: Mapping[str, JsonValue]) -> float | None:
    for key in _TIMES:
        value = facts.get(key)
        number = _number(value)
        if number is not None:
            return number / 1000 if key in _MILLISECONDS and number < 1e11 else epoch_to_seconds(number)
        written = parse_iso8601_s(value) if isinstance(value, str) else None
        if written is not None:
            return written
    return None


def _add_fix(sample: JsonObject, trail: TrackBuilder, clock: ClipClock) -> None:
    facts = _sample_values(sample)
    at_s = clock.at_s(_time_s(facts))
    place = _parse_position(facts)
    if place is None or _has_no_fix(facts):
        trail.add_without_fix()
        return
    trail.add(
        at_s, *place,
        altitude_m=_first(facts, "altitude", "alt", "elevation", "ele", "height"),
        heading_deg=_first(facts, "heading", "bearing", "course", "yaw"),
        speed_mps=_first(facts, "speed"),
        accuracy_m=_first(facts, "accuracy", "horizontalaccuracy"),
    )  # fmt: skip


def _first(facts: Mapping[str, JsonValue], *keys: str) -> float | None:
    return next((number for key in keys if (number := _number(facts.get(key))) is not None), None)


PLATFORM = ExportFormat(recognises, read)
