"""Schemas of ``site.toml``, ``landmark.toml`` and the properties of outlines, and checks of their values.

pydantic checks keys, types and ranges; the functions below check what a value means.
"""

import re
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from opsec.errors import SitesError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.suggestions import closest_match
from opsec.model import Point, SiteKind, ZoneClass
from opsec.settings import UnitInterval
from opsec.sites.bounded_files import display_path
from opsec.sites.faults import Faults
from opsec.sites.packed_tree import SitePath
from opsec.sites.ring_validation import HomeRegion, axis_order
from opsec.text.normalise import normal_form
from opsec.validation_messages import error_messages

ID_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
MAX_NAME_LETTERS = 200
"""Limit for one name, code or unit."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}", re.ASCII)
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_JOINERS = str.maketrans("", "", "\u200c\u200d")

NameList = Annotated[list[str], Field(max_length=1_000)]
CoordinatePair = Annotated[list[Annotated[float, Field(allow_inf_nan=False)]], Field(min_length=2, max_length=2)]
FileModel = TypeVar("FileModel", bound="_StrictModel")


class _StrictModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SiteNames(_StrictModel):
    """``[names]``: lists under language tags, ``weak`` and ``not_ours``, and the table ``units``."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, NameList] = Field(init=False)
    weak: NameList = []
    """Names that are also common words: they count only near a military context word."""
    not_ours: NameList = []
    """Names of other places and people that resemble these: they never count."""
    units: dict[str, NameList] = {}
    """Units stationed here, under language tags."""


class SiteFile(_StrictModel):
    """``site.toml``. Only id, kind and one name are required."""

    id: str
    kind: SiteKind
    names: SiteNames
    code: str | None = None
    unit: str | None = None
    sensitivity: UnitInterval = 0.5
    alert_radius_m: Annotated[float, Field(ge=0, le=100_000)] = 500.0
    prior: Annotated[float, Field(gt=0, lt=1)] = 0.10
    time_zone: str | None = None
    quiet_hours: Annotated[list[str], Field(min_length=2, max_length=2)] | None = None
    position: CoordinatePair | None = None
    """Latitude, longitude; with ``radius_m`` it defines a round fence."""
    radius_m: Annotated[float, Field(gt=0, le=100_000)] | None = None


class LandmarkFile(_StrictModel):
    """``landmark.toml``. All keys are optional."""

    names: dict[str, NameList] = {}
    position: CoordinatePair | None = None
    """Latitude, longitude."""
    heading: Annotated[float, Field(ge=0, le=360)] | None = None
    """Direction in which the photographed side faces, degrees from true north."""
    zone: str | None = None
    sensitivity: UnitInterval | None = None


class OutlineProperties(_StrictModel):
    """``properties`` of a feature in ``fence.geojson``."""

    role: Literal["perimeter", "zone", "building"]
    name: str | None = None
    zone_class: Annotated[ZoneClass | None, Field(alias="class")] = None
    sensitivity: UnitInterval | None = None


def parse_model(raw: object, model: type[FileModel], file: str, faults: Faults | None = None) -> FileModel:
    """Validate a raw document against one of the models above.

    Parameters
    ----------
    raw
        The document.
    model
        What it must look like.
    file
        Name of the file, safe to show.
    faults
        Collects all faulty keys but the last, which is raised.

    Raises
    ------
    SitesError
        Names the first faulty key that is not collected, and the closest known one.
    """
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        *others, last = [SitesError(message) for message in error_messages(error, file, model)]
        for fault in others:
            (faults or Faults()).add(fault)
        raise last from error


def validate_text(text: str, key: str, file: str) -> str:
    """Check that a name, code or unit can be shown in a report as it is.

    Raises
    ------
    SitesError
        The text is empty after normalisation, too long, or contains control characters.
    """
    if len(text) > MAX_NAME_LETTERS:
        raise SitesError(
            _(
                "{file}: {key} is longer than {limit} letters; shorten it",
                file=file,
                key=escape_unsafe(key),
                limit=MAX_NAME_LETTERS,
            )
        )
    # Persian and Kurdish words contain joiners; no other invisible character belongs in a name.
    if escape_unsafe(text.translate(_JOINERS)) != text.translate(_JOINERS):
        raise SitesError(
            _(
                "{file}: {key} contains an invisible control character ({text}); type it again",
                file=file,
                key=escape_unsafe(key),
                text=escape_unsafe(text),
            )
        )
    if not normal_form(text):
        raise SitesError(
            _(
                "{file}: {key} has an entry without a letter or digit; fill it in or remove it",
                file=file,
                key=escape_unsafe(key),
            )
        )
    return text


def validate_names(
    table: Mapping[str, Iterable[str]], key: str, file: str, faults: Faults
) -> dict[str, tuple[str, ...]]:
    """Check names by language tag; the result is sorted by tag, without empty lists.

    Parameters
    ----------
    table
        Names by tag.
    key
        Key of the table in the file.
    file
        Name of the file, safe to show.
    faults
        Raises or collects the faults: a tag that is not valid (BCP 47: two or three letters, then subtags), or a name
        that cannot be used.

    Raises
    ------
    SitesError
        The first fault, unless faults are collected.
    """
    nothing: tuple[str, ...] = ()
    for tag in table:
        if not _LANGUAGE.fullmatch(tag):
            faults.attempt(partial(_raise_unknown_tag, tag, key, file), None)
    names = {
        tag: faults.attempt(partial(validate_list, table[tag], f"{key}.{tag}", file), nothing) for tag in sorted(table)
    }
    return {tag: found for tag, found in names.items() if found}


def validate_list(texts: Iterable[str], key: str, file: str) -> tuple[str, ...]:
    """Check a list of names and drop duplicates.

    Raises
    ------
    SitesError
        A name cannot be used.
    """
    return tuple(dict.fromkeys(validate_text(text, key, file) for text in texts))


def _raise_unknown_tag(tag: str, key: str, file: str) -> None:
    near = closest_match(tag, ["weak", "not_ours", "units", "ar", "en", "ckb"])
    place = escape_unsafe(f"{key}.{tag}", limit=100)
    if near is None:
        raise SitesError(_("{file}: {key} is not a language tag; use a tag such as ar or en", file=file, key=place))
    raise SitesError(
        _("{file}: {key} is not a language tag; did you mean {near}?", file=file, key=place, near=f"{key}.{near}")
    )


def validate_id(id_: str, folder: SitePath, file: str) -> str:
    """Check the id of a site or landmark, which must equal the name of its folder.

    Raises
    ------
    SitesError
        The id contains other characters than a to z, 0 to 9 and ``-``, or is not the name of its folder.
    """
    if not ID_PATTERN.fullmatch(id_):
        raise SitesError(
            _(
                "{file}: the id {id} is not valid; use at most 64 of a to z, 0 to 9 and -, and do not begin with -",
                file=file,
                id=escape_unsafe(id_, limit=80),
            )
        )
    if id_ == folder.name:
        return id_
    if (folder.parent / id_).is_dir():
        raise SitesError(
            _(
                "{file}: the id {id} belongs to another site; use the name of this site's folder, {folder}",
                file=file,
                id=id_,
                folder=display_path(Path(folder.name)),
            )
        )
    raise SitesError(
        _(
            "{file}: the id is {id} but its folder is named {folder}; give both the same name",
            file=file,
            id=id_,
            folder=display_path(Path(folder.name)),
        )
    )


def validate_time_zone(time_zone: str | None, file: str) -> str | None:
    """Check that a time zone is in the IANA database.

    Raises
    ------
    SitesError
        The zone is not known on this machine.
    """
    if time_zone is None:
        return None
    try:
        ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError) as error:
        known = available_timezones()
        if not known:
            raise SitesError(
                _("{file}: time_zone needs time zone data; install the package tzdata", file=file)
            ) from error
        near = closest_match(time_zone[:60], {name.casefold() for name in known}) or "asia/baghdad"
        raise SitesError(
            _(
                "{file}: the time zone {zone} is unknown; did you mean {near}?",
                file=file,
                zone=escape_unsafe(time_zone, limit=60),
                near=next(name for name in sorted(known) if name.casefold() == near),
            )
        ) from error
    return time_zone


def validate_quiet_hours(hours: list[str] | None, file: str) -> tuple[str, str] | None:
    """Check the two times of ``quiet_hours``, start and end, in the site's time zone.

    Raises
    ------
    SitesError
        A time is not written HH:MM.
    """
    if hours is None:
        return None
    for time in hours:
        if not _CLOCK.fullmatch(time):
            raise SitesError(
                _(
                    '{file}: quiet_hours contains {time}; write two times such as ["22:00", "05:30"]',
                    file=file,
                    time=escape_unsafe(time, limit=40),
                )
            )
    return hours[0], hours[1]


def validate_position(pair: list[float] | None, home: HomeRegion, file: str) -> Point | None:
    """Check ``position = [latitude, longitude]``.

    Raises
    ------
    SitesError
        The position is out of range, or in the home region only with its coordinates swapped.
    """
    if pair is None:
        return None
    lat, lon = pair
    found = axis_order(lat, lon, home)
    if found == "right":
        return Point(lat, lon)
    if found == "nowhere":
        raise SitesError(_("{file}: position is outside the valid range; write [latitude, longitude]", file=file))
    raise SitesError(
        _(
            "{file}: latitude and longitude of position look swapped; write [latitude, longitude], "
            "or widen home in opsec.toml if the place is right",
            file=file,
        )
    )


def without_nulls(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Drop GeoJSON properties that a map program left empty (null)."""
    return {key: value for key, value in raw.items() if value is not None}
