"""Images of the officer's own as basemap: PNG, JPEG or WebP with a world file, and KML ground overlays.

A world file is the text file with six numbers that map programs such as QGIS write beside an exported image. Its
numbers are degrees (EPSG:4326) or metres of Web Mercator (EPSG:3857); other reference systems place the image outside
the region of the sites, which is refused. A ground overlay (OGC 12-007, section 11) is always in degrees.
"""

import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from opsec.console.basemap_bounds import MAX_LATITUDE, MERCATOR_HALF_M, Bounds, mercator_latitude, mercator_northing
from opsec.errors import SettingsError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import display_path, escape_unsafe
from opsec.runtime.process_state import raise_warnings, truncated_images
from opsec.sites.bounded_files import read_bounded
from opsec.sites.importing.xml import child_text, children, parse_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from PIL.Image import Image

MAX_IMAGE_MIB = 64
MAX_PIXELS = 80_000_000
MAX_SIDE_PX = 16_384
"""Browsers show no larger image."""
MAX_TEXT_MIB = 1
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
MAX_OFFSET_PX = 1.0
"""An image in degrees is drawn anew in Web Mercator when its middle would otherwise be further away."""
STRIPS = 64
"""Into which such an image is cut; within one, both projections are linear to a hundredth of a pixel."""
JPEG_QUALITY = 90
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|[-+]?\.\d+(?:[eE][-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class ImageBasemap:
    """An image that is linear in Web Mercator between its corners."""

    bounds: Bounds
    media_type: str
    content: bytes


def load_image(path: Path) -> ImageBasemap:
    """Load an image with its world file.

    Raises
    ------
    SettingsError, SitesError
        The image or the world file cannot be used.
    """
    image, content = _opened(path)
    bounds, in_degrees = _world_file_bounds(path, image.width, image.height)
    return _as_basemap(image, content, bounds, in_degrees=in_degrees)


def load_ground_overlays(path: Path) -> list[ImageBasemap]:
    """Load the ground overlays of a KML file, in the order of the file.

    Raises
    ------
    SettingsError, SitesError
        The file or one of its images cannot be used, or it has no ground overlay.
    """
    shown = display_path(path)
    root = parse_xml(read_bounded(path, MAX_TEXT_MIB), shown)
    found = [_load_overlay(element, path) for element in root.iter("GroundOverlay")]
    if not found:
        raise SettingsError(
            _("{file} has no GroundOverlay; add the image to the map in Google Earth and save it as KML", file=shown)
        )
    return found


# ── images ────────────────────────────────────────────────────────────────────────────────────
def _opened(path: Path) -> "tuple[Image, bytes]":
    """Decode an image whole, so that a damaged one is reported when the console starts and not by an empty map."""
    from PIL import Image, UnidentifiedImageError

    content = read_bounded(path, MAX_IMAGE_MIB)
    try:
        with raise_warnings(Image.DecompressionBombWarning):
            image = Image.open(io.BytesIO(content), formats=tuple(FORMATS))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise SettingsError(
            _("{file} is not a PNG, JPEG or WebP image; save the map as one of these", file=display_path(path))
        ) from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_large(path) from error
    if max(image.size) > MAX_SIDE_PX or image.width * image.height > MAX_PIXELS:
        raise _too_large(path)
    try:
        with truncated_images(loaded=False):
            image.load()
    except (OSError, ValueError, SyntaxError) as error:
        raise SettingsError(_("{file} is damaged; export it again", file=display_path(path))) from error
    return image, content


def _too_large(path: Path) -> SettingsError:
    return SettingsError(
        _(
            "{file} is too large for a browser (at most {side} pixels a side, {millions} million in all); "
            "export it smaller, or as PMTiles",
            file=display_path(path),
            side=MAX_SIDE_PX,
            millions=MAX_PIXELS // 1_000_000,
        )
    )


def _as_basemap(image: "Image", content: bytes, bounds: Bounds, *, in_degrees: bool) -> ImageBasemap:
    if in_degrees and _offset_px(bounds, image.height) > MAX_OFFSET_PX:
        return ImageBasemap(bounds, *_in_mercator(image, bounds))
    return ImageBasemap(bounds, FORMATS[image.format or ""], content)


def _offset_px(bounds: Bounds, height_px: int) -> float:
    """Return how far the middle of an image in degrees is from its place in Web Mercator."""
    return abs(bounds.down((bounds.south + bounds.north) / 2) - 0.5) * height_px


def _in_mercator(image: "Image", bounds: Bounds) -> tuple[str, bytes]:
    """Draw an image in degrees anew in Web Mercator, strip by strip; return media type and content."""
    from PIL import Image

    width, height = image.size
    top, bottom = mercator_northing(bounds.north), mercator_northing(bounds.south)

    def source_y(target_y: int) -> float:
        latitude = mercator_latitude(top + (bottom - top) * target_y / height)
        return float((bounds.north - latitude) / (bounds.north - bounds.south) * height)

    edges = [round(height * number / STRIPS) for number in range(STRIPS + 1)]
    strips = [
        ((0, begin, width, end), (0, source_y(begin), 0, source_y(end), width, source_y(end), width, source_y(begin)))
        for begin, end in pairwise(edges)
        if begin < end
    ]
    opaque = image.mode in {"RGB", "L", "CMYK", "1"} and "transparency" not in image.info
    drawn = image.convert("RGB" if opaque else "RGBA").transform(
        (width, height), Image.Transform.MESH, strips, resample=Image.Resampling.BILINEAR
    )
    out = io.BytesIO()
    if opaque:
        drawn.save(out, "JPEG", quality=JPEG_QUALITY)
    else:
        drawn.save(out, "WEBP", quality=JPEG_QUALITY)
    return FORMATS["JPEG" if opaque else "WEBP"], out.getvalue()


# ── world files ───────────────────────────────────────────────────────────────────────────────
def _world_file_bounds(path: Path, width_px: int, height_px: int) -> tuple[Bounds, bool]:
    """Return the bounds of an image by its world file, and whether they are in degrees."""
    known = [one.name.lower() for one in world_file_names(path)]
    beside = {one.name.lower(): one for one in path.parent.iterdir()}
    found = next((beside[name] for name in known if name in beside), None)
    shown = display_path(path)
    if found is None:
        raise SettingsError(
            _(
                "{file} has no world file beside it ({names}), which says where the image is; export it again with one",
                file=shown,
                names=", ".join(escape_unsafe(one.name, limit=100) for one in world_file_names(path)),
            )
        )
    words = read_bounded(found, MAX_TEXT_MIB).decode("ascii", "replace").split()
    if len(words) != 6 or not all(_NUMBER.fullmatch(word) for word in words):
        raise _no_world_file(found)
    across, turn_a, turn_b, down, x, y = map(float, words)
    if turn_a or turn_b or across <= 0 or down >= 0:
        raise SettingsError(
            _("{file} turns the image; export it again with north at the top", file=display_path(found))
        )
    west, north = x - across / 2, y - down / 2  # the numbers are those of the middle of the first pixel
    edges = (north + down * height_px, west, north, west + across * width_px)
    bounds, in_degrees = _bounds_of(edges, display_path(found))
    if not (bounds.south < bounds.north and bounds.west < bounds.east):  # pixels too small for the numbers
        raise _no_world_file(found)
    return bounds, in_degrees


def _no_world_file(path: Path) -> SettingsError:
    return SettingsError(
        _("{file} is not a world file of six numbers; export the image again", file=display_path(path))
    )


def world_file_names(path: Path) -> list[Path]:
    """Return the names that the world file of an image can have.

    >>> [one.name for one in world_file_names(Path("map.jpg"))]
    ['map.jgw', 'map.jpgw', 'map.wld']
    """
    ending = path.suffix[1:].lower()
    return [path.with_suffix(f".{one}") for one in (f"{ending[:1]}{ending[-1:]}w", f"{ending}w", "wld")]


def _bounds_of(edges: tuple[float, float, float, float], shown: str) -> tuple[Bounds, bool]:
    south, west, north, east = edges
    in_degrees = max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= MAX_LATITUDE
    if not in_degrees:
        if not max(map(abs, edges)) <= MERCATOR_HALF_M:
            raise SettingsError(
                _(
                    "the numbers in {file} are neither degrees (EPSG:4326) nor metres of Web Mercator (EPSG:3857); "
                    "export the image again in one of these",
                    file=shown,
                )
            )
        west, east = (one / MERCATOR_HALF_M * 180 for one in (west, east))
        south, north = map(mercator_latitude, (south, north))
    return Bounds(south, west, north, east), in_degrees


# ── ground overlays ───────────────────────────────────────────────────────────────────────────
def _load_overlay(element: "Element", path: Path) -> ImageBasemap:
    picture = _picture_of(element, path)
    box = next(children(element, "LatLonBox"), None)
    if box is None:
        raise SettingsError(
            _("{file}: the GroundOverlay has no LatLonBox; place the image again", file=display_path(path))
        )
    south, west, north, east, turned = _box_numbers(box, path)
    if turned:
        raise SettingsError(_("{file} turns the image; export it again with north at the top", file=display_path(path)))
    if not (-MAX_LATITUDE <= south < north <= MAX_LATITUDE and -180 <= west < east <= 180):
        raise _wrong_box(path)
    image, content = _opened(picture)
    return _as_basemap(image, content, Bounds(south, west, north, east), in_degrees=True)


def _picture_of(element: "Element", path: Path) -> Path:
    address = "".join(child_text(icon, "href") for icon in children(element, "Icon")).strip()
    picture = path.parent / unquote(address).replace("\\", "/")
    if not address or "://" in address or not picture.resolve().is_relative_to(path.parent.resolve()):
        raise SettingsError(
            _(
                "{file}: its image ({name}) is not in the folder of the file; save it there and name it in the file",
                file=display_path(path),
                name=escape_unsafe(address, limit=100) or "–",
            )
        )
    return picture


def _box_numbers(box: "Element", path: Path) -> Iterator[float]:
    for name in ("south", "west", "north", "east", "rotation"):
        text = child_text(box, name).strip() or ("0" if name == "rotation" else "")
        if not _NUMBER.fullmatch(text):
            raise _wrong_box(path)
        number = float(text)
        if not math.isfinite(number):
            raise _wrong_box(path)
        yield number


def _wrong_box(path: Path) -> SettingsError:
    return SettingsError(
        _("{file}: the edges of the GroundOverlay are not south, west, north and east in degrees; place it again",
          file=display_path(path))
    )  # fmt: skip
