"""One scan: every post matched and judged, kept in the case file before the next one, and counted at the end."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from opsec import __version__
from opsec.app.copies import find_copies, linked_pairs, medium_sha256, missing_sites, posts_again
from opsec.app.scan_clip import NO_COPY, is_flagged, scan_clip, unread_result
from opsec.app.shared_parts import SharedParts
from opsec.casefile.case_file import CaseFile
from opsec.casefile.copies import CopySource
from opsec.errors import CaseError
from opsec.i18n.reasons import make_reason
from opsec.ingest.source import OpenFile
from opsec.matching.matcher import SiteIndex
from opsec.model import (
    Counts,
    FileKind,
    KnownFinding,
    Picture,
    Progress,
    Reading,
    ReadPost,
    Result,
    Scan,
    Skipped,
)  # fmt: skip
from opsec.model.finding import own_photo_key, referenced_photos
from opsec.model.reasons import REASONS
from opsec.runtime.event_log import log_event
from opsec.runtime.program_faults import count_faults, fault_of
from opsec.sandbox.supervisor import Supervisor
from opsec.settings import Settings
from opsec.sites.load import sites_sha256

Listener = Callable[[Progress], None]
MAX_BATCH_POSTS = 200
"""Posts without a file that are written in one transaction: so many are scanned anew after a power failure."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _ScannedPost:
    """A post with its number and its result, not yet kept."""

    number: int
    post: ReadPost
    result: Result


@dataclass(frozen=True, slots=True)
class ReadingCache:
    """Readings of earlier scans in the case file, and the worker processes for files that are not there."""

    case_file: CaseFile
    supervisor: Supervisor
    readers: str
    """Version of the current readers and of their resources (``readers_version``)."""
    own_results: frozenset[str] = frozenset()
    """SHA-256 of the results of earlier scans, which are no posts."""

    def get(self, sha256: str, kind: FileKind) -> Reading | None:
        """Return the stored reading of a file with this content, if the current readers made it."""
        return self.case_file.reading(sha256, kind, self.readers)

    def read(self, file: OpenFile) -> Reading:
        """Return the reading of a list or an archive, which is no clip of its own, and keep it if it is new."""
        if file.sha256 in self.own_results:
            return Reading(reasons=(make_reason("own_result"),))
        known = self.get(file.sha256, file.kind)
        if known is not None:
            return known
        reading = self.supervisor.read(file)
        self.case_file.save_reading(file.sha256, file.kind, reading, readers_version=self.readers, at=datetime.now(UTC))
        return reading


@dataclass(frozen=True)
class ScanSession:
    """What every post of one scan is judged with, and where its result is kept."""

    ours: SiteIndex
    settings: Settings
    case_file: CaseFile
    listener: Listener | None
    readers: str
    """As in ``ReadingCache``."""
    new_since: str = ""
    """Findings first seen at or after this time (RFC 3339, UTC) are new."""
    reads_files: bool = True
    """Whether the posts were read just now; otherwise faults in their readings were recorded by an earlier scan."""

    @cached_property
    def fingerprints(self) -> dict[str, str]:
        """Fingerprints of the settings and the sites; computing those of a thousand fences takes a while."""
        ours = self.ours
        return {
            "settings_sha256": self.settings.sha256(ours.landmarks.model_names, ours.table.sha256),
            "sites_sha256": sites_sha256(ours.sites, [photo.sha256 for photo in ours.photos]),
        }

    @cached_property
    def shared_parts(self) -> SharedParts:
        """Parts that the results of this scan have in common."""
        return SharedParts()

    @cached_property
    def site_codes(self) -> dict[str, str]:
        """Site id → the code that shared reports use."""
        return {site.id: site.code for site in self.ours.sites}

    def scan_posts(self, posts: Iterable[tuple[int, ReadPost]], total: int) -> tuple[Result, ...]:
        """Scan posts as they arrive; a result is safe in the case file before the listener is told of it.

        Posts without a file, such as the rows of a list, are written together.

        Parameters
        ----------
        posts
            Each with its number.
        total
            Number of posts, for the listener.

        Returns
        -------
        tuple of Result
            In the order of the numbers.
        """
        results: dict[int, Result] = {}
        batch: list[_ScannedPost] = []
        try:
            for number, post in posts:
                batch.append(_ScannedPost(number, post, self._scan(post)))
                if post.parts or len(batch) >= MAX_BATCH_POSTS:
                    self._finish_batch(batch, results, total)
        finally:  # what was scanned before an interruption is kept
            self._finish_batch(batch, results, total)
        self._flag_copies(results)
        return tuple(results[number] for number in sorted(results))

    def _finish_batch(self, batch: "list[_ScannedPost]", results: dict[int, Result], total: int) -> None:
        """Keep the results of a batch, empty it, and report the progress."""
        kept, done = self._keep_batch(batch), [*batch]
        batch.clear()
        for one, result in zip(done, kept, strict=True):
            results[one.number] = self.shared_parts.share(result)
            self._record_faults(one.post, result)
            if self.listener is not None:
                status = result.clip.coverage.status
                self.listener(Progress(len(results), total, one.post.path, status, is_flagged(result)))

    def _keep_batch(self, batch: "Sequence[_ScannedPost]") -> list[Result]:
        """Keep results in one transaction; where one breaks a bound, each in its own."""
        if len(batch) > 1:
            try:
                with self.case_file.saving_together([one.post for one in batch]):
                    known = [self._write(one.post, one.result) for one in batch]
            except ValueError as error:
                log_event(_LOG, "fault", error=error)
            else:
                return [self._decided(one.result, of) for one, of in zip(batch, known, strict=True)]
        return [self._keep(one.post, one.result) for one in batch]

    def _flag_copies(self, results: dict[int, Result]) -> None:
        """Flag the copies of flagged clips, and let the findings of one clip share their decisions."""
        copies = self.case_file.copies
        numbers = {(one.clip.path, one.clip.sha256): number for number, one in results.items()}
        found = find_copies(self.case_file, {sha256 for _path, sha256 in numbers if sha256}, self.new_since)
        links, changed = list(found.links), set[int]()
        for post, sources in posts_again(self.case_file, found.sources, self.readers):
            number = numbers.get((post.path, medium_sha256(post)))
            missing = missing_sites(self._scan(post) if number is None else results[number], sources)
            if missing:
                result = self._keep(post, self._scan(post, missing))
                links += linked_pairs(result, missing)
                if number is not None:
                    results[number] = result
                    changed.add(number)
        now = datetime.now(UTC)
        copies.link(sorted(links), now)
        copies.note_reappearances(self.new_since, now)
        copies.forget_outdated(self.new_since)
        linked = {fingerprint for pair in links for fingerprint in pair}
        for number, result in results.items():
            if number in changed or any(finding.fingerprint in linked for finding in result.findings):
                known = copies.known(result.clip.path, result.clip.sha256 or "", now, numbered=self.case_file.is_kept)
                results[number] = with_decisions(result, known, self.new_since)

    def _scan(self, post: ReadPost, copy_of: Mapping[str, CopySource] = NO_COPY) -> Result:
        """Scan one post; a fault of this program marks that post alone, and the run goes on."""
        started_s = time.monotonic()
        try:
            result = scan_clip(post, self.ours, self.settings, copy_of)
        except CaseError:
            raise  # files beside the case file cannot be written: no clip is at fault
        except Exception as error:  # noqa: BLE001 - whatever it is, the other clips must still be scanned
            log_event(_LOG, "fault", error=error)
            return unread_result(post, error, self.ours, self.settings)
        _log_result(result, time.monotonic() - started_s)
        return result

    def _keep(self, post: ReadPost, result: Result) -> Result:
        """Keep a result in the case file, or the fault if it breaks a bound; return it with the decisions about it."""
        try:
            known = self._write(post, result)
        except ValueError as error:
            log_event(_LOG, "fault", error=error)
            result = unread_result(post, error, self.ours, self.settings)
            known = self._write(post, result)
        return self._decided(result, known)

    def _decided(self, result: Result, known: Mapping[str, KnownFinding]) -> Result:
        return with_decisions(result, known, self.new_since) if known else result

    def _write(self, post: ReadPost, result: Result) -> dict[str, KnownFinding]:
        return self.case_file.save(
            post,
            result,
            readers_version=self.readers,
            site_codes=self.site_codes,
            at=datetime.now(UTC),
            **self.fingerprints,
        )

    def _record_faults(self, post: ReadPost, result: Result) -> None:
        """Record the faults of this program on a clip, for ``opsec doctor``."""
        recorded = () if self.reads_files else (reason for part in post.parts for reason in part.reading.reasons)
        reasons = set(result.clip.coverage.reasons).difference(recorded)
        self._record(Counter(fault for reason in reasons if (fault := fault_of(reason)) is not None))

    def _record(self, faults: Counter[str]) -> None:
        if faults:
            self.case_file.record_faults(faults, program=__version__, at=datetime.now(UTC))

    def report(
        self, results: tuple[Result, ...], skipped: tuple[Skipped, ...] = (), *, own_photos: bool = False
    ) -> Scan:
        """Return everything that the scan found, with its counts.

        Parameters
        ----------
        results
            Of the posts, in their order.
        skipped
            Files that were not scanned.
        own_photos
            Whether to include small pictures of the officer's own photos of the recognised landmarks.
        """
        scan = Scan(
            settings_sha256=self.fingerprints["settings_sha256"],
            sites_sha256=self.fingerprints["sites_sha256"],
            site_codes=self.site_codes,
            site_time_zones={site.id: site.time_zone for site in self.ours.sites if site.time_zone},
            results=results,
            skipped=skipped,
            counts=_counts(results, skipped),
        )
        self._record(count_faults(replace(scan, results=())))
        counts = scan.counts
        log_event(
            _LOG,
            "finished",
            clips=counts.clips,
            read=counts.read,
            flagged=counts.flagged,
            hidden=counts.hidden,
            not_fully_checked=counts.not_fully_checked,
            faults=count_faults(scan),
        )
        return replace(scan, own_photos=small_photos(scan, self.ours)) if own_photos else scan


def with_decisions(result: Result, known: Mapping[str, KnownFinding], new_since: str) -> Result:
    """Return a result whose findings have what the case file knows of them.

    Parameters
    ----------
    result
        As ``scan_clip`` returned it.
    known
        By fingerprint.
    new_since
        Findings first seen at or after this time (RFC 3339, UTC) are new.
    """
    findings = tuple(
        replace(
            finding,
            decision=one.decision,
            number=one.number,
            copy_of=one.copy_of,
            is_new=one.first_seen_at >= new_since,
        )
        for finding in result.findings
        for one in [known[finding.fingerprint]]
    )
    return replace(result, findings=findings)


def only_new(scan: Scan) -> Scan:
    """Return a scan with only the findings that no scan before it has seen, and the clips that may hide one.

    Clips without findings stay if they were not fully checked. The counts are those of the whole scan.
    """
    results = tuple(
        replace(result, findings=tuple(finding for finding in result.findings if finding.is_new))
        for result in scan.results
        if any(finding.is_new for finding in result.findings)
        or (not result.findings and result.clip.coverage.status != "read")
    )
    return replace(scan, results=results)


def _log_result(result: Result, took_s: float) -> None:
    coverage = result.clip.coverage
    log_event(
        _LOG,
        "clip",
        status=coverage.status,
        action=result.verdict.action,
        reasons=Counter(reason.code for reason in coverage.reasons),
        failed=[check for check, state in coverage.checks.items() if state == "failed"],
        hints=Counter(hint.kind for hint in result.clip.hints),
        matches=len(result.matches),
        took_s=took_s,
    )


def small_photos(scan: Scan, ours: SiteIndex) -> dict[str, Picture]:
    """Return small pictures of the reference photos that the matches of a scan refer to, by their keys."""
    found = ((key, ours.landmarks.thumbnail(*key)) for key in sorted(referenced_photos(scan)))
    return {own_photo_key(*key): picture for key, picture in found if picture is not None}


def _counts(results: Sequence[Result], skipped: Sequence[Skipped]) -> Counts:
    hiding = sum(REASONS[one.reason.code].hides_clip for one in skipped)
    states = [result.clip.coverage.status for result in results]
    return Counts(
        clips=len(results),
        read=sum(state != "unread" for state in states),
        flagged=sum(map(is_flagged, results)),
        hidden=sum(finding.is_hidden for result in results for finding in result.findings),
        not_fully_checked=sum(state != "read" for state in states) + hiding,
    )
