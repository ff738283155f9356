"""Create site folders from a map file: one folder per place, all or none."""

import json
import os
import re
import shutil
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from opsec.errors import SitesError
from opsec.i18n.messages import _
from opsec.sites.bounded_files import display_path
from opsec.sites.importing.place import MapPlace
from opsec.sites.importing.read_places import read_places
from opsec.sites.load import DEFAULT_RADIUS_M, FENCE_FILE, SITE_FILE, load_sites
from opsec.sites.ring_validation import HomeRegion
from opsec.sites.site_file import validate_text

_LATIN = dict(zip(
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءأإآؤئپچژگڤەێۆڕڵکی",
    "a b t th j h kh d dh r z s sh s d t z a gh f q k l m n h w y a a  a i a w y p ch zh g v e e o r l k y".split(" "),
    strict=True,
))  # fmt: skip
"""Simple transliteration for folder names."""


@dataclass(frozen=True, slots=True)
class ImportedSite:
    """One site that was created."""

    id: str
    name: str
    folder: Path
    shape: Literal["outline", "point"]


def import_places(file: Path, into: Path, home: HomeRegion) -> tuple[ImportedSite, ...]:
    """Create a site for every outline and point of a KML, KMZ, GeoJSON or GPX file.

    A point becomes a round fence of 250 m. The kind is ``other`` until the officer changes it. Folders have mode 700,
    files 600. Nothing is created unless the whole file could be read.

    Raises
    ------
    SitesError
        The file cannot be used, a folder of that name exists, or writing fails.
    """
    places = read_places(file, home)
    made: list[tuple[ImportedSite, MapPlace]] = []
    for number, place in enumerate(places, 1):
        name = place.name or f"Site {number}"
        validate_text(name, f"name {number}", display_path(file))
        id_ = _free_id(name, number, {site.id for site, _place in made})
        shape: Literal["outline", "point"] = "outline" if place.polygons else "point"
        made.append((ImportedSite(id_, name, into / id_, shape), place))
    for site, _place in made:
        if os.path.lexists(site.folder):
            raise SitesError(
                _(
                    "{folder} already exists and is not overwritten; rename the place in {file} or move the folder",
                    folder=display_path(site.folder),
                    file=display_path(file),
                )
            )
    _write_all(made, into, home)
    return tuple(site for site, _place in made)


def _free_id(name: str, number: int, taken: set[str]) -> str:
    """Derive an unused folder name from a place name: a to z, digits and ``-``."""
    latin = "".join(_LATIN.get(char, char) for char in unicodedata.normalize("NFC", name.casefold()))
    ascii_ = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    wanted = re.sub("[^a-z0-9]+", "-", ascii_.lower()).strip("-")[:56].rstrip("-") or f"site-{number}"
    if wanted not in taken:
        return wanted
    return next(free for count in range(2, len(taken) + 3) if (free := f"{wanted}-{count}") not in taken)


def _write_all(made: list[tuple[ImportedSite, MapPlace]], into: Path, home: HomeRegion) -> None:
    """Write to a temporary folder, load it as a check, then rename each folder into place."""
    try:
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".import-", dir=into))
        try:
            for site, place in made:
                _write(site, place, draft / site.id)
            load_sites(draft, home)
            for site, _place in made:
                (draft / site.id).rename(site.folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise SitesError(
            _(
                "{folder} cannot be written ({error}); free some space or choose another folder with --sites",
                folder=display_path(into),
                error=error.strerror or "",
            )
        ) from error


def _write(site: ImportedSite, place: MapPlace, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    lines = [f"id = {toml_string(site.id)}", 'kind = "other"']
    if place.point is not None:
        lines += [f"position = [{place.point.lat!r}, {place.point.lon!r}]", f"radius_m = {DEFAULT_RADIUS_M}"]
    lines += ["", "[names]", f"{_language_of(site.name)} = [{toml_string(site.name)}]", ""]
    _write_private(folder / SITE_FILE, "\n".join(lines))
    if place.polygons:
        _write_private(folder / FENCE_FILE, _fence(place))


def _fence(place: MapPlace) -> str:
    polygons = [[[[point.lon, point.lat] for point in ring] for ring in rings] for rings in place.polygons]
    geometry: dict[str, object] = {"type": "MultiPolygon", "coordinates": polygons}
    if len(polygons) == 1:
        geometry = {"type": "Polygon", "coordinates": polygons[0]}
    feature = {"type": "Feature", "properties": {"role": "perimeter"}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}, indent=1) + "\n"


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)


def _language_of(name: str) -> Literal["ar", "en"]:
    """Language tag for a name, by its script."""
    return "ar" if any("\u0600" <= char <= "\u08ff" or "\ufb50" <= char <= "\ufefc" for char in name) else "en"


def toml_string(text: str) -> str:
    r"""A TOML basic string (TOML 1.0, section String).

    >>> print(toml_string('a "b" \\ c'))
    "a \"b\" \\ c"
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub("[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found.group()):04x}", escaped) + '"'
