"""Matching and judgement of one post: from what was read of it to its result.

``scan_clip`` is a pure function, so it may run in this process, in a local pool or on a cluster.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from opsec.app.clip_assembly import assemble_clip
from opsec.app.copy_matches import with_copy_matches
from opsec.app.required_checks import required_checks, with_missing_checks
from opsec.casefile.copies import CopySource
from opsec.matching.layout.assessment import assess_layout
from opsec.matching.matcher import SiteIndex, match, with_outcomes
from opsec.matching.posting_time import complete_coverage, time_matches
from opsec.model import FLAGGING, PostFile, Reading, ReadPost, Result
from opsec.runtime.program_faults import fault_reason
from opsec.settings import Settings
from opsec.verdict.judge import judge

NO_COPY: Mapping[str, CopySource] = MappingProxyType({})


def scan_clip(
    post: ReadPost, ours: SiteIndex, settings: Settings, copy_of: Mapping[str, CopySource] = NO_COPY
) -> Result:
    """Match one post with the sites and judge it. Pure: the same arguments give the same result.

    Parameters
    ----------
    post
        The post as it was read.
    ours
        The officer's own sites, indexed for matching.
    settings
        Thresholds of the actions, required checks, and how soon after the recording a live post follows.
    copy_of
        Site → finding of a clip of which this one is a copy.

    Returns
    -------
    Result
        The clip with its numbered hints and coverage, the matches, the findings and the verdict.
    """
    clip = assemble_clip(post)
    matches, outcomes, gaps = match(clip, ours)
    clip, matches = with_copy_matches(clip, matches, ours.sites, copy_of)
    required = required_checks(settings.checks.required, ours, settings.depth)
    clip = with_missing_checks(with_outcomes(clip, outcomes, gaps), required, settings.depth)
    layout, worse, shown = assess_layout(clip, matches, ours.sites)
    timed = time_matches(clip, (*matches, *worse), ours.sites, settings.time.live_minutes)
    result = judge(clip, (*matches, *worse, *timed), ours.sites, settings.thresholds, layout, ours.table)
    return replace(result, site_coverage=complete_coverage(clip, shown, ours.sites))


def unread_result(post: ReadPost, error: Exception, ours: SiteIndex, settings: Settings) -> Result:
    """Return the result of a post that a fault of this program left unchecked.

    Its name, its text and its hints are left out of the judgement: one of them may have caused the fault.

    Parameters
    ----------
    post
        The post; only its path is used.
    error
        The fault, of which type and place are recorded.
    ours, settings
        As for ``scan_clip``.

    Returns
    -------
    Result
        A clip that is not read, without findings.
    """
    reading = Reading(status="unread", reasons=(fault_reason(error),))
    part = PostFile(role="media", path=post.path, sha256=None, kind=None, reading=reading)
    result = scan_clip(ReadPost(path="", parts=(part,)), ours, settings)
    return replace(result, clip=replace(result.clip, path=post.path))


def is_flagged(result: Result) -> bool:
    """Return whether the clip has a finding that asks an officer for something and that no decision hides."""
    return any(not finding.is_hidden and finding.action in FLAGGING for finding in result.findings)
