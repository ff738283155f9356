"""Check all sites at once: errors that loading refuses, and warnings about likely false or missed matches."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from opsec.errors import SitesError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import escape_unsafe
from opsec.model import Geofence, Site
from opsec.sites.bounded_files import display_path, list_folder
from opsec.sites.complaint import Complaint
from opsec.sites.file_names import FENCE_FILE, LANDMARK_FILE, LANDMARKS, PHOTO_SUFFIXES, SITE_FILE
from opsec.sites.load import check_site, site_folders
from opsec.sites.pack import open_sites
from opsec.sites.packed_tree import SitePath
from opsec.sites.ring_validation import HomeRegion, extent_km, to_shapely
from opsec.sites.template import is_template, only_templates, template_message
from opsec.text.common_words import is_everyday_name
from opsec.text.normalise import normalise

WARN_EXTENT_KM = 50
MIN_PHOTOS = 3


@dataclass(frozen=True, slots=True)
class SitesCheck:
    """What a check of all sites found."""

    complaints: tuple[Complaint, ...]
    """The errors of every site, then the warnings."""
    sites: tuple[Site, ...]
    """The sites without an error."""


def check_sites(folder: SitePath, home: HomeRegion) -> SitesCheck:
    """Collect all errors of every site, then the warnings.

    ``home`` is the region of the sites: south, west, north, east in degrees.
    """
    try:
        folder = open_sites(folder)
        folders = site_folders(folder)
    except SitesError as refused:
        return SitesCheck((Complaint("error", display_path(folder), refused.message),), ())
    templates = [path for path in folders if is_template(path)]
    sites: list[tuple[SitePath, Site]] = []
    errors: list[Complaint] = []
    if templates == folders:
        errors.append(Complaint("error", display_path(folder), only_templates(folder).message))
    for path in folders:
        found = [] if path in templates else check_site(path, folder, home)
        if isinstance(found, Site):
            sites.append((path, found))
        else:
            errors += [Complaint("error", display_path(path), fault.message) for fault in found]
    unfilled = [_warn(path, template_message(path)) for path in templates if templates != folders]
    one_by_one = chain.from_iterable(_check_site(path, site) for path, site in sites)
    warnings = (*unfilled, *_check_permissions(folder), *one_by_one, *_check_between_sites(sites))
    return SitesCheck((*errors, *warnings), tuple(site for _path, site in sites))


def _warn(file: SitePath, message: Message) -> Complaint:
    return Complaint("warning", display_path(file), message)


def _check_permissions(folder: SitePath) -> Iterator[Complaint]:
    if isinstance(folder, Path) and stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield _warn(
            folder,
            _(
                "{file} can be read by other accounts on this machine; restrict it with chmod 700",
                file=display_path(folder),
            ),
        )


def _check_site(folder: SitePath, site: Site) -> Iterator[Complaint]:
    yield from _check_names(folder / SITE_FILE, site)
    yield from _check_fences(folder, site)
    yield from _check_photos(folder / LANDMARKS, site)
    if site.quiet_hours and not site.time_zone:
        file = folder / SITE_FILE
        yield _warn(
            file,
            _(
                '{file}: quiet_hours has no effect without time_zone; add time_zone = "Asia/Baghdad"',
                file=display_path(file),
            ),
        )


def _check_names(file: SitePath, site: Site) -> Iterator[Complaint]:
    for name in chain.from_iterable([*site.names.values(), *site.unit_names.values()]):
        if is_everyday_name(name):
            yield _warn(
                file,
                _(
                    "{file}: the name {name} is a common word; move it to weak",
                    file=display_path(file),
                    name=escape_unsafe(name),
                ),
            )
        elif len(normalise(name).text) < 3:
            yield _warn(
                file,
                _(
                    "{file}: the name {name} is so short that it occurs in many words; move it to weak",
                    file=display_path(file),
                    name=escape_unsafe(name),
                ),
            )
    if normalise(site.code).text in {
        normalise(name).text for name in (site.id, *chain.from_iterable(site.names.values()))
    }:
        yield _warn(
            file,
            _(
                "{file}: the code equals the name of the site, so shared reports would show the name; "
                "choose another code",
                file=display_path(file),
            ),
        )


def _check_fences(folder: SitePath, site: Site) -> Iterator[Complaint]:
    file = folder / FENCE_FILE if (folder / FENCE_FILE).exists() else folder / SITE_FILE
    if not site.fences:
        message = _(
            "{file} has no fence and no position; it is matched by names and photos only", file=display_path(folder)
        )
        yield _warn(folder, message)
        return
    perimeter = next(fence for fence in site.fences if fence.role == "perimeter")
    across = max(extent_km([(p.lon, p.lat) for p in rings[0]]) for rings in perimeter.rings)
    if across > WARN_EXTENT_KM:
        yield _warn(
            file,
            _(
                "{file}: the perimeter is {across_km} km across; a fence of this size flags whole towns",
                file=display_path(file),
                across_km=round(across),
            ),
        )
    inside = to_shapely(perimeter.rings)
    for number, fence in enumerate(site.fences, 1):
        if fence is not perimeter and inside.disjoint(to_shapely(fence.rings)):
            yield _warn(file, _outside_perimeter(fence, number, display_path(file)))


def _outside_perimeter(fence: Geofence, number: int, file: str) -> Message:
    if fence.role == "zone":
        return _("{file}: feature {feature}, a zone, is entirely outside the perimeter", file=file, feature=number)
    return _("{file}: feature {feature}, a building, is entirely outside the perimeter", file=file, feature=number)


def _check_photos(folder: SitePath, site: Site) -> Iterator[Complaint]:
    for entry in list_folder(folder) if folder.is_dir() else ():
        if not entry.is_dir() and entry.name.lower().endswith(PHOTO_SUFFIXES):
            stray = folder / entry.name
            yield _warn(
                stray, _("{file} is not used; move it to a folder named after its landmark", file=display_path(stray))
            )
    for landmark in site.landmarks:
        place = folder / landmark.id
        if len(landmark.photos) < MIN_PHOTOS:
            yield _warn(
                place,
                _(
                    "{file} has {count} photo(s); add photos from other sides, to at least {fewest}",
                    file=display_path(place),
                    count=len(landmark.photos),
                    fewest=MIN_PHOTOS,
                ),
            )
        for name in landmark.photos:
            if not _is_photo(place / name):
                yield _warn(
                    place / name, _("{file} is not a readable photo; replace it", file=display_path(place / name))
                )
        for entry in list_folder(place):
            if entry.name != LANDMARK_FILE and not entry.name.lower().endswith(PHOTO_SUFFIXES):
                other = place / entry.name
                yield _warn(
                    other, _("{file} is not used; photos must be jpg, png, webp or heic", file=display_path(other))
                )


def _is_photo(path: SitePath) -> bool:
    """Whether the first bytes are those of a JPEG, PNG, WebP or HEIF file."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as stream:
            head = stream.read(12)
    except OSError:
        return False  # the caller warns that the file is not readable
    return (
        head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
        or (head[:4] == b"RIFF" and head[8:] == b"WEBP")
        or (head[4:8] == b"ftyp" and head[8:] in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"))
    )


def _check_between_sites(sites: list[tuple[SitePath, Site]]) -> Iterator[Complaint]:
    """Warn about names, codes and areas that two sites share."""
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    for folder, site in sites:
        file = folder / SITE_FILE
        for name in chain.from_iterable(site.names.values()):
            other = names.setdefault(normalise(name).text, site.id)
            if other != site.id:
                message = _(
                    "{file}: the name {name} is also used by {other}; a post with this name counts for both",
                    file=display_path(file),
                    name=escape_unsafe(name),
                    other=other,
                )
                yield _warn(file, message)
        other = codes.setdefault(site.code.casefold(), site.id)
        if other != site.id:
            message = _(
                "{file}: the code {code} is also used by {other}; reports could not distinguish them",
                file=display_path(file),
                code=escape_unsafe(site.code),
                other=other,
            )
            yield _warn(file, message)
    yield from _check_overlaps(sites)


def _check_overlaps(sites: list[tuple[SitePath, Site]]) -> Iterator[Complaint]:
    from shapely import STRtree

    drawn = [(folder, site, fence) for folder, site in sites for fence in site.fences if fence.role == "perimeter"]
    shapes = [to_shapely(fence.rings) for _folder, _site, fence in drawn]
    pairs = STRtree(shapes).query(shapes, predicate="intersects").T.tolist() if shapes else []
    for one, other in sorted(pairs):
        if one < other:
            folder, site = drawn[other][0], drawn[one][1]
            yield _warn(
                folder,
                _(
                    "{file}: the perimeter overlaps that of {other}; check both",
                    file=display_path(folder),
                    other=site.id,
                ),
            )
