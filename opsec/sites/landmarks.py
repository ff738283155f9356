"""Load the landmarks of a site: reference photos, and ``landmark.toml`` with names and position."""

from collections.abc import Iterator

from opsec.errors import SitesError
from opsec.i18n.messages import _
from opsec.model import Geofence, Landmark, Point
from opsec.sites.bounded_files import display_path, list_folder, parse_toml, read_bounded, refuse_outside_link
from opsec.sites.faults import Faults
from opsec.sites.fence_file import find_zone, is_swapped_against
from opsec.sites.file_names import LANDMARK_FILE, PHOTO_SUFFIXES, TOML_MIB
from opsec.sites.packed_tree import SitePath
from opsec.sites.ring_validation import HomeRegion
from opsec.sites.site_file import LandmarkFile, parse_model, validate_id, validate_names, validate_position

_MAX_PHOTOS = 1_000


class LandmarkLoader:
    """Load the landmarks of one site.

    Parameters
    ----------
    root
        Folder of all sites; links may not leave it.
    home
        Region of the sites, to detect swapped coordinates.
    fences
        Fences of the site; None when they could not be read, so that nothing is compared with them.
    faults
        Raises or collects the faults.
    """

    def __init__(self, root: SitePath, home: HomeRegion, fences: tuple[Geofence, ...] | None, faults: Faults) -> None:
        self._root, self._home, self._fences, self._faults = root, home, fences, faults

    def load(self, folder: SitePath) -> Iterator[Landmark]:
        """Yield every landmark of a folder, sorted by id.

        Raises
        ------
        SitesError
            The first fault, unless faults are collected.
        """
        refuse_outside_link(folder, self._root)
        if not (folder.exists() or folder.is_symlink()):
            return
        for entry in list_folder(folder):
            path = folder / entry.name
            found = self._faults.attempt(lambda path=path: self._load_entry(path), None)  # type: ignore[misc]
            if found is not None:
                yield found

    def _load_entry(self, folder: SitePath) -> Landmark | None:
        refuse_outside_link(folder, self._root)
        return self._load_landmark(folder) if folder.is_dir() else None

    def _load_landmark(self, folder: SitePath) -> Landmark:
        path = folder / LANDMARK_FILE
        refuse_outside_link(path, self._root)
        file = display_path(path)
        raw = parse_toml(read_bounded(path, TOML_MIB), file) if path.exists() else {}
        written = parse_model(raw, LandmarkFile, file, self._faults)
        attempt = self._faults.attempt
        return Landmark(
            id=attempt(lambda: validate_id(folder.name, folder, display_path(folder)), folder.name),
            photos=attempt(lambda: _photo_names(folder, self._root), ()),
            names=validate_names(written.names, "names", file, self._faults),
            position=attempt(lambda: self._position(written, file), None),
            heading_deg=written.heading,
            zone=attempt(lambda: self._zone(written, file), None),
            sensitivity=written.sensitivity,
        )

    def _zone(self, written: LandmarkFile, file: str) -> str | None:
        if written.zone is None or self._fences is None:
            return written.zone
        return find_zone(written.zone, self._fences, file)

    def _position(self, written: LandmarkFile, file: str) -> Point | None:
        position = validate_position(written.position, self._home, file)
        for fence in (self._fences or ())[:1] if position else ():
            if position and is_swapped_against(position, fence.rings[0][0][0]):
                raise SitesError(
                    _(
                        "{file}: latitude and longitude of position look swapped compared with the fence; "
                        "write [latitude, longitude]",
                        file=file,
                    )
                )
        return position


def _photo_names(folder: SitePath, root: SitePath) -> tuple[str, ...]:
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
