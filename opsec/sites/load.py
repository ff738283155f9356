"""Load sites from the officer's folders.

A fault is refused, never skipped: a site left out by mistake would not be protected.
"""

import hashlib
import json
from collections.abc import Hashable, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, cast

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
from opsec.sites.faults import Faults
from opsec.sites.file_names import FENCE_FILE, LANDMARKS, SITE_FILE, TOML_MIB
from opsec.sites.landmarks import LandmarkLoader
from opsec.sites.pack import open_sites
from opsec.sites.packed_tree import SitePath
from opsec.sites.ring_validation import HomeRegion
from opsec.sites.site_fences import load_fences
from opsec.sites.site_file import (
    SiteFile,
    parse_model,
    validate_id,
    validate_list,
    validate_names,
    validate_quiet_hours,
    validate_text,
    validate_time_zone,
)
from opsec.sites.template import is_template, only_templates


def load_sites(folder: SitePath, home: HomeRegion) -> tuple[Site, ...]:
    """Load every site of a folder or a pack, sorted by id.

    Plain files and hidden entries beside site folders are ignored, and so are templates that nobody has filled in.

    ``home`` is the region of the sites (``Settings.home``): south, west, north, east in degrees.

    Raises
    ------
    SitesError
        The folder is missing or holds no site, or the first fault of a site: file, key or ring, next step.
    """
    folder = open_sites(folder)
    folders = site_folders(folder)
    used = [entry for entry in folders if not is_template(entry)]
    if not used:
        raise only_templates(folder)
    return tuple(read_site(entry, folder, home) for entry in used)


def sites_sha256(sites: tuple[Site, ...], photos: Sequence[str | None] = ()) -> str:
    """SHA-256 over all site records and photo hashes, independent of the order of folders."""
    ordered = [sorted(sites, key=lambda site: site.id), sorted(photo or "" for photo in photos)]
    return hashlib.sha256(json.dumps(ordered, default=_record_fields, sort_keys=True).encode()).hexdigest()


def _record_fields(record: Any) -> dict[str, object]:
    if type(record) is Point:  # nearly all records are corners of fences
        return {"lat": record.lat, "lon": record.lon}
    return {name: getattr(record, name) for name in _field_names(cast("Hashable", type(record)))}


@cache
def _field_names(kind: Hashable) -> tuple[str, ...]:
    """Return the names of the fields of a class of records; a thousand fences have tens of thousands of corners."""
    if not is_dataclass(kind):
        raise TypeError(str(kind))
    return tuple(field.name for field in fields(kind))


def site_folders(folder: SitePath) -> list[SitePath]:
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
    found: list[SitePath] = []
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


def read_site(folder: SitePath, root: SitePath, home: HomeRegion) -> Site:
    """Load one site from its folder.

    Raises
    ------
    SitesError
        The first fault found in the site.
    """
    faults = Faults()
    found = _attempt_site(folder, root, home, faults)
    assert found is not None, "a fault is raised"
    return found


def check_site(folder: SitePath, root: SitePath, home: HomeRegion) -> Site | list[SitesError]:
    """Load one site from its folder; return all its faults if it has any."""
    faults = Faults(collect=True)
    try:
        found = _attempt_site(folder, root, home, faults)
    except SitesError as fault:
        faults.add(fault)
        found = None
    return faults.found if faults.found or found is None else found


def _attempt_site(folder: SitePath, root: SitePath, home: HomeRegion, faults: Faults) -> Site | None:
    try:
        return _read_site(folder, root, home, faults)
    except OSError as error:  # a folder can be listable but not accessible
        raise open_error(folder, error) from error


def _read_site(folder: SitePath, root: SitePath, home: HomeRegion, faults: Faults) -> Site | None:
    """Read a site; None when ``site.toml`` has collected faults that leave nothing to build."""
    _refuse_misnamed_files(folder, faults)
    path = folder / SITE_FILE
    written = faults.attempt(lambda: _read_site_file(path, root, faults), None)
    before = len(faults.found)
    nothing: tuple[Geofence, ...] = ()
    loaded = faults.attempt(lambda: load_fences(folder, written, root, home, faults), nothing)
    fences = loaded if written is not None and len(faults.found) == before else None
    loader = LandmarkLoader(root, home, fences, faults)
    landmarks: list[Landmark] = []
    faults.attempt(lambda: landmarks.extend(loader.load(folder / LANDMARKS)), None)
    if written is None:
        return None
    return _build_site(written, folder, fences or (), tuple(landmarks), faults)


def _read_site_file(path: SitePath, root: SitePath, faults: Faults) -> SiteFile:
    refuse_outside_link(path, root)
    file = display_path(path)
    return parse_model(parse_toml(read_bounded(path, TOML_MIB), file), SiteFile, file, faults)


def _build_site(
    written: SiteFile, folder: SitePath, fences: tuple[Geofence, ...], landmarks: tuple[Landmark, ...], faults: Faults
) -> Site:
    file, attempt = display_path(folder / SITE_FILE), faults.attempt
    id_ = attempt(lambda: validate_id(written.id, folder, file), folder.name)
    named = len(faults.found)
    names = validate_names(written.names.__pydantic_extra__, "names", file, faults)
    units = validate_names(written.names.units, "names.units", file, faults)
    if not names and not units and len(faults.found) == named:
        faults.add(_no_names(file))
    code, unit = written.code, written.unit
    return Site(
        id=id_,
        kind=written.kind,
        names=names,
        weak_names=attempt(lambda: validate_list(written.names.weak, "names.weak", file), ()),
        not_ours=attempt(lambda: validate_list(written.names.not_ours, "names.not_ours", file), ()),
        unit_names=units,
        code=_derived_code(id_) if code is None else attempt(lambda: validate_text(code, "code", file), code),
        unit=None if unit is None else attempt(lambda: validate_text(unit, "unit", file), None),
        sensitivity=written.sensitivity,
        alert_radius_m=written.alert_radius_m,
        prior=written.prior,
        time_zone=attempt(lambda: validate_time_zone(written.time_zone, file), None),
        quiet_hours=attempt(lambda: validate_quiet_hours(written.quiet_hours, file), None),
        fences=fences,
        landmarks=landmarks,
    )


def _no_names(file: str) -> SitesError:
    return SitesError(
        _('{file}: [names] is empty; add a name under a language, for example en = ["Falcon Camp"]', file=file)
    )


def _derived_code(id_: str) -> str:
    """Derive a code that does not show the name.

    Setting a code in site.toml is better: this one is not memorable, and anyone who guesses the id can verify the
    guess with it.
    """
    return "S-" + hashlib.sha256(id_.encode()).hexdigest()[:6].upper()


def _refuse_misnamed_files(folder: SitePath, faults: Faults) -> None:
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
            faults.add(
                SitesError(
                    _(
                        "{file} is not a file that is read here; did you mean {near}? rename it or move it",
                        file=display_path(folder / name),
                        near=near,
                    )
                )
            )
