"""What is wrong with the sites, all of it at once: errors that loading refuses, warnings about what will hurt later."""

import stat
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from opsec.errors import SitesError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import plain
from opsec.model import Geofence, Site
from opsec.sites.bounded_files import listed, shown
from opsec.sites.complaint import Complaint
from opsec.sites.load import FENCE_FILE, LANDMARK_FILE, LANDMARKS, PHOTO_SUFFIXES, SITE_FILE, read_site, site_folders
from opsec.sites.ring_validation import Home, across_km, shape
from opsec.text.common_words import is_everyday
from opsec.text.normalise import fold

WIDE_KM = 50
FEWEST_PHOTOS = 3


def check_sites(folder: Path, home: Home) -> tuple[Complaint, ...]:
    """Everything that loading would refuse, of every site, then everything an officer had better know.

    ``home`` is the land where the sites lie: south, west, north, east in degrees.
    """
    try:
        folders = site_folders(folder)
    except SitesError as refused:
        return (Complaint("error", shown(folder), refused.message),)
    sites: list[tuple[Path, Site]] = []
    errors: list[Complaint] = []
    for path in folders:
        try:
            sites.append((path, read_site(path, folder, home)))
        except SitesError as refused:
            errors.append(Complaint("error", shown(path), refused.message))
    one_by_one = chain.from_iterable(_one_site(path, site) for path, site in sites)
    return (*errors, *_readable_by_others(folder), *one_by_one, *_between(sites))


def _warn(file: Path, message: Message) -> Complaint:
    return Complaint("warning", shown(file), message)


def _readable_by_others(folder: Path) -> Iterator[Complaint]:
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield _warn(
            folder,
            _("{file} can be read by other accounts of this machine; close it with chmod 700", file=shown(folder)),
        )


def _one_site(folder: Path, site: Site) -> Iterator[Complaint]:
    yield from _names(folder / SITE_FILE, site)
    yield from _fences(folder, site)
    yield from _photos(folder / LANDMARKS, site)
    if site.quiet_hours and not site.time_zone:
        file = folder / SITE_FILE
        yield _warn(
            file,
            _('{file}: quiet_hours are not used without time_zone; add time_zone = "Asia/Baghdad"', file=shown(file)),
        )


def _names(file: Path, site: Site) -> Iterator[Complaint]:
    for name in chain.from_iterable([*site.names.values(), *site.unit_names.values()]):
        if is_everyday(name):
            yield _warn(
                file,
                _("{file}: the name {name} is an everyday word; move it to weak", file=shown(file), name=plain(name)),
            )
        elif len(fold(name).text) < 3:
            yield _warn(
                file,
                _(
                    "{file}: the name {name} is so short that it would be found in many words; move it to weak",
                    file=shown(file),
                    name=plain(name),
                ),
            )
    if fold(site.code).text in {fold(name).text for name in (site.id, *chain.from_iterable(site.names.values()))}:
        yield _warn(
            file, _("{file}: the code is the name of the site, and shared reports would show it", file=shown(file))
        )


def _fences(folder: Path, site: Site) -> Iterator[Complaint]:
    file = folder / FENCE_FILE if (folder / FENCE_FILE).exists() else folder / SITE_FILE
    if not site.fences:
        message = _(
            "{file} has no fence and no position, so it is matched by words and photos alone", file=shown(folder)
        )
        yield _warn(folder, message)
        return
    perimeter = next(fence for fence in site.fences if fence.role == "perimeter")
    across = max(across_km([(p.lon, p.lat) for p in rings[0]]) for rings in perimeter.rings)
    if across > WIDE_KM:
        yield _warn(
            file,
            _(
                "{file}: the perimeter is {across_km} km across; a fence this wide flags whole towns",
                file=shown(file),
                across_km=round(across),
            ),
        )
    inside = shape(perimeter.rings)
    for number, fence in enumerate(site.fences, 1):
        if fence is not perimeter and inside.disjoint(shape(fence.rings)):
            yield _warn(file, _outside(fence, number, shown(file)))


def _outside(fence: Geofence, number: int, file: str) -> Message:
    if fence.role == "zone":
        return _("{file}: feature {feature}, a zone, lies wholly outside the perimeter", file=file, feature=number)
    return _("{file}: feature {feature}, a building, lies wholly outside the perimeter", file=file, feature=number)


def _photos(folder: Path, site: Site) -> Iterator[Complaint]:
    for entry in listed(folder) if folder.is_dir() else ():
        if not entry.is_dir() and entry.name.lower().endswith(PHOTO_SUFFIXES):
            stray = folder / entry.name
            yield _warn(
                stray, _("{file} is not used; move it into a folder named after its landmark", file=shown(stray))
            )
    for landmark in site.landmarks:
        place = folder / landmark.id
        if len(landmark.photos) < FEWEST_PHOTOS:
            yield _warn(
                place,
                _(
                    "{file} holds {count} photo(s); add some from other sides, {fewest} at least",
                    file=shown(place),
                    count=len(landmark.photos),
                    fewest=FEWEST_PHOTOS,
                ),
            )
        for name in landmark.photos:
            if not _is_picture(place / name):
                yield _warn(
                    place / name, _("{file} is no picture that can be read; replace it", file=shown(place / name))
                )
        for entry in listed(place):
            if entry.name != LANDMARK_FILE and not entry.name.lower().endswith(PHOTO_SUFFIXES):
                other = place / entry.name
                yield _warn(other, _("{file} is not used; photos are jpg, png, webp or heic", file=shown(other)))


def _is_picture(path: Path) -> bool:
    """By the first bytes (JPEG, PNG, WebP, HEIF), whatever the name says."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as stream:
            head = stream.read(12)
    except OSError:
        return False  # the warning that follows says that it cannot be read
    return (
        head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
        or (head[:4] == b"RIFF" and head[8:] == b"WEBP")
        or (head[4:8] == b"ftyp" and head[8:] in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"))
    )


def _between(sites: list[tuple[Path, Site]]) -> Iterator[Complaint]:
    """What two sites have in common and should not."""
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    for folder, site in sites:
        file = folder / SITE_FILE
        for name in chain.from_iterable(site.names.values()):
            other = names.setdefault(fold(name).text, site.id)
            if other != site.id:
                message = _(
                    "{file}: the name {name} is also that of {other}; a post with it is held against both",
                    file=shown(file),
                    name=plain(name),
                    other=other,
                )
                yield _warn(file, message)
        other = codes.setdefault(site.code.casefold(), site.id)
        if other != site.id:
            message = _(
                "{file}: the code {code} is also that of {other}; reports could not tell them apart",
                file=shown(file),
                code=plain(site.code),
                other=other,
            )
            yield _warn(file, message)
    yield from _overlaps(sites)


def _overlaps(sites: list[tuple[Path, Site]]) -> Iterator[Complaint]:
    from shapely import STRtree

    drawn = [(folder, site, fence) for folder, site in sites for fence in site.fences if fence.role == "perimeter"]
    shapes = [shape(fence.rings) for _folder, _site, fence in drawn]
    pairs = STRtree(shapes).query(shapes, predicate="intersects").T.tolist() if shapes else []
    for one, other in sorted(pairs):
        if one < other:
            folder, site = drawn[other][0], drawn[one][1]
            yield _warn(
                folder,
                _("{file}: its perimeter overlaps that of {other}; check both", file=shown(folder), other=site.id),
            )
