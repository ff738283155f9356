"""Classified files, and which media file a sidecar belongs to by its name."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from opsec.ingest.file_names import cut_name, described_names, kind_by_name, original_name, stem
from opsec.ingest.source import Source
from opsec.model import ListedPost, Reason

Role = Literal["video", "picture", "info_json", "record", "track", "post_list", "archive"]
SIDECARS: frozenset[Role] = frozenset({"info_json", "record", "track"})


@dataclass(frozen=True, slots=True)
class PostList:
    """Content of a post list: one row for each line after its header, in order."""

    rows: tuple[ListedPost, ...]
    reasons: tuple[Reason, ...] = ()
    """What could not be read in any row."""
    complete: bool = True
    """Whether every row was read whole; otherwise the list is a post of its own beside its rows."""
    paths_from_export_root: bool = False
    """Whether media paths start at the root of an export, often a folder or two above the list."""
    only_with_media: bool = False
    """Whether only rows of media that are scanned count: the officer named a clip beside the list, not the list."""


@dataclass(frozen=True, slots=True)
class ClassifiedFile:
    """A file that is a post or belongs to one."""

    source: Source
    role: Role
    post_list: PostList | None = None
    """Content, for a post list that could be read."""
    reasons: tuple[Reason, ...] = ()


class SidecarOwners:
    """Lookup of media files by the names that a sidecar may use for them.

    Parameters
    ----------
    media
        The media files.
    names_beside
        Names of all files in the folder of a medium that the officer named alone: a cut name may mean one of those.
    """

    def __init__(self, media: Sequence[ClassifiedFile], names_beside: Sequence[str] = ()) -> None:
        self._exact, self._any_case = _MediaByName(media, str), _MediaByName(media, _case_folded)
        self._edited: dict[tuple[str, str], list[ClassifiedFile]] = defaultdict(list)
        self._by_beginning: dict[tuple[str, str], list[ClassifiedFile]] = defaultdict(list)
        self._names_beside = [name for name in names_beside if kind_by_name(name) in ("video", "picture")]
        for one in media:
            original = original_name(one.source.name)
            if original != one.source.name:
                self._edited[one.source.folder, stem(original)].append(one)
            else:
                self._by_beginning[one.source.folder, one.source.name[:_BEGINNING_LENGTH]].append(one)

    def owners_of(self, sidecar: Source) -> Sequence[ClassifiedFile]:
        """Media files that a sidecar belongs to.

        An exact name wins over one that differs in case, and the likeliest name of ``described_names`` over the others.
        A record of Google Photos belongs to the changed copies of its photo, too.
        """
        names_of_it = described_names(sidecar.name)
        owners = (names.owners(sidecar.folder, name) for name in names_of_it for names in (self._exact, self._any_case))
        found = next((media for media in owners if media), ()) or self._owner_of_cut_name(sidecar)
        if not sidecar.name.lower().endswith(".json"):
            return found
        originals = {stem(name) for name in (*names_of_it, *(one.source.name for one in found))}
        return [*found, *(one for name in sorted(originals) for one in self._edited.get((sidecar.folder, name), ()))]

    def _owner_of_cut_name(self, sidecar: Source) -> Sequence[ClassifiedFile]:
        """The one medium whose name begins like the cut name of a record; none where two do."""
        cut = cut_name(sidecar.name)
        if cut is None:
            return ()
        beginning, number = cut
        near = self._by_beginning.get((sidecar.folder, beginning[:_BEGINNING_LENGTH]), [])
        found = [one for one in near if _has_cut_name(one.source.name, beginning, number)]
        beside = [name for name in self._names_beside if _has_cut_name(name, beginning, number)]
        return found if len(found) == 1 and len(beside) <= 1 else ()


_BEGINNING_LENGTH = 40
"""Letters by which media are looked up for a cut name; shorter than any cut name."""


def _has_cut_name(name: str, beginning: str, number: str) -> bool:
    """Whether a medium has a name of which a record bears the beginning, and the number of its copy."""
    return name.startswith(beginning) and original_name(name) == name and stem(name).endswith(number)


class _MediaByName:
    """Lookup of media files by name, with and without extension, after one normalisation."""

    def __init__(self, media: Sequence[ClassifiedFile], form: Callable[[str], str]) -> None:
        self._form = form
        self._by_name: dict[tuple[str, str], list[ClassifiedFile]] = defaultdict(list)
        self._by_stem: dict[tuple[str, str], list[ClassifiedFile]] = defaultdict(list)
        for one in media:
            name = form(one.source.name)
            self._by_name[one.source.folder, name].append(one)
            self._by_stem[one.source.folder, stem(name)].append(one)

    def owners(self, folder: str, base: str) -> Sequence[ClassifiedFile]:
        """Media files with this whole name, else with this stem."""
        key = (folder, self._form(base))
        return self._by_name.get(key) or _videos_first(self._by_stem.get(key, []))


def _case_folded(name: str) -> str:
    """Normalise and case-fold a name (NFC, UAX #15): cameras, phones and Macs differ in case and composition."""
    return unicodedata.normalize("NFC", name).casefold()


def _videos_first(found: Sequence[ClassifiedFile]) -> Sequence[ClassifiedFile]:
    """Prefer videos: an image with the same name as a video is its thumbnail."""
    return [one for one in found if one.role == "video"] or found


def media_files(found: Sequence[ClassifiedFile]) -> list[ClassifiedFile]:
    """The media files among classified files."""
    return [one for one in found if one.role in ("video", "picture")]
