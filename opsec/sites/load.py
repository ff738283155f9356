"""From the officer's folders to the program's sites.

Whatever is wrong is refused, never skipped: a site left out by mistake is looked for by nobody.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path

from opsec.errors import SitesError
from opsec.i18n.messages import _
from opsec.i18n.suggestions import nearest
from opsec.model import Geofence, Landmark, Point, Site
from opsec.sites.bounded_files import listed, read_bounded, shown, stay_inside, toml_of, unopened
from opsec.sites.fence_file import read_fence, swapped_against, zone_named
from opsec.sites.ring_validation import Home, Where, checked_polygons, round_fence
from opsec.sites.site_file import (
    LandmarkFile,
    SiteFile,
    checked_hours,
    checked_id,
    checked_list,
    checked_names,
    checked_position,
    checked_text,
    checked_zone,
    understood,
)

SITE_FILE, FENCE_FILE, LANDMARKS, LANDMARK_FILE = "site.toml", "fence.geojson", "landmarks", "landmark.toml"
PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif")
ROUND_M = 250.0
"""Radius of the fence around a position that comes without one."""
_TOML_MIB = 1
_MOST_PHOTOS = 1_000


def load_sites(folder: Path, home: Home) -> tuple[Site, ...]:
    """Every site of a folder, by id. Plain files and hidden entries beside the site folders are left alone.

    ``home`` is the land where the sites lie (``Settings.home``): south, west, north, east in degrees.

    Raises
    ------
    SitesError
        The folder is missing or holds no site, or the first fault of a site: file, key or ring, next step.
    """
    return tuple(read_site(entry, folder, home) for entry in site_folders(folder))


def sites_sha256(sites: tuple[Site, ...], photos: Sequence[str | None] = ()) -> str:
    """Fingerprint of all that the officer wrote, whatever the order of the folders, and of the photos' content."""
    ordered = [sorted(sites, key=lambda site: site.id), sorted(photo or "" for photo in photos)]
    return hashlib.sha256(json.dumps(ordered, default=_as_dict, sort_keys=True).encode()).hexdigest()


def _as_dict(record: object) -> dict[str, object]:
    if not is_dataclass(record):
        raise TypeError(type(record).__name__)
    return {field.name: getattr(record, field.name) for field in fields(record)}


def site_folders(folder: Path) -> list[Path]:
    """The folders of the single sites, by name.

    Raises
    ------
    SitesError
        There is none, or one of them is a link that leads away.
    """
    if not folder.is_dir():
        raise SitesError(
            _(
                "{file} is not there or is no folder; give the folder of your sites with --sites, "
                "or make one with opsec init",
                file=shown(folder),
            )
        )
    if (folder / SITE_FILE).exists():
        raise SitesError(_("{file} is one site; give the folder that holds it with --sites", file=shown(folder)))
    found: list[Path] = []
    for entry in listed(folder):
        path = folder / entry.name
        stay_inside(path, folder)
        if path.is_dir():
            found.append(path)
    if not found:
        raise SitesError(
            _(
                "{file} holds no site, so nothing could be found; bring one in with opsec sites import "
                "or make one with opsec init",
                file=shown(folder),
            )
        )
    return found


def read_site(folder: Path, root: Path, home: Home) -> Site:
    """One site, from its own folder.

    Raises
    ------
    SitesError
        Its first fault.
    """
    try:
        return _read_site(folder, root, home)
    except OSError as error:  # a folder that may be listed and not entered
        raise unopened(folder, error) from error


def _read_site(folder: Path, root: Path, home: Home) -> Site:
    _no_near_miss(folder)
    path = folder / SITE_FILE
    stay_inside(path, root)
    file = shown(path)
    written = understood(toml_of(read_bounded(path, _TOML_MIB), file), SiteFile, file)
    id_ = checked_id(written.id, folder, file)
    names = checked_names(written.names.__pydantic_extra__, "names", file)
    if not names:
        raise SitesError(
            _('{file}: [names] holds no name; add one under a language, as en = ["Falcon Camp"]', file=file)
        )
    fences = _fences(folder, written, root, home)
    return Site(
        id=id_,
        kind=written.kind,
        names=names,
        weak_names=checked_list(written.names.weak, "names.weak", file),
        unit_names=checked_names(written.names.units, "names.units", file),
        code=_code(id_) if written.code is None else checked_text(written.code, "code", file),
        unit=None if written.unit is None else checked_text(written.unit, "unit", file),
        sensitivity=written.sensitivity,
        alert_radius_m=written.alert_radius_m,
        prior=written.prior,
        time_zone=checked_zone(written.time_zone, file),
        quiet_hours=checked_hours(written.quiet_hours, file),
        fences=fences,
        landmarks=_landmarks(folder / LANDMARKS, fences, root, home),
    )


def _code(id_: str) -> str:
    """A code that does not show the name.

    The officer had better set one: staff cannot read this one, and whoever guesses the id can check the guess by it.
    """
    return "S-" + hashlib.sha256(id_.encode()).hexdigest()[:6].upper()


def _no_near_miss(folder: Path) -> None:
    """A mistyped ``fence.geojsn`` must not leave the site without its fence."""
    known = (SITE_FILE, FENCE_FILE, LANDMARKS)
    there = {entry.name for entry in listed(folder)}
    if not there & set(known):
        raise SitesError(
            _("{file} holds no site.toml; write one, or move the folder out of the sites", file=shown(folder))
        )
    for name in sorted(there - set(known)):
        near = nearest(name[:80], set(known) - there)
        if near is not None:
            raise SitesError(
                _(
                    "{file} is not read; did you mean {near}? rename it or move it away",
                    file=shown(folder / name),
                    near=near,
                )
            )


def _fences(folder: Path, written: SiteFile, root: Path, home: Home) -> tuple[Geofence, ...]:
    file = shown(folder / SITE_FILE)
    position = checked_position(written.position, home, file)
    path = folder / FENCE_FILE
    stay_inside(path, root)
    if path.exists():
        if position is not None or written.radius_m is not None:
            raise SitesError(
                _("{file}: position and radius_m stand for a fence, and there is a fence.geojson; keep one", file=file)
            )
        return read_fence(path, home)
    if position is not None:
        return (_round(position, written.radius_m or ROUND_M, file),)
    if written.radius_m is not None:
        raise SitesError(_("{file}: radius_m has no position; add position = [latitude, longitude]", file=file))
    return ()


def _round(position: Point, radius_m: float, file: str) -> Geofence:
    ring = round_fence(position, radius_m)
    raw = [[point.lon, point.lat] for point in ring]
    everywhere = (-90.0, -180.0, 90.0, 180.0)  # the position was already held against the home land
    return Geofence(role="perimeter", rings=checked_polygons([[raw]], Where(file, 1), everywhere))


def _landmarks(folder: Path, fences: tuple[Geofence, ...], root: Path, home: Home) -> tuple[Landmark, ...]:
    stay_inside(folder, root)
    if not os.path.lexists(folder):
        return ()
    entries = [folder / entry.name for entry in listed(folder)]
    for entry in entries:
        stay_inside(entry, root)
    return tuple(_landmark(entry, fences, root, home) for entry in entries if entry.is_dir())


def _landmark(folder: Path, fences: tuple[Geofence, ...], root: Path, home: Home) -> Landmark:
    path = folder / LANDMARK_FILE
    stay_inside(path, root)
    file = shown(path)
    raw = toml_of(read_bounded(path, _TOML_MIB), file) if path.exists() else {}
    written = understood(raw, LandmarkFile, file)
    position = checked_position(written.position, home, file)
    for fence in fences[:1] if position else ():
        if position and swapped_against(position, fence.rings[0][0][0]):
            raise SitesError(
                _(
                    "{file}: latitude and longitude of position look swapped against the fence; "
                    "write [latitude, longitude]",
                    file=file,
                )
            )
    return Landmark(
        id=checked_id(folder.name, folder, shown(folder)),
        photos=_photos(folder, root),
        names=checked_names(written.names, "names", file),
        position=position,
        heading_deg=written.heading,
        zone=None if written.zone is None else zone_named(written.zone, fences, file),
        sensitivity=written.sensitivity,
    )


def _photos(folder: Path, root: Path) -> tuple[str, ...]:
    names = [entry.name for entry in listed(folder) if entry.name.lower().endswith(PHOTO_SUFFIXES)]
    for name in names:
        stay_inside(folder / name, root)
    if len(names) > _MOST_PHOTOS:
        raise SitesError(
            _("{file} holds more than {limit} photos; keep the clearest", file=shown(folder), limit=_MOST_PHOTOS)
        )
    return tuple(names)
