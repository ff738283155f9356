"""What the officer writes in ``site.toml``, ``landmark.toml`` and beside each outline, and when it cannot be used.

The shape (keys, types, ranges) is pydantic's work; what a key means is checked below it, in sentences.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from opsec.errors import SitesError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import plain
from opsec.i18n.suggestions import nearest
from opsec.model import Point, SiteKind, ZoneClass
from opsec.settings import first_fault
from opsec.sites.bounded_files import shown
from opsec.sites.ring_validation import Home, standing
from opsec.text.normalise import fold

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
MOST_LETTERS = 200
"""Of one name, code or unit."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}", re.ASCII)
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_JOINERS = str.maketrans("", "", "\u200c\u200d")

Names = Annotated[list[str], Field(max_length=1_000)]
Pair = Annotated[list[Annotated[float, Field(allow_inf_nan=False)]], Field(min_length=2, max_length=2)]
Share = Annotated[float, Field(ge=0, le=1)]
Written = TypeVar("Written", bound="_Written")


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SiteNames(_Written):
    """``[names]``: lists under any language tag, and two tables of their own."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Names] = Field(init=False)
    weak: Names = []
    """Also everyday words: they count only beside a military word."""
    units: dict[str, Names] = {}
    """Stationed here, under language tags."""


class SiteFile(_Written):
    """``site.toml``. Only id, kind and one name must be there."""

    id: str
    kind: SiteKind
    names: SiteNames
    code: str | None = None
    unit: str | None = None
    sensitivity: Share = 0.5
    alert_radius_m: Annotated[float, Field(ge=0, le=100_000)] = 500.0
    prior: Annotated[float, Field(gt=0, lt=1)] = 0.10
    time_zone: str | None = None
    quiet_hours: Annotated[list[str], Field(min_length=2, max_length=2)] | None = None
    position: Pair | None = None
    """Latitude, longitude; with ``radius_m`` it stands for a round fence."""
    radius_m: Annotated[float, Field(gt=0, le=100_000)] | None = None


class LandmarkFile(_Written):
    """``landmark.toml``. Everything may be left out."""

    names: dict[str, Names] = {}
    position: Pair | None = None
    """Latitude, longitude."""
    heading: Annotated[float, Field(ge=0, le=360)] | None = None
    """Direction in which the photographed side faces, degrees from true north."""
    zone: str | None = None
    sensitivity: Share | None = None


class OutlineProperties(_Written):
    """``properties`` of a feature in ``fence.geojson``."""

    role: Literal["perimeter", "zone", "building"]
    name: str | None = None
    zone_class: Annotated[ZoneClass | None, Field(alias="class")] = None
    sensitivity: Share | None = None


def understood(raw: object, model: type[Written], file: str) -> Written:
    """The raw document as one of the models above.

    Raises
    ------
    SitesError
        The first fault: which key, and the nearest known one.
    """
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise SitesError(first_fault(error, file, model)) from error


def checked_text(text: str, key: str, file: str) -> str:
    """A name, code or unit that can stand in a report as it is.

    Raises
    ------
    SitesError
        It is empty once folded, too long, or holds characters that would disturb a screen or a page.
    """
    if len(text) > MOST_LETTERS:
        raise SitesError(
            _("{file}: {key} is longer than {limit} letters; shorten it", file=file, key=plain(key), limit=MOST_LETTERS)
        )
    # Persian and Kurdish write words with joiners in them; every other invisible character has no business in a name.
    if plain(text.translate(_JOINERS)) != text.translate(_JOINERS):
        raise SitesError(
            _(
                "{file}: {key} holds an invisible control character ({text}); type it anew",
                file=file,
                key=plain(key),
                text=plain(text),
            )
        )
    if not fold(text).text:
        raise SitesError(
            _(
                "{file}: {key} holds an entry without a letter or digit; fill it in or take it out",
                file=file,
                key=plain(key),
            )
        )
    return text


def checked_names(table: Mapping[str, Iterable[str]], key: str, file: str) -> dict[str, tuple[str, ...]]:
    """Names by language tag, tags in order, empty lists left out.

    Raises
    ------
    SitesError
        A tag is none (BCP 47: two or three letters, then subtags), or a name cannot be used.
    """
    for tag in table:
        if not _LANGUAGE.fullmatch(tag):
            _unknown_tag(tag, key, file)
    names = {tag: checked_list(table[tag], f"{key}.{tag}", file) for tag in sorted(table)}
    return {tag: found for tag, found in names.items() if found}


def checked_list(texts: Iterable[str], key: str, file: str) -> tuple[str, ...]:
    """Each entry of a list of names, once.

    Raises
    ------
    SitesError
        One cannot be used.
    """
    return tuple(dict.fromkeys(checked_text(text, key, file) for text in texts))


def _unknown_tag(tag: str, key: str, file: str) -> None:
    near = nearest(tag, ["weak", "units", "ar", "en", "ckb"])
    place = plain(f"{key}.{tag}", limit=100)
    if near is None:
        raise SitesError(_("{file}: {key} is no language tag; write one like ar or en", file=file, key=place))
    raise SitesError(
        _("{file}: {key} is no language tag; did you mean {near}?", file=file, key=place, near=f"{key}.{near}")
    )


def checked_id(id_: str, folder: Path, file: str) -> str:
    """The id of a site or landmark, which is also the name of its folder.

    Raises
    ------
    SitesError
        It has other letters than a to z, 0 to 9 and ``-``, or is not the name of its folder.
    """
    if not ID.fullmatch(id_):
        raise SitesError(
            _(
                "{file}: the id {id} cannot be used; write a to z, 0 to 9 and -, at most 64 of them, no - at the start",
                file=file,
                id=plain(id_, limit=80),
            )
        )
    if id_ == folder.name:
        return id_
    if (folder.parent / id_).is_dir():
        raise SitesError(
            _(
                "{file}: the id {id} is already that of another site; write the name of its own folder, {folder}",
                file=file,
                id=id_,
                folder=shown(Path(folder.name)),
            )
        )
    raise SitesError(
        _(
            "{file}: the id is {id} but its folder is named {folder}; give both the same name",
            file=file,
            id=id_,
            folder=shown(Path(folder.name)),
        )
    )


def checked_zone(time_zone: str | None, file: str) -> str | None:
    """A time zone of the IANA database.

    Raises
    ------
    SitesError
        It is not known on this machine.
    """
    if time_zone is None:
        return None
    try:
        ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError) as error:
        known = available_timezones()
        if not known:
            raise SitesError(
                _("{file}: time_zone needs the time zone data; install the package tzdata", file=file)
            ) from error
        near = nearest(time_zone[:60], {name.casefold() for name in known}) or "asia/baghdad"
        raise SitesError(
            _(
                "{file}: time_zone {zone} is not known; did you mean {near}?",
                file=file,
                zone=plain(time_zone, limit=60),
                near=next(name for name in sorted(known) if name.casefold() == near),
            )
        ) from error
    return time_zone


def checked_hours(hours: list[str] | None, file: str) -> tuple[str, str] | None:
    """Two times of the day, from and until, in the site's time zone.

    Raises
    ------
    SitesError
        One is not written HH:MM.
    """
    if hours is None:
        return None
    for time in hours:
        if not _CLOCK.fullmatch(time):
            raise SitesError(
                _(
                    'quiet_hours in {file} holds {time}; write two times like ["22:00", "05:30"]',
                    file=file,
                    time=plain(time, limit=40),
                )
            )
    return hours[0], hours[1]


def checked_position(pair: list[float] | None, home: Home, file: str) -> Point | None:
    """``position = [latitude, longitude]``.

    Raises
    ------
    SitesError
        It lies nowhere on Earth, or only its swapped numbers lie in the home land.
    """
    if pair is None:
        return None
    lat, lon = pair
    found = standing(lat, lon, home)
    if found == "right":
        return Point(lat, lon)
    if found == "nowhere":
        raise SitesError(_("{file}: position lies nowhere on Earth; write [latitude, longitude]", file=file))
    raise SitesError(
        _(
            "{file}: latitude and longitude of position look swapped; write [latitude, longitude], "
            "or widen home in opsec.toml if the place is right",
            file=file,
        )
    )


def raw_mapping(raw: Mapping[str, Any]) -> dict[str, Any]:
    """GeoJSON properties without those that a map program left empty (null)."""
    return {key: value for key, value in raw.items() if value is not None}
