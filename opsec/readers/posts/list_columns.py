"""Column names of post lists, as officers, spreadsheets and download programs write them, in English and Arabic."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from opsec.readers.coordinate_values import find_refs
from opsec.readers.posts.exports.json_coordinate_keys import latitude_twins

COLUMN_NAMES: Mapping[str, tuple[str, ...]] = {
    "url": ("webpage_url", "url", "link", "permalink", "الرابط", "رابط"),
    "caption": (
        "caption", "text", "description", "desc", "content", "body", "title", "comment text", "comment", "message",
        "video description (original)", "video title (original)", "playlist description (original)",
        "playlist title (original)", "النص", "نص", "الوصف", "وصف", "التعليق", "تعليق", "المحتوى", "المنشور",
    ),
    "author": (
        "author", "username", "user", "uploader", "account", "channel title (original)", "الحساب", "حساب", "الكاتب",
        "كاتب", "الناشر", "المستخدم", "اسم المستخدم",
    ),
    "posted_at": (
        "posted_at", "created_at", "timestamp", "date", "time", "datetime", "published_at", "video create timestamp",
        "video publish timestamp", "comment create timestamp", "playlist create timestamp",
        "playlist video creation timestamp", "التاريخ", "تاريخ", "تاريخ النشر", "وقت النشر", "الوقت",
    ),
    "media": ("media", "filename", "file", "path", "الملف", "ملف", "اسم الملف"),
}  # fmt: skip
"""Names of each column, in any case. Of several filled ones the first counts; for text all do.

``webpage_url`` comes first: where yt-dlp writes both, ``url`` is that of the stream, which changes every day.
"""
COLUMNS = tuple(COLUMN_NAMES)
"""Column names of this program."""
KNOWN_NAMES: Mapping[str, str] = {name: column for column, names in COLUMN_NAMES.items() for name in names}

PLACE_NAMES = frozenset(
    {"location", "place", "venue", "city", "town", "address", "location_name", "location name", "place_name",
     "place name", "venue_name", "video recording address", "المكان", "مكان", "الموقع", "موقع", "المدينة", "المنطقة",
     "اسم المكان", "اسم الموقع"}
)  # fmt: skip
"""Columns that name a place, or hold its coordinates."""
COORDINATE_NAMES = frozenset(
    {"coordinates", "coordinate", "coords", "geo", "position", "latlng", "latlon", "lat,lon", "lat, lon", "lat,lng",
     "lat/lon", "lat lon", "gps", "geolocation", "gps coordinates", "الإحداثيات", "الاحداثيات", "إحداثيات", "احداثيات"}
)  # fmt: skip
"""Columns that hold a position in one cell."""
_OTHER_PAIRS = (
    *((lat, lon) for lat in ("خط العرض", "دائرة العرض", "خط عرض") for lon in ("خط الطول", "خط طول")),
    ("العرض", "الطول"),
)
_PLANAR_PAIR = ("y", "x")
_UNIT = re.compile(r"\s*[(\[][^()\[\]]{0,20}[)\]]\s*$")
"""Unit behind a column name: ``Latitude (deg)``."""


@dataclass(frozen=True, slots=True)
class ColumnRoles:
    """What the columns of a list hold, apart from the facts of a ``Post``."""

    pairs: tuple[tuple[str, str], ...]
    """Columns of latitude and longitude."""
    refs: tuple[tuple[str | None, str | None], ...]
    """Columns of the hemispheres of each pair."""
    coordinates: tuple[str, ...]
    places: tuple[str, ...]
    others: tuple[str, ...]
    """Columns of unknown names, whose words are read."""

    @property
    def knows_any(self) -> bool:
        """Whether any column may hold a place."""
        return bool(self.pairs or self.coordinates or self.places)


@lru_cache(maxsize=256)
def column_roles(names: tuple[str, ...]) -> ColumnRoles:
    """Sort normalised column names by what they hold.

    >>> column_roles(("url", "lat", "lon", "city", "remarks"))
    ColumnRoles(pairs=(('lat', 'lon'),), refs=((None, None),), coordinates=(), places=('city',), others=('remarks',))
    """
    by_plain = {_UNIT.sub("", name): name for name in reversed(names)}
    pairs = [(by_plain[lat], by_plain[lon]) for lat, lon in latitude_twins(list(by_plain))]
    pairs += [pair for pair in _OTHER_PAIRS if set(pair) <= set(names)]
    if not pairs and set(_PLANAR_PAIR) <= set(names):
        pairs.append(_PLANAR_PAIR)
    refs = [find_refs(lat, lon, names) for lat, lon in pairs]
    paired = {name for pair in (*pairs, *refs) for name in pair}
    free = [name for name in dict.fromkeys(names) if name and name not in paired and name not in KNOWN_NAMES]
    return ColumnRoles(
        pairs=tuple(pairs),
        refs=tuple(refs),
        coordinates=tuple(name for name in free if name in COORDINATE_NAMES),
        places=tuple(name for name in free if name in PLACE_NAMES),
        others=tuple(name for name in free if name not in COORDINATE_NAMES | PLACE_NAMES),
    )


def is_planar(pair: tuple[str, str]) -> bool:
    """Whether two columns are called x and y, which may as well be the pixels of an image."""
    return pair == _PLANAR_PAIR


def count_known(names: Sequence[str]) -> int:
    """Number of columns with a known name."""
    roles = column_roles(tuple(names))
    places = {*roles.coordinates, *roles.places, *(name for pair in roles.pairs for name in pair)}
    return len({name for name in names if name in KNOWN_NAMES or name in places})


@lru_cache(maxsize=4096)
def normalise_column(name: str) -> str:
    """Normalise a column name for comparison.

    >>> normalise_column(" Caption "), KNOWN_NAMES.get(normalise_column("Description"))
    ('caption', 'caption')
    """
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


def column_values(row: Mapping[str, str], column: str) -> list[str]:
    """Values of a row in this column under each of its names, in order of precedence."""
    return [row[name] for name in COLUMN_NAMES[column] if row.get(name, "").strip()]
