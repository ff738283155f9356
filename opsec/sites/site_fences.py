"""Load the fences of a site: ``fence.geojson``, or a round fence around the position in ``site.toml``."""

from opsec.errors import SitesError
from opsec.i18n.messages import _
from opsec.model import Geofence, Point
from opsec.sites.bounded_files import display_path, refuse_outside_link
from opsec.sites.faults import Faults
from opsec.sites.fence_file import read_fence
from opsec.sites.file_names import DEFAULT_RADIUS_M, FENCE_FILE, SITE_FILE
from opsec.sites.packed_tree import SitePath
from opsec.sites.ring_validation import HomeRegion, RingLocation, round_fence, validate_polygons
from opsec.sites.site_file import SiteFile, validate_position

_MAX_PLAIN_LAT, _MAX_PLAIN_LON, _MAX_PLAIN_RADIUS_M = 80.0, 179.0, 5_000.0
"""A circle within these bounds is a valid ring by construction: a thousand sites need not check theirs."""


def load_fences(
    folder: SitePath, written: SiteFile | None, root: SitePath, home: HomeRegion, faults: Faults
) -> tuple[Geofence, ...]:
    """Load the outlines of a site; none when it is matched by names and photos alone.

    Parameters
    ----------
    folder
        Folder of the site.
    written
        Its ``site.toml``; None when that has faults, so that only the fence file is checked.
    root
        Folder of all sites; links may not leave it.
    home
        Region of the sites, to detect swapped coordinates.
    faults
        Raises or collects the faults of the outlines.

    Raises
    ------
    SitesError
        A fence is not valid, or it is given twice.
    """
    file = display_path(folder / SITE_FILE)
    pair = None if written is None else written.position
    position = faults.attempt(lambda: validate_position(pair, home, file), None)
    radius_m = None if written is None else written.radius_m
    path = folder / FENCE_FILE
    refuse_outside_link(path, root)
    if path.exists():
        if position is not None or radius_m is not None:
            raise SitesError(
                _(
                    "{file}: position and radius_m define a round fence, but fence.geojson exists too; "
                    "keep one of them",
                    file=file,
                )
            )
        return read_fence(path, home, faults)
    if position is not None:
        return (_round_geofence(position, radius_m or DEFAULT_RADIUS_M, file),)
    if radius_m is not None:
        raise SitesError(
            _("{file}: radius_m is set without a position; add position = [latitude, longitude]", file=file)
        )
    return ()


def _round_geofence(position: Point, radius_m: float, file: str) -> Geofence:
    ring = round_fence(position, radius_m)
    if (
        abs(position.lat) < _MAX_PLAIN_LAT
        and abs(position.lon) < _MAX_PLAIN_LON
        and 1 <= radius_m <= _MAX_PLAIN_RADIUS_M
    ):
        return Geofence(role="perimeter", rings=((ring,),))
    raw = [[point.lon, point.lat] for point in ring]
    everywhere = (-90.0, -180.0, 90.0, 180.0)  # the position has been checked against the home region already
    return Geofence(role="perimeter", rings=validate_polygons([[raw]], RingLocation(file, 1), everywhere))
