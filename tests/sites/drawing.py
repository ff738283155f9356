"""Small sites for the tests of this package, written into a folder with one change at a time."""

import json
from collections.abc import Sequence
from pathlib import Path

from opsec.i18n.messages import render
from opsec.sites.ring_validation import HomeRegion

HOME: HomeRegion = (29.0, 38.5, 37.6, 49.0)
TOML = 'id = "lake-camp"\nkind = "base"\n[names]\nen = ["Lake Camp"]\n'
Pair = Sequence[object]


def square(lon: float = 43.2, lat: float = 34.0, side: float = 0.02) -> list[Pair]:
    """A closed ring, longitude first."""
    return [[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat]]


def feature(ring: object, role: str = "perimeter", **properties: object) -> dict[str, object]:
    """A polygon of one ring."""
    return drawn({"type": "Polygon", "coordinates": [ring]}, role=role, **properties)


def drawn(geometry: object, **properties: object) -> dict[str, object]:
    """A feature of any geometry."""
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def geojson(*features: object) -> str:
    """A document of some features; NaN and Infinity are written as Python writes them."""
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def site(root: Path, id_: str = "lake-camp", toml: str | bytes = TOML, fence: str | bytes | None = None) -> Path:
    """Write one site folder; return the folder of all sites."""
    folder = root / id_
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "site.toml").write_bytes(toml.encode() if isinstance(toml, str) else toml)
    if fence is not None:
        (folder / "fence.geojson").write_bytes(fence.encode() if isinstance(fence, str) else fence)
    return root


def landmark(root: Path, toml: str | None = None, photos: int = 3, id_: str = "lake-camp", name: str = "gate") -> Path:
    """A landmark of a site; its photos have only the first bytes of a JPEG."""
    folder = root / id_ / "landmarks" / name
    folder.mkdir(parents=True, exist_ok=True)
    if toml is not None:
        (folder / "landmark.toml").write_text(toml, "utf-8")
    for number in range(photos):
        (folder / f"{number}.jpg").write_bytes(b"\xff\xd8\xff\xe0 drawn")
    return folder


def sentence(error: BaseException) -> str:
    """The English message of an error."""
    from opsec.errors import OpsecError

    assert isinstance(error, OpsecError)
    return render(error.message, "en")
