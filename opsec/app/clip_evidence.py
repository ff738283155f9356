"""All that is known of one clip, for the page on which an officer decides about it.

What was read is matched with the sites as they are now; no media file is opened and nothing is written.
"""

import logging
from dataclasses import dataclass, replace

from opsec.app.scan_clip import is_flagged, scan_clip, unread_result
from opsec.app.scan_session import small_photos, with_decisions
from opsec.casefile.clip_record import ClipRecord
from opsec.errors import CaseError
from opsec.matching.matcher import SiteIndex
from opsec.model import Counts, Finding, ReadPost, Result, Scan
from opsec.runtime.event_log import log_event
from opsec.settings import Settings

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ClipEvidence:
    """One clip with its record in the case file."""

    record: ClipRecord
    scan: Scan
    """Of this clip alone, with small pictures of our own photos; without a result when its readings were purged."""
    unsaved: tuple[Finding, ...] = ()
    """Findings by the sites as they are now which the case file does not have: a rematch would add them."""
    outdated: tuple[str, ...] = ()
    """Fingerprints of findings of the case file which the sites as they are now do not give."""

    @property
    def result(self) -> Result | None:
        """What was found in the clip; None when what was read of it was purged."""
        return self.scan.results[0] if self.scan.results else None


def match_post(post: ReadPost, record: ClipRecord, ours: SiteIndex, settings: Settings) -> Result:
    """Match a post with the sites as they are now; a fault of this program leaves it unchecked."""
    try:
        return scan_clip(post, ours, settings, record.copied)
    except CaseError:
        raise  # files beside the case file cannot be written: no clip is at fault
    except Exception as error:  # noqa: BLE001 - whatever it is, the officer still sees what the case file keeps
        log_event(_LOG, "fault", error=error)
        return unread_result(post, error, ours, settings)


def join_evidence(record: ClipRecord, result: Result | None, ours: SiteIndex) -> ClipEvidence:
    """Join what was found in a clip with what the case file knows of its findings.

    Parameters
    ----------
    record
        What the case file keeps.
    result
        As ``match_post`` returned it; None when the readings were purged.
    ours
        The sites with which it was matched.
    """
    if result is None:
        return ClipEvidence(record, _scan_of(None, ours))
    known = tuple(one for one in result.findings if one.fingerprint in record.findings)
    decided = with_decisions(replace(result, findings=known), record.findings, new_since="")
    made = {one.fingerprint for one in result.findings}
    scan = _scan_of(decided, ours)
    return ClipEvidence(
        record=record,
        scan=replace(scan, own_photos=small_photos(scan, ours), shows_plans=True),
        unsaved=tuple(one for one in result.findings if one.fingerprint not in record.findings),
        outdated=tuple(sorted(record.findings.keys() - made)),
    )


def _scan_of(result: Result | None, ours: SiteIndex) -> Scan:
    results = () if result is None else (result,)
    return Scan(
        settings_sha256="",
        sites_sha256="",
        site_codes={site.id: site.code for site in ours.sites},
        site_time_zones={site.id: site.time_zone for site in ours.sites if site.time_zone},
        results=results,
        skipped=(),
        counts=Counts(
            clips=len(results),
            read=sum(one.clip.coverage.status != "unread" for one in results),
            flagged=sum(map(is_flagged, results)),
            hidden=0,
            not_fully_checked=sum(one.clip.coverage.status != "read" for one in results),
        ),
    )
