"""Load sites from the officer's folders.

A fault is refused, never skipped: a site left out by mistake would not be protected.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path

from opsec.errors import SitesError
from opsec.i18n.messages import _
from opsec.i18n.suggestions import closest_match
from opsec.model import Geofence, Landmark, Point, Site
from opsec.sites.bounded_files import (
    display_path,
    list_folder,
    open_error,
    parse_toml,
    read_bounded,
    refuse_outside_link,
)
from opsec.sites.fence_file import find_zone, is_swapped_against, read_fence
from opsec.sites.ring_validation import HomeRegion, RingLocation, round_fence, validate_polygons
from opsec.sites.site_file import (
    LandmarkFile,
    SiteFile,
    parse_model,
    validate_id,
    validate_list,
    validate_names,
    validate_position,
    validate_quiet_hours,
    validate_text,
    validate_time_zone,
)

SITE_FILE, FENCE_FILE, LANDMARKS, LANDMARK_FILE = "site.toml", "fence.geojson", "landmarks", "landmark.toml"
PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif")
DEFAULT_RADIUS_M = 250.0
"""Radius of the fence around a position without ``radius_m``."""
_TOML_MIB = 1
_MAX_PHOTOS = 1_000


def load_sites(folder: Path, home: HomeRegion) -> tuple[Site, ...]:
    """Load every site of a folder, sorted by id. Plain files and hidden entries beside site folders are ignored.

    ``home`` is the region of the sites (``Settings.home``): south, west, north, east in degrees.

    Raises
    ------
    SitesError
        The folder is missing or holds no site, or the first fault of a site: file, key or ring, next step.
    """
    return tuple(read_site(entry, folder, home) for entry in site_folders(folder))


def sites_sha256(sites: tuple[Site, ...], photos: Sequence[str | None] = ()) -> str:
    """SHA-256 over all site records and photo hashes, independent of the order of folders."""
    ordered = [sorted(sites, key=lambda site: site.id), sorted(photo or "" for photo in photos)]
    return hashlib.sha256(json.dumps(ordered, default=_record_fields, sort_keys=True).encode()).hexdigest()


def _record_fields(record: object) -> dict[str, object]:
    if not is_dataclass(record):
        raise TypeError(type(record).__name__)
    return {field.name: getattr(record, field.name) for field in fields(record)}


def site_folders(folder: Path) -> list[Path]:
    """List the site folders, sorted by name.

    Raises
    ------
    SitesError
        There is no site folder, or one is a link that leaves the sites folder.
    """
    if not folder.is_dir():
        raise SitesError(
            _(
                "{file} does not exist or is not a folder; give the folder of your sites with "
                "--sites, or create one with opsec init",
                file=display_path(folder),
            )
        )
    if (folder / SITE_FILE).exists():
        raise SitesError(
            _("{file} is a single site; give the folder that contains it with --sites", file=display_path(folder))
        )
    found: list[Path] = []
    for entry in list_folder(folder):
        path = folder / entry.name
        refuse_outside_link(path, folder)
        if path.is_dir():
            found.append(path)
    if not found:
        raise SitesError(
            _(
                "{file} contains no site, so nothing could be found; import one with opsec sites "
                "import or create one with opsec init",
                file=display_path(folder),
            )
        )
    return found


def read_site(folder: Path, root: Path, home: HomeRegion) -> Site:
    """Load one site from its folder.

    Raises
    ------
    SitesError
        The first fault found in the site.
    """
    try:
        return _read_site(folder, root, home)
    except OSError as error:  # a folder can be listable but not accessible
        raise open_error(folder, error) from error


def _read_site(folder: Path, root: Path, home: HomeRegion) -> Site:
    _refuse_misnamed_files(folder)
    path = folder / SITE_FILE
    refuse_outside_link(path, root)
    file = display_path(path)
    written = parse_model(parse_toml(read_bounded(path, _TOML_MIB), file), SiteFile, file)
    id_ = validate_id(written.id, folder, file)
    names = validate_names(written.names.__pydantic_extra__, "names", file)
    if not names:
        raise SitesError(
            _('{file}: [names] is empty; add a name under a language, for example en = ["Falcon Camp"]', file=file)
        )
    fences = _load_fences(folder, written, root, home)
    return Site(
        id=id_,
        kind=written.kind,
        names=names,
        weak_names=validate_list(written.names.weak, "names.weak", file),
        unit_names=validate_names(written.names.units, "names.units", file),
        code=_derived_code(id_) if written.code is None else validate_text(written.code, "code", file),
        unit=None if written.unit is None else validate_text(written.unit, "unit", file),
        sensitivity=written.sensitivity,
        alert_radius_m=written.alert_radius_m,
        prior=written.prior,
        time_zone=validate_time_zone(written.time_zone, file),
        quiet_hours=validate_quiet_hours(written.quiet_hours, file),
        fences=fences,
        landmarks=_load_landmarks(folder / LANDMARKS, fences, root, home),
    )


def _derived_code(id_: str) -> str:
    """Derive a code that does not show the name.

    Setting a code in site.toml is better: this one is not memorable, and anyone who guesses the id can verify the
    guess with it.
    """
    return "S-" + hashlib.sha256(id_.encode()).hexdigest()[:6].upper()


def _refuse_misnamed_files(folder: Path) -> None:
    """Refuse misspelt file names: a ``fence.geojsn`` would leave the site without its fence."""
    known = (SITE_FILE, FENCE_FILE, LANDMARKS)
    there = {entry.name for entry in list_folder(folder)}
    if not there & set(known):
        raise SitesError(
            _(
                "{file} has no site.toml; write one, or move the folder out of the sites folder",
                file=display_path(folder),
            )
        )
    for name in sorted(there - set(known)):
        near = closest_match(name[:80], set(known) - there)
        if near is not None:
            raise SitesError(
                _(
                    "{file} is not a file that is read here; did you mean {near}? rename it or move it",
                    file=display_path(folder / name),
                    near=near,
                )
            )


def _load_fences(folder: Path, written: SiteFile, root: Path, home: HomeRegion) -> tuple[Geofence, ...]:
    file = display_path(folder / SITE_FILE)
    position = validate_position(written.position, home, file)
    path = folder / FENCE_FILE
    refuse_outside_link(path, root)
    if path.exists():
        if position is not None or written.radius_m is not None:
            raise SitesError(
                _(
                    "{file}: position and radius_m define a round fence, but fence.geojson exists too; "
                    "keep one of them",
                    file=file,
                )
            )
        return read_fence(path, home)
    if position is not None:
        return (_round_geofence(position, written.radius_m or DEFAULT_RADIUS_M, file),)
    if written.radius_m is not None:
        raise SitesError(
            _("{file}: radius_m is set without a position; add position = [latitude, longitude]", file=file)
        )
    return ()


def _round_geofence(position: Point, radius_m: float, file: str) -> Geofence:
    ring = round_fence(position, radius_m)
    raw = [[point.lon, point.lat] for point in ring]
    everywhere = (-90.0, -180.0, 90.0, 180.0)  # the position has been checked against the home region already
    return Geofence(role="perimeter", rings=validate_polygons([[raw]], RingLocation(file, 1), everywhere))


def _load_landmarks(folder: Path, fences: tuple[Geofence, ...], root: Path, home: HomeRegion) -> tuple[Landmark, ...]:
    refuse_outside_link(folder, root)
    if not os.path.lexists(folder):
        return ()
    entries = [folder / entry.name for entry in list_folder(folder)]
    for entry in entries:
        refuse_outside_link(entry, root)
    return tuple(_load_landmark(entry, fences, root, home) for entry in entries if entry.is_dir())


def _load_landmark(folder: Path, fences: tuple[Geofence, ...], root: Path, home: HomeRegion) -> Landmark:
    path = folder / LANDMARK_FILE
    refuse_outside_link(path, root)
    file = display_path(path)
    raw = parse_toml(read_bounded(path, _TOML_MIB), file) if path.exists() else {}
    written = parse_model(raw, LandmarkFile, file)
    position = validate_position(written.position, home, file)
    for fence in fences[:1] if position else ():
        if position and is_swapped_against(position, fence.rings[0][0][0]):
            raise SitesError(
                _(
                    "{file}: latitude and longitude of position look swapped compared with the fence; "
                    "write [latitude, longitude]",
                    file=file,
                )
            )
    return Landmark(
        id=validate_id(folder.name, folder, display_path(folder)),
        photos=_photo_names(folder, root),
        names=validate_names(written.names, "names", file),
        position=position,
        heading_deg=written.heading,
        zone=None if written.zone is None else find_zone(written.zone, fences, file),
        sensitivity=written.sensitivity,
    )


def _photo_names(folder: Path, root: Path) -> tuple[str, ...]:
    names = [entry.name for entry in list_folder(folder) if entry.name.lower().endswith(PHOTO_SUFFIXES)]
    for name in names:
        refuse_outside_link(folder / name, root)
    if len(names) > _MAX_PHOTOS:
        raise SitesError(
            _(
                "{file} contains more than {limit} photos; keep the clearest",
                file=display_path(folder),
                limit=_MAX_PHOTOS,
            )
        )
    return tuple(names)
