"""Basemaps of the officer's own under the maps of the console: ``[review] basemaps`` in ``opsec.toml``.

They are read from this machine and served by the console alone, after the same checks as every page.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from opsec.console.basemap_bounds import Bounds
from opsec.console.basemap_image import ImageBasemap, load_ground_overlays, load_image
from opsec.console.basemap_tiles import TileBasemap, load_tiles
from opsec.console.state import Notice, console_of
from opsec.errors import SettingsError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import display_path
from opsec.model import Site

Basemap = ImageBasemap | TileBasemap
MAX_BASEMAPS = 40
"""Images, also those of one KML file."""


def load_basemaps(files: Sequence[str], home: tuple[float, float, float, float]) -> tuple[Basemap, ...]:
    """Load the basemaps of the settings, the lowest one first.

    Parameters
    ----------
    files
        Images with world files, KML files with ground overlays, PMTiles archives.
    home
        Region of the sites: south, west, north, east in degrees.

    Raises
    ------
    SettingsError, SitesError
        A file cannot be used, or its map lies outside the region: its reference system is another one.
    """
    loaded: list[Basemap] = []
    for name in files:
        path = Path(name)
        for one in _load(path):
            if not one.bounds.meets(Bounds(*home)):
                raise SettingsError(
                    _(
                        "{file} lies outside the region of your sites ({home} in opsec.toml); "
                        "export it again in EPSG:4326 or EPSG:3857",
                        file=display_path(path),
                        home="home",
                    )
                )
            loaded.append(one)
    if len(loaded) > MAX_BASEMAPS:
        raise SettingsError(_("review.basemaps names more than {n} images; use PMTiles for many", n=MAX_BASEMAPS))
    return tuple(loaded)


def _load(path: Path) -> Sequence[Basemap]:
    ending = path.suffix.lower()
    if ending == ".pmtiles":
        return [load_tiles(path)]
    if ending == ".kml":
        return load_ground_overlays(path)
    if ending in {".png", ".jpg", ".jpeg", ".webp"}:
        return [load_image(path)]
    raise SettingsError(
        _(
            "{file} cannot be a basemap; use a PNG, JPEG or WebP image with a world file, a KML file with a "
            "GroundOverlay, or PMTiles",
            file=display_path(path),
        )
    )


# ── pages ─────────────────────────────────────────────────────────────────────────────────────
def basemap_image(request: Request) -> Response:
    """Serve an image; 404 for any other number."""
    found = _numbered(request)
    if not isinstance(found, ImageBasemap):
        return Response(status_code=404)
    return Response(found.content, media_type=found.media_type)


def basemap_tile(request: Request) -> Response:
    """Serve a tile; an empty answer where the archive has none, because a map asks for every tile in its view.

    A damaged tile is an empty answer too, and the next page says so, once for each archive.
    """
    found = _numbered(request)
    if not isinstance(found, TileBasemap):
        return Response(status_code=404)
    zoom, x, y = (int(request.path_params[name]) for name in ("zoom", "x", "y"))
    try:
        tile = found.tile(zoom, x, y)
    except SettingsError as error:
        console_of(request).session.add_notice_once(Notice(error.message, is_error=True))
        tile = None
    return Response(status_code=204) if tile is None else Response(tile, media_type=found.media_type)


def _numbered(request: Request) -> Basemap | None:
    basemaps, number = console_of(request).basemaps, int(request.path_params["number"])
    return basemaps[number] if number < len(basemaps) else None


# ── interactive map ───────────────────────────────────────────────────────────────────────────
def basemap_layers(basemaps: Sequence[Basemap], sites: Sequence[Site]) -> list[dict[str, Any]]:
    """Return what the script of the map needs of those basemaps that show one of these sites, the lowest one first."""
    areas = [area for site in sites if (area := bounds_of_site(site)) is not None]
    return [
        _layer(number, one)
        for number, one in enumerate(basemaps)
        if any(one.bounds.meets(area) for area in areas)
    ]  # fmt: skip


def _layer(number: int, basemap: Basemap) -> dict[str, Any]:
    edges = basemap.bounds
    layer: dict[str, Any] = {"bounds": [[edges.south, edges.west], [edges.north, edges.east]]}
    if isinstance(basemap, ImageBasemap):
        return layer | {"image": image_address(number)}
    zooms = {"min_zoom": basemap.min_zoom, "max_zoom": basemap.max_zoom}
    return layer | zooms | {"tiles": f"/basemap/{number}/{{z}}/{{x}}/{{y}}"}


def image_address(number: int) -> str:
    """Return the address of the image of a basemap."""
    return f"/basemap/{number}"


def bounds_of_site(site: Site) -> Bounds | None:
    """Return the edges of the fences of a site; None without a fence."""
    corners = [point for fence in site.fences for rings in fence.rings for point in rings[0]]
    if not corners:
        return None
    lats, lons = [one.lat for one in corners], [one.lon for one in corners]
    return Bounds(min(lats), min(lons), max(lats), max(lons))
