"""The sentence that the nouns make: clips are read, matched, judged and kept.

media + sidecar ──read──▶ hints ──match──▶ matches ──judge──▶ verdict ──keep──▶ case file
                (a worker that                (our sites,
                 never holds a site)           this process only)
"""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from opsec.app.clip_assembly import put_together
from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.database import MEMORY, files_of, landmarks_of
from opsec.errors import CaseError, SettingsError
from opsec.i18n.messages import reason
from opsec.ingest.discovery import find_posts
from opsec.ingest.source import OpenFile
from opsec.matching.landmarks.backend import backend_of
from opsec.matching.landmarks.feature_cache import Shelf
from opsec.matching.layout.assessment import assess
from opsec.matching.matcher import OurSites, answered, match, prepare
from opsec.model import FLAGGING, Counts, FileKind, Part, Picture, Progress, Reading, ReadPost, Result, Scan, Skipped
from opsec.model.own_photos import photo_key, wanted_photos
from opsec.model.resources import Kit
from opsec.readers.audio import speech
from opsec.readers.registry import equipped, readers_version
from opsec.sandbox.read_posts import read_posts
from opsec.sandbox.supervisor import Supervisor
from opsec.settings import Settings
from opsec.sites.load import load_sites, sites_sha256
from opsec.sites.reference_photos import reference_photos
from opsec.verdict.judge import judge

Listener = Callable[[Progress], None]
HIDES_NOTHING = frozenset(
    {
        "not_a_clip", "no_posts", "empty", "unknown_type",  # looked at, and nothing of ours
        "link_in", "a_folder",  # scanned under its own name
        "our_sites",  # no posts
        "old_letters", "column_ignored", "bad_times", "bad_place", "places_disagree", "odd_fields",  # remarks
    }
)  # fmt: skip
"""Reasons for leaving something out behind which there surely is no clip; behind any other there may be one, and
it counts as not fully checked. So does a link that leads out of the folder: not to follow it is this program's
caution, not the officer's wish, and the clip behind it was not looked at."""


def scan_clip(post: ReadPost, ours: OurSites, settings: Settings) -> Result:
    """One post, from what was read of it to its verdict. Pure: same post, sites and settings, same result."""
    read = put_together(post)
    matches = match(read, ours)
    clip = answered(read, ours)
    layout, worse, shown = assess(clip, matches, ours.sites)
    return replace(judge(clip, (*matches, *worse), ours.sites, settings.thresholds, layout), shown=shown)


def scan(  # noqa: PLR0913 - all that an officer can choose for one scan
    paths: Iterable[str | os.PathLike[str]],
    *,
    sites: str | os.PathLike[str] | None = None,
    case: str | None = None,
    settings: Settings | None = None,
    listener: Listener | None = None,
    leave_out: Iterable[str | os.PathLike[str]] = (),
    own_photos: bool = False,
) -> Scan:
    """Read every post under these paths, and tell which of them expose one of our sites.

    Parameters
    ----------
    paths
        Files, folders and archives.
    sites
        Folder of site folders; default: the one of the settings.
    case
        Case file (path or database URL) that remembers what was read; default: nothing is remembered.
    settings
        As loaded by ``opsec.settings.load``; default: the defaults.
    listener
        Told once a clip how far the scan is.
    own_photos
        Carry small pictures of our own photos of the landmarks that were seen, for a page of the officer's own.
    leave_out
        Files under the paths that are no posts, as the results of an earlier scan; beside the sites and the case
        file, which are never scanned: whoever opens hostile media must not hold them.

    Raises
    ------
    UsageError, SettingsError, SitesError, CaseError
        A path is missing, is ours or holds nothing to scan; a model that is set, the sites or the case file
        cannot be used.
        A clip never raises: what could not be read is in its coverage.
    """
    settings = settings or Settings()
    ours = _our_sites(sites, settings, case or MEMORY)
    own = [Path(one) for one in (sites or settings.sites, *files_of(case or MEMORY), *leave_out)]
    kit = kit_of(settings)
    _refuse_half_a_kit(kit)
    readers = readers_version(equipped(kit))
    with open_case(case or MEMORY) as kept, Supervisor(settings.limits, kit=kit) as worker:
        memory = _Memory(kept, worker, readers)
        inbox = find_posts([Path(path) for path in paths], settings.limits, memory.read, worker.unpack, own)
        read = read_posts(inbox.posts, worker, memory.recall, settings.limits)
        desk = _Desk(ours, settings, kept, listener, readers)
        return desk.report(desk.judged(read, len(inbox.posts)), inbox.skipped, own_photos=own_photos)


def rematch(
    *,
    case: str,
    sites: str | os.PathLike[str] | None = None,
    settings: Settings | None = None,
    listener: Listener | None = None,
    own_photos: bool = False,
) -> Scan:
    """Match everything that the case file remembers with the sites as they are now. Opens no medium."""
    settings = settings or Settings()
    ours = _our_sites(sites, settings, case)
    with open_case(case) as kept:
        readers = readers_version(equipped(kit_of(settings)))
        posts = list(kept.posts(readers))
        desk = _Desk(ours, settings, kept, listener, readers)
        return desk.report(desk.judged(enumerate(posts), len(posts)), own_photos=own_photos)


@dataclass(frozen=True, slots=True)
class _Memory:
    """What the case file remembers of contents, and a worker for what it does not."""

    kept: CaseFile
    worker: Supervisor
    readers: str
    """Version of today's readers and of what they are equipped with."""

    def recall(self, sha256: str, kind: FileKind) -> Reading | None:
        """The reading that today's readers made of this content before."""
        return self.kept.reading(sha256, kind, self.readers)

    def read(self, file: OpenFile) -> Reading:
        """The reading of a list or an archive, which is no clip of its own: from memory, or made and remembered."""
        known = self.recall(file.sha256, file.kind)
        if known is not None:
            return known
        reading = self.worker.read(file)
        self.kept.keep_reading(file.sha256, file.kind, reading, readers_version=self.readers, at=datetime.now(UTC))
        return reading


@dataclass(frozen=True)
class _Desk:
    """What every clip of one scan is judged with, and where it is kept."""

    ours: OurSites
    settings: Settings
    kept: CaseFile
    listener: Listener | None
    readers: str
    """As in ``_Memory``."""

    @cached_property
    def marks(self) -> dict[str, str]:
        """Fingerprints of the settings and the sites; a thousand fences take a while to go through."""
        ours = self.ours
        return {
            "settings_sha256": self.settings.sha256(ours.landmarks.models),
            "sites_sha256": sites_sha256(ours.sites, [photo.sha256 for photo in ours.photos]),
        }

    @cached_property
    def codes(self) -> dict[str, str]:
        """Site id → the code that shared reports use."""
        return {site.id: site.code for site in self.ours.sites}

    def judged(self, posts: Iterable[tuple[int, ReadPost]], total: int) -> tuple[Result, ...]:
        """Results in the order of the posts' numbers; each is safe in the case file before the next one begins."""
        results: dict[int, Result] = {}
        for number, post in posts:
            results[number] = result = self._kept(post, self._without_falling(post))
            if self.listener is not None:
                status = result.clip.coverage.status
                self.listener(Progress(len(results), total, post.path, status, is_flagged(result)))
        return tuple(results[number] for number in sorted(results))

    def _without_falling(self, post: ReadPost) -> Result:
        """A fault of ours on one clip marks that clip; it is said, it changes the exit code, and the run goes on."""
        try:
            return scan_clip(post, self.ours, self.settings)
        except CaseError:
            raise  # what lies beside the case file cannot be written: no clip's fault
        except Exception as fault:  # noqa: BLE001 - whatever it is, the other clips must still be scanned
            return self._fallen(post, fault)

    def _fallen(self, post: ReadPost, fault: Exception) -> Result:
        """A clip that our own code fell over."""
        trouble = Reading(status="unread", reasons=(reason("internal", error=type(fault).__name__),))
        bare = Part(role="media", path=post.path, sha256=None, kind=None, reading=trouble)
        # Without its name, its words and its hints: one of them may be what our code fell over.
        nothing = scan_clip(ReadPost(path="", parts=(bare,)), self.ours, self.settings)
        return replace(nothing, clip=replace(nothing.clip, path=post.path))

    def _kept(self, post: ReadPost, result: Result) -> Result:
        """The result as it is in the case file: of one that does not fit into it, that our code fell over the clip."""
        try:
            self._keep(post, result)
        except ValueError as fault:  # of a record that breaks its own bounds
            result = self._fallen(post, fault)
            self._keep(post, result)
        return result

    def _keep(self, post: ReadPost, result: Result) -> None:
        self.kept.keep(
            post,
            result,
            readers_version=self.readers,
            site_codes=self.codes,
            at=datetime.now(UTC),
            **self.marks,
        )

    def report(
        self, results: tuple[Result, ...], skipped: tuple[Skipped, ...] = (), *, own_photos: bool = False
    ) -> Scan:
        """Everything there is to say, counted."""
        scan = Scan(
            settings_sha256=self.marks["settings_sha256"],
            sites_sha256=self.marks["sites_sha256"],
            site_codes=self.codes,
            results=results,
            skipped=skipped,
            counts=_counts(results, skipped),
        )
        return replace(scan, own_photos=_own_photos(scan, self.ours)) if own_photos else scan


def _own_photos(scan: Scan, ours: OurSites) -> dict[str, Picture]:
    """Small pictures of our photos that the sightings of a scan speak of."""
    found = ((key, ours.landmarks.thumbnail(*key)) for key in sorted(wanted_photos(scan)))
    return {photo_key(*key): picture for key, picture in found if picture is not None}


def kit_of(settings: Settings) -> Kit:
    """What the readers of pictures and sound may use, by the settings; a reading process stands in no folder of ours,
    so paths are whole."""
    return Kit(
        tessdata=_whole(settings.signage.tessdata),
        speech_model=_whole(settings.speech.model),
        aliked=_whole(settings.landmarks.aliked),
        disk=_whole(settings.landmarks.disk),
    )


def _whole(path: str | None) -> str | None:
    return None if path is None else str(Path(path).absolute())


def _refuse_half_a_kit(kit: Kit) -> None:
    """What the officer set up and is not there is an error: a check must not fall silent."""
    trouble = speech.trouble(Path(kit.speech_model)) if kit.speech_model is not None else None
    if trouble is not None:
        raise SettingsError(trouble)


def _our_sites(folder: str | os.PathLike[str] | None, settings: Settings, case: str) -> OurSites:
    """The sites, and beside the case file what is known of their landmarks."""
    where, beside = Path(folder or settings.sites), landmarks_of(case)
    sites = load_sites(where, settings.home)
    backend = backend_of(kit_of(settings), settings.landmarks.lightglue)
    return prepare(sites, reference_photos(sites, where), Shelf(Path(beside) if beside else None), backend)


def _counts(results: Sequence[Result], skipped: Sequence[Skipped]) -> Counts:
    hiding = sum(one.reason.code not in HIDES_NOTHING for one in skipped)
    states = [result.clip.coverage.status for result in results]
    return Counts(
        clips=len(results),
        read=sum(state != "unread" for state in states),
        flagged=sum(map(is_flagged, results)),
        hidden=sum(finding.state == "hidden" for result in results for finding in result.findings),
        not_fully_checked=sum(state != "read" for state in states) + hiding,
    )


def is_flagged(result: Result) -> bool:
    """Whether the clip has an open finding that asks an officer for something."""
    return any(finding.state == "open" and finding.action in FLAGGING for finding in result.findings)
