"""Files of the package that pages load: our style sheet and script, and the script libraries where they are installed.

Only the files of a fixed list are served, so no path of a request ever reaches the file system.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

CONTENT_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".png": "image/png",
        ".svg": "image/svg+xml",
    }
)


@cache
def asset_names() -> frozenset[str]:
    """Return the names of the files that are served, such as ``console.css`` and ``vendor/htmx.min.js``."""
    folder = resources.files("opsec") / "assets" / "console"
    own = [(entry.name, entry) for entry in folder.iterdir()]
    vendor = folder / "vendor"
    if vendor.is_dir():
        own += [(f"vendor/{entry.name}", entry) for entry in vendor.iterdir()]
    return frozenset(name for name, entry in own if entry.is_file() and _content_type(name) is not None)


def _content_type(name: str) -> str | None:
    return next((kind for ending, kind in CONTENT_TYPES.items() if name.endswith(ending)), None)


@cache
def _read(name: str) -> bytes:
    return (resources.files("opsec") / "assets" / "console" / name).read_bytes()


def static_file(request: Request) -> Response:
    """Serve one file of the list; 404 for every other name."""
    name = str(request.path_params["name"])
    if name not in asset_names():
        return Response(status_code=404)
    return Response(_read(name), media_type=_content_type(name))
