"""Create site folders from a map file: one folder for each base with its zones, buildings and landmarks."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from opsec.errors import SitesError
from opsec.i18n.messages import Message, _, ngettext
from opsec.i18n.safe_text import escape_unsafe
from opsec.sites.bounded_files import display_path
from opsec.sites.importing.base_parts import BasePart, ChoosePart, propose_part
from opsec.sites.importing.folder_names import check_given_ids, propose_ids
from opsec.sites.importing.grouping import GroupedBase, folder_name, group_places
from opsec.sites.importing.place_types import is_fence_name, propose_site_kind
from opsec.sites.importing.raw_place import split_languages
from opsec.sites.importing.read_places import read_places
from opsec.sites.importing.site_writer import ImportedSite, write_site
from opsec.sites.load import load_sites
from opsec.sites.ring_validation import HomeRegion
from opsec.sites.site_file import validate_text


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import created, and what it left out."""

    sites: tuple[ImportedSite, ...]
    skipped: tuple[Message, ...]
    """One sentence for each entry that was not imported."""


def keep_part(_base: str, part: BasePart) -> BasePart:
    """Take a part as it is proposed."""
    return part


def leave_out_part(_base: str, _part: BasePart) -> None:
    """Import no part of a base."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a map is imported."""

    ids: Sequence[str] = ()
    """Names of the new folders, in the order of the bases; without any they are proposed from the names."""
    choose: ChoosePart = keep_part
    """Decides on each zone, building and landmark."""
    close: bool = False
    """Whether to close lines that are open."""


def import_places(file: Path, into: Path, home: HomeRegion, options: ImportOptions | None = None) -> ImportResult:
    """Create a site for each base on a map: KML, KMZ, GeoJSON, GPX or uMap.

    A base that is only a point gets a round fence of 250 m. Nothing is created unless the whole file could be read.

    Parameters
    ----------
    file
        The map.
    into
        Folder of the sites.
    home
        Region of the sites, to detect swapped coordinates.
    options
        How it is imported; default: everything, as it is proposed.

    Raises
    ------
    SitesError
        The file cannot be used, a folder of that name exists, or writing fails.
    UsageError
        The ids do not fit the bases.
    """
    options = options or ImportOptions()
    contents = read_places(file, home, options.close)
    bases = group_places(contents.places)
    names = [_site_names(base, number, display_path(file)) for number, base in enumerate(bases, 1)]
    given = options.ids
    chosen = check_given_ids(given, [known[0] for known in names]) if given else propose_ids(names)
    for id_ in chosen:
        _refuse_existing(into / id_, file)
    skipped = list(contents.skipped)
    sites: list[ImportedSite] = []
    for base, known, id_ in zip(bases, names, chosen, strict=True):
        parts, left_out = _parts(base, known[0], options.choose, display_path(file))
        skipped += left_out
        kind = propose_site_kind(known)
        sites.append(
            ImportedSite(id_, known, into / id_, kind, base.place.polygons, base.place.point, tuple(parts)),
        )
    _write_all(sites, into, home)
    return ImportResult(tuple(sites), tuple(skipped))


def _site_names(base: GroupedBase, number: int, file: str) -> tuple[str, ...]:
    """Names of a base, else that of its folder on the map, else its number."""
    names = list(base.names)
    folder = [part for name in folder_name(base) for part in split_languages(name)]
    if folder and (is_fence_name(names) or set(folder) & set(names)):  # a folder named like the base, in two languages
        names = list(dict.fromkeys(folder if is_fence_name(names) else [*names, *folder]))
    for name in names:
        validate_text(name, f"name {base.place.number}", file)
    return tuple(names) or (f"Site {number}",)


def _parts(base: GroupedBase, name: str, choose: ChoosePart, file: str) -> tuple[list[BasePart], list[Message]]:
    """Propose and choose the parts of a base; return them, and a sentence about those left out."""
    kept: list[BasePart] = []
    left_out: list[str] = []
    for _index, place in sorted(base.parts, key=lambda part: part[0]):
        for text in place.names:
            validate_text(text, f"name {place.number}", file)
        part = choose(name, propose_part(place))
        if part is None:
            left_out.append(place.names[0] if place.names else f"#{place.number}")
        else:
            kept.append(part)
    if not left_out:
        return kept, []
    listed = escape_unsafe(", ".join(left_out), limit=200)
    return kept, [
        ngettext(
            "{n} place inside {base} was left out: {places}",
            "{n} places inside {base} were left out: {places}",
            len(left_out),
            base=escape_unsafe(name),
            places=listed,
        )
    ]


def _refuse_existing(folder: Path, file: Path) -> None:
    if os.path.lexists(folder):
        raise SitesError(
            _(
                "{folder} already exists and is not overwritten; name the new folder with --id, rename the place in "
                "{file} or move the folder",
                folder=display_path(folder),
                file=display_path(file),
            )
        )


def _write_all(sites: Iterable[ImportedSite], into: Path, home: HomeRegion) -> None:
    """Write to a temporary folder, load it as a check, then rename each folder into place."""
    try:
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".import-", dir=into))
        try:
            for site in sites:
                write_site(site, draft / site.id)
            load_sites(draft, home)
            for site in sites:
                (draft / site.id).rename(site.folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise SitesError(
            _(
                "{folder} cannot be written ({error}); free some space or choose another folder with --sites",
                folder=display_path(into),
                error=error.strerror or "",
            )
        ) from error
