"""PMTiles archives of the officer's own as basemap: raster tiles in one file (PMTiles specification, version 3)."""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from opsec.console.basemap_bounds import Bounds
from opsec.errors import SettingsError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import display_path
from opsec.sites.bounded_files import open_error

MAX_TILE_BYTES = 8 << 20
MAX_ZOOM = 30
MAGIC = b"PMTiles\x03"
_MEDIA_TYPES: Mapping[str, str] = {
    "PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "AVIF": "image/avif",
}  # fmt: skip
_SIGNATURES: Mapping[str, re.Pattern[bytes]] = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "image/avif": re.compile(rb"....ftypavi[fs]", re.DOTALL),
}
"""How the files begin. A browser shows nothing for other bytes, and says nothing either."""
_DAMAGE = (OSError, EOFError, ValueError, IndexError, OverflowError, MemoryError, zlib.error)
"""What the library raises for an archive that is damaged or cut off."""


class TileReader(Protocol):
    """What we use of the library, which has no types."""

    def header(self) -> Mapping[str, Any]:
        """Return the fields of the header."""

    def get(self, z: int, x: int, y: int) -> bytes | None:
        """Return a tile."""


@dataclass(frozen=True, slots=True)
class TileBasemap:
    """An archive of tiles."""

    bounds: Bounds
    media_type: str
    min_zoom: int
    max_zoom: int
    reader: TileReader
    shown: str
    """Name of the file, safe to print."""

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """Return a tile; None for one that the archive does not have.

        Raises
        ------
        SettingsError
            The tile is damaged: it cannot be read, or is no image of the type that the archive states.
        """
        if not (self.min_zoom <= zoom <= self.max_zoom and max(x, y) < 1 << zoom):
            return None
        try:
            found = self.reader.get(zoom, x, y)
        except _DAMAGE as error:
            raise self._damaged_tile() from error
        if found and not (len(found) <= MAX_TILE_BYTES and _SIGNATURES[self.media_type].match(found)):
            raise self._damaged_tile()
        return found or None

    def _damaged_tile(self) -> SettingsError:
        return SettingsError(
            _("parts of the map {file} are damaged and stay empty on the maps; make the file again", file=self.shown)
        )


def load_tiles(path: Path) -> TileBasemap:
    """Open an archive; it is read as tiles are asked for.

    Raises
    ------
    SettingsError, SitesError
        The file cannot be opened, is no archive of raster tiles, or the library that reads it is not installed.
    """
    shown = display_path(path)
    try:
        library: Any = import_module("pmtiles.reader")
    except ImportError as error:
        raise SettingsError(
            _("{file} needs the library pmtiles; install opsec[maps], or use an image", file=shown)
        ) from error
    try:
        with path.open("rb") as stream:
            if stream.read(len(MAGIC)) != MAGIC:
                raise _damaged(shown)
            reader = library.Reader(library.MmapSource(stream))
    except OSError as error:
        raise open_error(path, error) from error
    try:
        return _as_basemap(reader, path.stat().st_size, shown)
    except _DAMAGE as error:
        raise _damaged(shown) from error


def _as_basemap(reader: TileReader, size_bytes: int, shown: str) -> TileBasemap:
    header = reader.header()
    if header["tile_data_offset"] + header["tile_data_length"] > size_bytes:
        raise EOFError
    media_type = _MEDIA_TYPES.get(header["tile_type"].name)
    if media_type is None or header["tile_compression"].name not in {"NONE", "UNKNOWN"}:
        raise SettingsError(
            _("{file} has no tiles that are images (PNG, JPEG, WebP); the console does not draw vector tiles",
              file=shown)
        )  # fmt: skip
    degrees = (header[name] / 1e7 for name in ("min_lat_e7", "min_lon_e7", "max_lat_e7", "max_lon_e7"))
    bounds = Bounds(*degrees)
    if not (bounds.south < bounds.north and bounds.west < bounds.east and header["max_zoom"] <= MAX_ZOOM):
        raise ValueError("bounds")
    return TileBasemap(bounds, media_type, header["min_zoom"], header["max_zoom"], reader, shown)


def _damaged(shown: str) -> SettingsError:
    return SettingsError(_("{file} is not a whole PMTiles archive of version 3; make it again", file=shown))
