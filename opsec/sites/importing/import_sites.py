"""Sites made from the file of a map program: one folder a place, all of them or none."""

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
from opsec.sites.bounded_files import shown
from opsec.sites.importing.place import Place
from opsec.sites.importing.read_places import read_places
from opsec.sites.load import FENCE_FILE, ROUND_M, SITE_FILE, load_sites
from opsec.sites.ring_validation import Home
from opsec.sites.site_file import checked_text

_LATIN = dict(zip(
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءأإآؤئپچژگڤەێۆڕڵکی",
    "a b t th j h kh d dh r z s sh s d t z a gh f q k l m n h w y a a  a i a w y p ch zh g v e e o r l k y".split(" "),
    strict=True,
))  # fmt: skip
"""A crude spelling in Latin letters, good enough for the name of a folder."""


@dataclass(frozen=True, slots=True)
class ImportedSite:
    """One site that was made."""

    id: str
    name: str
    folder: Path
    shape: Literal["outline", "point"]


def import_places(file: Path, into: Path, home: Home) -> tuple[ImportedSite, ...]:
    """Make a site of every outline and point of a KML, KMZ, GeoJSON or GPX file.

    A point becomes a round fence of 250 m. Kind is ``other`` until the officer writes a better one. Folders
    are made with mode 700, files with 600; nothing is made unless everything could be read.

    Raises
    ------
    SitesError
        The file cannot be used, a folder of that name is already there, or the disk refuses.
    """
    places = read_places(file, home)
    made: list[tuple[ImportedSite, Place]] = []
    for number, place in enumerate(places, 1):
        name = place.name or f"Site {number}"
        checked_text(name, f"name {number}", shown(file))
        id_ = _free_id(name, number, {site.id for site, _place in made})
        shape: Literal["outline", "point"] = "outline" if place.polygons else "point"
        made.append((ImportedSite(id_, name, into / id_, shape), place))
    for site, _place in made:
        if os.path.lexists(site.folder):
            raise SitesError(
                _(
                    "{folder} is already there and is not overwritten; "
                    "rename the place in {file} or move the folder away",
                    folder=shown(site.folder),
                    file=shown(file),
                )
            )
    _write_all(made, into, home)
    return tuple(site for site, _place in made)


def _free_id(name: str, number: int, taken: set[str]) -> str:
    """A folder name from a place's name: Latin letters, digits and ``-``, and no other place's."""
    latin = "".join(_LATIN.get(char, char) for char in unicodedata.normalize("NFC", name.casefold()))
    ascii_ = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    wanted = re.sub("[^a-z0-9]+", "-", ascii_.lower()).strip("-")[:56].rstrip("-") or f"site-{number}"
    if wanted not in taken:
        return wanted
    return next(free for count in range(2, len(taken) + 3) if (free := f"{wanted}-{count}") not in taken)


def _write_all(made: list[tuple[ImportedSite, Place]], into: Path, home: Home) -> None:
    """Write beside the sites first, read it back, and only then give each folder its name."""
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
                folder=shown(into),
                error=error.strerror or "",
            )
        ) from error


def _write(site: ImportedSite, place: Place, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    lines = [f"id = {toml_string(site.id)}", 'kind = "other"']
    if place.point is not None:
        lines += [f"position = [{place.point.lat!r}, {place.point.lon!r}]", f"radius_m = {ROUND_M}"]
    lines += ["", "[names]", f"{_tongue(site.name)} = [{toml_string(site.name)}]", ""]
    _write_private(folder / SITE_FILE, "\n".join(lines))
    if place.polygons:
        _write_private(folder / FENCE_FILE, _fence(place))


def _fence(place: Place) -> str:
    polygons = [[[[point.lon, point.lat] for point in ring] for ring in rings] for rings in place.polygons]
    geometry: dict[str, object] = {"type": "MultiPolygon", "coordinates": polygons}
    if len(polygons) == 1:
        geometry = {"type": "Polygon", "coordinates": polygons[0]}
    feature = {"type": "Feature", "properties": {"role": "perimeter"}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}, indent=1) + "\n"


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)


def _tongue(name: str) -> Literal["ar", "en"]:
    """The language a name is put under, by its script."""
    return "ar" if any("\u0600" <= char <= "\u08ff" or "\ufb50" <= char <= "\ufefc" for char in name) else "en"


def toml_string(text: str) -> str:
    r"""A TOML basic string (TOML 1.0, section String).

    >>> print(toml_string('a "b" \\ c'))
    "a \"b\" \\ c"
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub("[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found.group()):04x}", escaped) + '"'
