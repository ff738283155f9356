"""Basemaps made by hand: an image of which every pixel tells where it is, in each format that the console reads."""

import io
from importlib import import_module
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from opsec.console.basemap_bounds import MERCATOR_HALF_M, Bounds, mercator_northing, tile_at

AREA = Bounds(30.9, 41.9, 31.1, 42.1)
"""Around the fence of the test site."""
WIDTH_PX, HEIGHT_PX = 300, 400
LINE_LAT = 31.005
"""A red line across the image."""


def drawn(area: Bounds = AREA, line_lat: float = LINE_LAT, height_px: int = HEIGHT_PX) -> NDArray[np.uint8]:
    """Return an image, linear in degrees, with a red line at a latitude; BGR."""
    image = np.full((height_px, WIDTH_PX, 3), 140, np.uint8)
    row = round((area.north - line_lat) / (area.north - area.south) * height_px)
    image[row - 2 : row + 3] = (0, 0, 255)
    return image


def encoded(image: NDArray[np.uint8], ending: str = ".png") -> bytes:
    return cv2.imencode(ending, image)[1].tobytes()


def world_file(area: Bounds = AREA, height_px: int = HEIGHT_PX) -> str:
    """Return the world file of an image in degrees: the numbers are those of the middle of the first pixel."""
    across, down = (area.east - area.west) / WIDTH_PX, (area.south - area.north) / height_px
    return "\n".join(map(repr, [across, 0.0, 0.0, down, area.west + across / 2, area.north + down / 2]))


def mercator_world_file(area: Bounds = AREA) -> str:
    """The same area in metres of Web Mercator."""
    west, east = (one / 180 * MERCATOR_HALF_M for one in (area.west, area.east))
    south, north = mercator_northing(area.south), mercator_northing(area.north)
    across, down = (east - west) / WIDTH_PX, (south - north) / HEIGHT_PX
    return "\n".join(map(repr, [across, 0.0, 0.0, down, west + across / 2, north + down / 2]))


def overlay_kml(name: str = "map.png", area: Bounds = AREA, more: str = "") -> str:
    box = f"<north>{area.north}</north><south>{area.south}</south><east>{area.east}</east><west>{area.west}</west>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><GroundOverlay>'
        f"<Icon><href>{name}</href></Icon><LatLonBox>{box}{more}</LatLonBox></GroundOverlay></Document></kml>"
    )


def image_with_world_file(folder: Path, area: Bounds = AREA, height_px: int = HEIGHT_PX) -> Path:
    image = folder / "map.png"
    image.write_bytes(encoded(drawn(area, (area.south + area.north) / 2, height_px)))
    image.with_suffix(".pgw").write_text(world_file(area, height_px), "ascii")
    return image


def write_tiles(path: Path, zooms: range = range(0, 15), tile_type: str = "PNG", area: Bounds = AREA) -> Path:
    """Write a PMTiles archive of the area, each tile of one colour."""
    library: Any = import_module("pmtiles.writer")  # it has no types
    from pmtiles.tile import Compression, TileType, zxy_to_tileid

    tile = encoded(np.full((256, 256, 3), (90, 160, 90), np.uint8))
    out = io.BytesIO()
    writer = library.Writer(out)
    for zoom in zooms:
        (left, top), (right, bottom) = tile_at(zoom, area.north, area.west), tile_at(zoom, area.south, area.east)
        wanted = [(x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]
        for number in sorted(zxy_to_tileid(zoom, x, y) for x, y in wanted):
            writer.write_tile(number, tile)
    edges = {"min_lat_e7": area.south, "min_lon_e7": area.west, "max_lat_e7": area.north, "max_lon_e7": area.east}
    header = {name: int(value * 1e7) for name, value in edges.items()}
    kind = {"tile_type": TileType[tile_type], "tile_compression": Compression.NONE}
    writer.finalize({**header, **kind, "min_zoom": zooms[0], "max_zoom": zooms[-1]}, {})
    path.write_bytes(out.getvalue())
    return path
