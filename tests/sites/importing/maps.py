"""Small maps for the tests of the import: placemarks, archives and features."""

import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

from opsec.i18n.messages import render
from opsec.sites.importing.import_sites import ImportOptions, ImportResult, import_places
from tests.sites.drawing import HOME, Pair, square

KML = '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'


def placemark(name: str, shape: str = "") -> str:
    return f"<Placemark><name>{name}</name>{shape}</Placemark>"


def outline(name: str, lon: float = 43.2, lat: float = 34.0, side: float = 0.02) -> str:
    """A square."""
    ring = " ".join(f"{x},{y},0" for x, y in square(lon, lat, side))
    shape = f"<outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs>"
    return placemark(name, f"<Polygon>{shape}</Polygon>")


def spot(name: str, lon: float = 43.21, lat: float = 34.01) -> str:
    """A point."""
    return placemark(name, f"<Point><coordinates>{lon},{lat},12.5</coordinates></Point>")


def line(name: str, corners: Sequence[Pair]) -> str:
    text = " ".join(f"{lon},{lat}" for lon, lat in corners)
    return placemark(name, f"<LineString><coordinates>{text}</coordinates></LineString>")


def kml(*parts: str) -> bytes:
    return KML.format("".join(parts)).encode()


def kmz(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def document(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def imported(tmp_path: Path, content: bytes, options: ImportOptions | None = None) -> ImportResult:
    file = tmp_path / "map.x"
    file.write_bytes(content)
    return import_places(file, tmp_path / "sites", HOME, options)


def skipped(result: ImportResult) -> list[str]:
    return [render(reason, "en") for reason in result.skipped]
