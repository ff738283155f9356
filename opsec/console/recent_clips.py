"""The evidence of the clips that were opened last: matching one again takes time, and each of its stills needs it.

The sites are indexed once, when the first clip is opened. One lock serialises this work: the console has one user.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from opsec.app.clip_evidence import ClipEvidence, join_evidence, match_post
from opsec.app.scan import load_own_sites, resources_from
from opsec.casefile.clip_record import ClipRecord, clip_record
from opsec.casefile.finding_lookup import normalise_number
from opsec.console.state import ConsoleState, console_of, open_case
from opsec.errors import UsageError
from opsec.i18n.messages import Message, _
from opsec.matching.matcher import SiteIndex, build_site_index
from opsec.model import Picture, Result
from opsec.readers.versions import installed_version
from opsec.reports.takedown_stills import plain_jpeg

if TYPE_CHECKING:
    from starlette.requests import Request

MAX_CLIPS = 12
_UNKNOWN = _("the case file has no such clip; open it from the queue")
_FIRST = Lock()


def still_digest(jpeg_base64: str) -> str:
    """Return by what a still is addressed: 32 hexadecimal digits of the SHA-256 of its base64 text."""
    return hashlib.sha256(jpeg_base64.encode()).hexdigest()[:32]


@dataclass
class RecentClips:
    """The sites as they were when the first clip was opened, and the clips that were opened last."""

    console: ConsoleState
    _lock: Lock = field(default_factory=Lock)
    _results: "OrderedDict[tuple[str, str], Result]" = field(default_factory=OrderedDict)
    """Key of the post and time of its last scan → what was found in it, without local features."""

    @cached_property
    def ours(self) -> SiteIndex:
        """The officer's sites with their indexes."""
        console = self.console
        if console.sites_folder is None or not console.sites:
            return build_site_index(console.sites)
        return load_own_sites(console.sites_folder, console.settings, console.case)

    @cached_property
    def _readers(self) -> str:
        return installed_version(resources_from(self.console.settings))

    def evidence(self, request: "Request", given: str) -> ClipEvidence:
        """Return the evidence of the post that a key or the number of a finding names.

        Raises
        ------
        UsageError, SitesError, CaseError
            The case has no such post; the sites or the case file cannot be read.
        """
        with self._lock:
            with open_case(request) as case_file:
                record = clip_record(case_file.transactions, given, datetime.now(UTC))
                place = (record.key, record.last_seen_at)
                if place in self._results or record.purged_at is not None:
                    return self._joined(record)
                post = case_file.post(record.key, self._readers)
            if post is not None:
                self._remember(place, match_post(post, record, self.ours, self.console.settings))
            return self._joined(record)

    def _joined(self, record: ClipRecord) -> ClipEvidence:
        result = self._results.get((record.key, record.last_seen_at))
        if result is not None:
            self._results.move_to_end((record.key, record.last_seen_at))
        return join_evidence(record, result, self.ours)

    def _remember(self, place: tuple[str, str], result: Result) -> None:
        hints = tuple(replace(hint, features=None, hashes=None) for hint in result.clip.hints)
        self._results[place] = replace(result, clip=replace(result.clip, hints=hints))
        while len(self._results) > MAX_CLIPS:
            self._results.popitem(last=False)


def recent_clips(request: "Request") -> RecentClips:
    """Return the clips that were opened last in the console that serves a request."""
    state = request.app.state
    with _FIRST:
        if not isinstance(getattr(state, "recent_clips", None), RecentClips):
            state.recent_clips = RecentClips(console_of(request))
        found = state.recent_clips
    assert isinstance(found, RecentClips)
    return found


def find_evidence(request: "Request") -> ClipEvidence | Message:
    """Return the evidence of the post that the address names, by its key or a finding, or why there is none.

    Raises
    ------
    SitesError, CaseError
        The sites or the case file cannot be read.
    """
    given = str(request.path_params["post_id"])
    if normalise_number(given) is None:
        return _UNKNOWN
    try:
        return recent_clips(request).evidence(request, given)
    except UsageError as error:
        return error.message


def find_still(evidence: ClipEvidence, digest: str) -> bytes | None:
    """Return a still or one of our own photos as a JPEG without anything that is not an image; None if unknown."""
    for picture in _pictures(evidence):
        if still_digest(picture.jpeg_base64) == digest:
            return plain_jpeg(picture.jpeg_base64)
    return None


def _pictures(evidence: ClipEvidence) -> Iterator[Picture]:
    result = evidence.result
    if result is not None:
        yield from (hint.picture for hint in result.clip.hints if hint.picture is not None)
    yield from evidence.scan.own_photos.values()
