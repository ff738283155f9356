"""Basemaps under the plan of a site: for browsers without script, and for paper."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from opsec.console.basemap_bounds import Bounds, tile_at, tile_bounds
from opsec.console.basemap_image import ImageBasemap
from opsec.console.basemap_tiles import TileBasemap
from opsec.console.basemaps import Basemap, image_address
from opsec.errors import SettingsError
from opsec.reports.site_plan_drawing import PlanFrame

MAX_TILES = 16
"""Tiles of one archive on a plan, which is 640 pixels wide."""


@dataclass(frozen=True, slots=True)
class PlanImage:
    """An image under the plan of a site, in pixels of the plan."""

    address: str
    x: float
    y: float
    width: float
    height: float


def plan_images(basemaps: Sequence[Basemap], frame: PlanFrame) -> list[PlanImage]:
    """Return the images under the plan of a site, the lowest one first.

    Each is stretched so that the edges of the plan are in their places. Between them the projections of image and plan
    differ by less than a pixel over the few kilometres of a site, whatever the size of the whole image.
    """
    north_west, south_east = frame.point(0, 0), frame.point(frame.width_px, frame.height_px)
    view = Bounds(south_east.lat, north_west.lon, north_west.lat, south_east.lon)
    return [
        PlanImage(address, *_placed(area, view, frame))
        for number, basemap in enumerate(basemaps)
        if basemap.bounds.meets(view)
        for address, area in _parts(number, basemap, view)
    ]


def _parts(number: int, basemap: Basemap, view: Bounds) -> Iterator[tuple[str, Bounds]]:
    """Yield the address and the edges of a whole image, or of each tile in view."""
    if isinstance(basemap, ImageBasemap):
        yield image_address(number), basemap.bounds
        return
    for zoom in range(basemap.max_zoom, basemap.min_zoom - 1, -1):
        left, top = tile_at(zoom, view.north, view.west)
        right, bottom = tile_at(zoom, view.south, view.east)
        if (right - left + 1) * (bottom - top + 1) > MAX_TILES:
            continue
        tiles = ((x, y) for y in range(top, bottom + 1) for x in range(left, right + 1))
        for x, y in tiles:
            if _is_to_be_asked_for(basemap, zoom, x, y):
                yield f"{image_address(number)}/{zoom}/{x}/{y}", tile_bounds(zoom, x, y)
        return


def _is_to_be_asked_for(basemap: TileBasemap, zoom: int, x: int, y: int) -> bool:
    """Return whether there is a tile; also for a damaged one, because the answer to its address reports it."""
    try:
        return basemap.tile(zoom, x, y) is not None
    except SettingsError:
        return True


def _placed(area: Bounds, view: Bounds, frame: PlanFrame) -> tuple[float, float, float, float]:
    """Return left edge, top edge, width and height of an image."""
    left, right = area.across(view.west), area.across(view.east)
    top, bottom = area.down(view.north), area.down(view.south)
    width, height = frame.width_px / (right - left), frame.height_px / (bottom - top)
    return round(-left * width, 2), round(-top * height, 2), round(width, 2), round(height, 2)
