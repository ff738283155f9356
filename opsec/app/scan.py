"""The use case of the program: clips are read, matched, judged and kept.

media + sidecar ──read──▶ hints ──match──▶ matches ──judge──▶ verdict ──keep──▶ case file
                (a worker without             (with the sites, in
                 the sites)                    this process only)
"""

import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from opsec.app.job_count import with_jobs
from opsec.app.likelihood_settings import likelihood_table_from
from opsec.app.scan_clip import NO_COPY, scan_clip
from opsec.app.scan_session import Listener, ReadingCache, ScanSession
from opsec.casefile import audit_trail
from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.database import MEMORY, case_files, landmarks_folder
from opsec.casefile.serialisation import utc_text
from opsec.casefile.temporary_folder import temporary_folder
from opsec.errors import SettingsError
from opsec.ingest.discovery import PostFiles, discover_posts
from opsec.ingest.source import Unpacker
from opsec.matching.matcher import SiteIndex, build_site_index
from opsec.model import Result, Scan, Skipped
from opsec.model.resources import ReaderResources
from opsec.readers.versions import installed_version
from opsec.runtime.event_log import log_event
from opsec.runtime.process_state import pause_garbage_collection
from opsec.sandbox.read_posts import FileReader, read_posts
from opsec.sandbox.supervisor import Supervisor
from opsec.settings import Settings
from opsec.sites.load import load_sites
from opsec.sites.pack import open_sites
from opsec.sites.reference_photos import reference_photos

if TYPE_CHECKING:
    from opsec.matching.landmarks.backend import Backend
    from opsec.matching.landmarks.feature_cache import FeatureCache

_LOG = logging.getLogger(__name__)


def scan(  # noqa: PLR0913 - all that an officer can choose for one scan
    paths: Iterable[str | os.PathLike[str]],
    *,
    sites: str | os.PathLike[str] | None = None,
    case: str | None = None,
    settings: Settings | None = None,
    listener: Listener | None = None,
    leave_out: Iterable[str | os.PathLike[str]] = (),
    own_photos: bool = False,
    only: Callable[[PostFiles | Skipped], bool] | None = None,
    cluster: str | None = None,
) -> Scan:
    """Read every post under these paths, match it with the sites, and judge which posts expose a site.

    Parameters
    ----------
    paths
        Files, folders and archives.
    sites
        Folder of site folders; default: the one of the settings.
    case
        Case file (path or database URL) that keeps what was read; default: nothing is kept.
    settings
        As loaded by ``opsec.settings.load_settings_file``; default: the defaults.
    listener
        Called once a clip with the progress of the scan.
    own_photos
        Include small pictures of the officer's own photos of the landmarks that were recognised.
    leave_out
        Files under the paths that are not posts, such as the results of an earlier scan. The sites and the case file
        are never scanned: the process that opens hostile media must not have them.
    only
        Which posts and skipped files under the paths are meant; default: all.
    cluster
        Address of a Dask scheduler whose machines read the files; default: this machine reads them.

    Returns
    -------
    Scan
        The results in the order of the paths, what was skipped and why, and the counts.

    Examples
    --------
    The list names a film, which is scanned with its row:

    >>> found = scan(["examples/posts/posts.csv"], sites="geofences")
    >>> [(result.clip.path, result.verdict.action, result.verdict.site) for result in found.results]
    [('examples/posts/posts.csv#1', 'act_now', 'falcon-camp'), ('examples/posts/football.mp4', 'nothing_found', None)]

    Raises
    ------
    UsageError, SettingsError, SitesError, CaseError, ClusterError
        A path does not exist, is one of the sites or contains nothing to scan; a configured model, the sites, the
        case file or the cluster cannot be used. A clip never raises: what could not be read is in its coverage.
    """
    settings = with_jobs(settings or Settings())
    ours = load_own_sites(sites, settings, case or MEMORY)
    excluded = [Path(one) for one in (sites or settings.sites, *case_files(case or MEMORY), *leave_out)]
    resources = _usable_resources(settings, ours)
    readers = installed_version(resources)
    with (
        open_case(case or MEMORY) as case_file,
        Supervisor(settings.limits, resources=resources) as supervisor,
        _file_reader(supervisor, cluster, settings, resources, readers) as file_reader,
    ):
        cache = ReadingCache(case_file, supervisor, readers, case_file.known_results())
        unpacker = Unpacker(supervisor.unpack, temporary_folder(case or MEMORY, settings.case))
        found = discover_posts([Path(path) for path in paths], settings.limits, cache.read, unpacker, excluded)
        posts = tuple(one for one in found.posts if only is None or only(one))
        skipped = tuple(one for one in found.skipped if only is None or only(one))
        log_event(_LOG, "discovered", posts=len(posts), skipped=Counter(one.reason.code for one in skipped))
        read = read_posts(posts, file_reader, cache.get, settings.limits)
        new_since = case_file.begin_scan(datetime.now(UTC))
        session = ScanSession(ours, settings, case_file, listener, readers, new_since=new_since)
        results = session.scan_posts(read, len(posts))
        case_file.finish_scan()
        record_weak_isolation(case_file, supervisor.missing_parts)
        return session.report(results, skipped, own_photos=own_photos)


def record_weak_isolation(case_file: CaseFile, missing_parts: Collection[str]) -> None:
    """Record in the audit trail that files were read without these parts of the lock; nothing when there are none."""
    if missing_parts:
        audit_trail.record(
            case_file.transactions,
            "weak_isolation",
            at=datetime.now(UTC),
            detail={"missing": " ".join(sorted(missing_parts))},
        )


@contextmanager
def _file_reader(
    supervisor: Supervisor, cluster: str | None, settings: Settings, resources: ReaderResources, readers: str
) -> Iterator[FileReader]:
    """Yield what reads the files of posts: this machine, or the cluster."""
    if cluster is None:
        yield supervisor
        return
    from opsec.cluster.address import parse_address
    from opsec.cluster.cluster_reader import connect

    address = parse_address(cluster, settings.cluster)
    with connect(address, supervisor, settings.limits, resources, readers) as reader:
        yield reader


def rematch(
    *,
    case: str,
    sites: str | os.PathLike[str] | None = None,
    settings: Settings | None = None,
    listener: Listener | None = None,
    own_photos: bool = False,
) -> Scan:
    """Match every post in the case file with the sites as they are now, without opening a media file.

    Parameters
    ----------
    case
        Case file (path or database URL) of an earlier scan.
    sites, settings, listener, own_photos
        As for ``scan``.

    Returns
    -------
    Scan
        The results in the order of the paths, and the counts. Files that the scan skipped are not stored.

    Raises
    ------
    SettingsError, SitesError, CaseError
        A configured model, the sites or the case file cannot be used.
    """
    settings = settings or Settings()
    ours = load_own_sites(sites, settings, case)
    with open_case(case) as case_file:
        readers = installed_version(resources_from(settings))
        posts = list(case_file.posts(readers))
        now = utc_text(datetime.now(UTC))
        session = ScanSession(ours, settings, case_file, listener, readers, new_since=now, reads_files=False)
        return session.report(session.scan_posts(enumerate(posts), len(posts)), own_photos=own_photos)


def explain_finding(
    number: str,
    *,
    case: str,
    sites: str | os.PathLike[str] | None = None,
    settings: Settings | None = None,
) -> tuple[Result, ...]:
    """Match the clips of a finding again and return their results; nothing is stored and no clip is opened.

    Parameters
    ----------
    number
        Fingerprint of the finding or the beginning of it, or the number that pages show.
    case
        Existing case file (path or database URL).
    sites
        Folder of site folders; default: the one of the settings.
    settings
        Default: the defaults.

    Returns
    -------
    tuple of Result
        Empty when what was read of its posts was purged.

    Raises
    ------
    UsageError, SettingsError, SitesError, CaseError
        The case has no such finding or more than one; the others as for ``scan``.
    """
    settings = settings or Settings()
    with open_case(case) as case_file:
        case_file.decisions.find(number)  # before the sites are loaded, which takes longer
        ours = load_own_sites(sites, settings, case)
        readers = installed_version(resources_from(settings))
        sources = case_file.copies.sources(number)
        posts = case_file.posts_of_finding(number, readers)
        return tuple(scan_clip(post, ours, settings, sources.get(post.path, NO_COPY)) for post in posts)


def resources_from(settings: Settings) -> ReaderResources:
    """Return the models and data for the readers of pictures and sound, as the settings name them.

    Paths are absolute: a reading process does not run in the officer's folder.
    """
    return ReaderResources(
        tessdata=_absolute(settings.signage.tessdata),
        speech_model=_absolute(settings.speech.model),
        aliked=_absolute(settings.landmarks.aliked),
        disk=_absolute(settings.landmarks.disk),
        learned_models=_absolute(settings.landmarks.models),
        depth=settings.depth,
    )


def _absolute(path: str | None) -> str | None:
    return None if path is None else str(Path(path).absolute())


def _usable_resources(settings: Settings, ours: SiteIndex) -> ReaderResources:
    """Return the resources for the readers; a landmark model that does not work here is left out and said on each clip.

    Raises
    ------
    SettingsError
        Another configured resource is missing: its check would be left out without a word.
    """
    resources = resources_from(settings)
    if ours.landmarks.try_model() is not None:
        resources = replace(resources, learned_models="")
    if resources.speech_model is not None:
        from opsec.readers.audio.speech import model_fault

        trouble = model_fault(Path(resources.speech_model))
        if trouble is not None:
            raise SettingsError(trouble)
    return resources


@pause_garbage_collection()
def load_own_sites(folder: str | os.PathLike[str] | None, settings: Settings, case: str) -> SiteIndex:
    """Load the sites, with the features of their landmark photos that are kept beside the case file."""
    started_s = time.monotonic()
    where, beside = open_sites(Path(folder or settings.sites)), landmarks_folder(case)
    sites = load_sites(where, settings.home)
    photos = reference_photos(sites, where)
    # What a pack holds stays in memory: features of its photos are not written to a disk either.
    cache_folder = Path(beside) if beside and isinstance(where, Path) else None
    backend, cache = _landmark_parts(settings, cache_folder, has_photos=bool(photos))
    index = build_site_index(sites, photos, cache, backend, likelihood_table_from(settings))
    log_event(_LOG, "sites_loaded", sites=len(sites), photos=len(photos), took_s=time.monotonic() - started_s)
    return index


def _landmark_parts(
    settings: Settings, cache_folder: Path | None, *, has_photos: bool
) -> "tuple[Backend | None, FeatureCache | None]":
    """Return the configured models and the cache of features; None for what nothing will use.

    Raises
    ------
    SettingsError
        A configured model does not exist, is not valid, or cannot run here.
    """
    resources = resources_from(settings)
    configured = resources.landmark_model is not None or resources.learned_models is not None
    if not has_photos and not configured:
        return None, None
    from opsec.matching.landmarks.backend import load_backend
    from opsec.matching.landmarks.feature_cache import FeatureCache

    backend = load_backend(resources, settings.landmarks.lightglue) if configured else None
    return backend, FeatureCache(cache_folder)
