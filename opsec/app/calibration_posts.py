"""Posts whose truth is known, for a calibration: findings that officers decided, and sets with a scan beside them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from opsec.app.scan_clip import scan_clip
from opsec.casefile.case_file import CaseFile
from opsec.casefile.finding_list import FindingFilter, list_findings
from opsec.errors import UsageError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import display_path, escape_unsafe
from opsec.matching.matcher import SiteIndex
from opsec.model import Decision, Family, Grade, ListedFinding, Result
from opsec.settings import Settings
from opsec.verdict.calibration.observations import (
    LABELS,
    Label,
    Observation,
    SeenMatch,
    SeenPost,
    observe,
    seen_in_clip,
)
from opsec.verdict.likelihood_ratios import LikelihoodTable
from opsec.verdict.likelihood_sum import Evidence, likelihood_lines
from opsec.verdict.silence import applicable_families, checked_families

TRUTH_FILE, SCAN_FILE = "truth.jsonl", "out.json"
MAX_LOG_ODDS = 30.0
"""No line of a sum is larger."""
_SHOWN_BY: Mapping[str, Family] = {
    "position_inside": "META",
    "position_near": "META",
    "track": "META",
    "name_in_caption": "TEXT",
    "unit_number": "TEXT",
    "coordinates_in_words": "TEXT",
    "place_tag": "TEXT",
    "comment_only": "TEXT",
    "sign_in_picture": "SIGN",
    "name_burnt_in": "SIGN",
    "landmark_in_picture": "VISUAL",
    "landmark_partial": "VISUAL",
}
"""Kinds of evidence that a set may name → the family whose check can find them."""
_EXPOSING_STATES = frozenset({"confirmed", "takedown_requested", "acknowledged", "removed", "rejected", "reappeared"})
"""States that only an exposing post gets; a rejection is the platform's, not the officer's."""


@dataclass(frozen=True, slots=True)
class DecidedPosts:
    """Posts of a case file."""

    posts: tuple[Observation, ...]
    unreadable: int
    """Decided findings whose posts were purged, or whose site is gone."""


# ── decisions ─────────────────────────────────────────────────────────────────────────────────
def decided_posts(  # noqa: PLR0913 - what the case file is read with
    case_file: CaseFile,
    ours: SiteIndex,
    settings: Settings,
    readers_version: str,
    *,
    at: datetime,
    unflagged_are_clean: bool,
) -> DecidedPosts:
    """Return the posts of decided findings, matched and judged again as they are now.

    A dismissal that has ended and a finding that only an allow rule hides say nothing of the evidence. A copy of a clip
    shares the decisions of the clip, so it is left out.

    Parameters
    ----------
    case_file
        The case.
    ours, settings
        As for a scan.
    readers_version
        Of the readers in use.
    at
        Time at which decisions are to be in force.
    unflagged_are_clean
        Posts without a finding count too, as posts that expose nothing.
    """
    listed = list_findings(case_file.transactions, FindingFilter(), at)
    posts: list[Observation] = []
    unreadable = 0
    for finding in listed:
        label = _label_of(finding.decision) if finding.copy_of is None else None  # a copy says nothing new
        if label is None:
            continue
        result = next(
            (
                scan_clip(post, ours, settings)
                for post in case_file.posts_of_finding(finding.fingerprint, readers_version)
            ),
            None,
        )
        seen = None if result is None else _observed(result, finding, label, ours, not unflagged_are_clean)
        unreadable += seen is None
        posts += [] if seen is None else [seen]
    if unflagged_are_clean:
        posts += _unflagged(case_file, ours, settings, readers_version)
    return DecidedPosts(tuple(posts), unreadable)


def _label_of(decision: Decision) -> Label | None:
    if decision.state in _EXPOSING_STATES:
        return "exposing"
    is_decided = decision.state == "dismissed" and decision.allow_rule is None and bool(decision.why)
    return "hard_negative" if is_decided else None


def _observed(
    result: Result, finding: ListedFinding, label: Label, ours: SiteIndex, by_decision: bool
) -> Observation | None:
    site = next((site for site in ours.sites if site.id == finding.site), None)
    if site is None:
        return None
    of_site = tuple(match for match in result.matches if match.site == site.id)
    others = tuple(match for match in result.matches if match.site != site.id)
    lines = likelihood_lines(Evidence(result.clip, site, of_site, others), ours.table)
    return observe(
        seen_in_clip(result.clip, of_site, lines),
        ours.table,
        key=finding.fingerprint,
        label=label,
        by_decision=by_decision,
        checked=_checked(result.clip.coverage.status, result.clip.coverage.checks),
    )


def _unflagged(case_file: CaseFile, ours: SiteIndex, settings: Settings, readers_version: str) -> Iterator[Observation]:
    for post in case_file.posts(readers_version):
        result = scan_clip(post, ours, settings)
        if result.findings:
            continue
        matches = tuple(match for match in result.matches if match.site == result.verdict.site)
        yield observe(
            seen_in_clip(result.clip, matches, result.verdict.contributions),
            ours.table,
            key=f"post {result.clip.sha256 or result.clip.path}",
            label="hard_negative" if matches else "clean",
            checked=_checked(result.clip.coverage.status, result.clip.coverage.checks),
        )


def _checked(status: object, checks: Mapping[Any, str]) -> frozenset[Family]:
    return checked_families(checks) if status == "read" else frozenset()


# ── sets ──────────────────────────────────────────────────────────────────────────────────────
def posts_of_set(folder: Path, tables: Sequence[LikelihoodTable]) -> list[Observation]:
    """Return the posts of a set: a folder with ``truth.jsonl`` and ``out.json``, the result of its scan.

    Each line of the truth names a post by ``file`` or ``url``, its ``class`` (``exposing``, ``hard_negative`` or
    ``clean``) and the ``sites`` that it exposes; ``id``, ``copy_of`` and ``evidence`` may be missing.

    Parameters
    ----------
    folder
        The folder.
    tables
        Tables that the scan may have used; that which explains most of the printed sums is taken.

    Raises
    ------
    UsageError
        A file is missing or is not what it should be, or no post has both a truth and a result.
    """
    truths = [one for line in _read(folder / TRUTH_FILE).splitlines() if line.strip() for one in [_json(line, folder)]]
    scanned = _json(_read(folder / SCAN_FILE), folder)
    try:
        clips = _clips_by_name(scanned["clips"])
        pairs = [(truth, clip) for truth in truths if (clip := _clip_of(truth, clips)) is not None]
        found = [[_of_set(truth, clip, table, folder.name) for truth, clip in pairs] for table in tables]
    except (LookupError, TypeError, ValueError, AttributeError, StopIteration) as error:
        raise _not_a_set(folder, f"{type(error).__name__}: {error}") from error
    best = min(found, key=_unexplained)
    if not best:
        raise _not_a_set(folder, "no post of the truth is in the scan")
    return best


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        detail = error.strerror if isinstance(error, OSError) else "UTF-8"
        raise UsageError(
            _(
                "{file} cannot be read ({error}); a set is a folder with truth.jsonl and the scan in out.json",
                file=display_path(path),
                error=detail or "",
            )
        ) from error


def _json(text: str, folder: Path) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _not_a_set(folder, "JSON") from error


def _not_a_set(folder: Path, detail: str) -> UsageError:
    return UsageError(
        _(
            "{file} is not a set of posts whose truth is known ({detail}); see opsec calibrate --help",
            file=display_path(folder),
            detail=escape_unsafe(detail, limit=100),
        )
    )


def _clips_by_name(clips: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the clips of a scan by the name of their file and by the address of their post."""
    named: dict[str, Mapping[str, Any]] = {}
    for clip in clips:
        for name in (clip["post"].get("url"), str(clip["path"]).replace("\\", "/").rsplit("/", 1)[-1]):
            if name:
                named.setdefault(str(name), clip)
    return named


def _clip_of(truth: Mapping[str, Any], clips: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any] | None:
    return next((clips[name] for name in (truth.get("file"), truth.get("url")) if name and name in clips), None)


def _of_set(truth: Mapping[str, Any], clip: Mapping[str, Any], table: LikelihoodTable, set_name: str) -> Observation:
    site = clip["verdict"]["site"]
    label = next(one for one in LABELS if one == truth["class"])
    if label == "exposing" and site is not None and site not in truth["sites"]:
        label = "hard_negative"  # the likelihood is of a site that the post does not expose
    shown_by = frozenset(_SHOWN_BY[one] for one in truth.get("evidence", ()) if one in _SHOWN_BY)
    checks = clip["coverage"]["checks"]
    name = truth.get("copy_of") or truth.get("id") or truth.get("file") or truth["url"]
    return observe(
        seen_in_json(clip, site, checks),
        table,
        key=f"{set_name}/{name}",
        label=label,
        shown_by=shown_by if label == "exposing" and shown_by else None,
        checked=_checked(clip["coverage"]["status"], checks),
    )


def seen_in_json(clip: Mapping[str, Any], site: str | None, checks: Mapping[str, str]) -> SeenPost:
    """Return the parts of the printed sum of a clip, from the JSON of its scan.

    Parameters
    ----------
    clip
        Record of the clip.
    site
        Site of its verdict.
    checks
        State of each check.
    """
    families: dict[str, Family] = {hint["id"]: _family(hint["family"]) for hint in clip["hints"]}
    matches = (match for match in clip["matches"] if match["site"] == site)
    return SeenPost(
        lines=tuple((str(one["family"]), _log_odds(one)) for one in clip["verdict"]["contributions"]),
        matches=tuple(
            SeenMatch(families.get(match["hint_ids"][0], "VISUAL"), str(match["rule"]), _grade(match), _log_odds(match))
            for match in matches  # hints of features are left out of the file
        ),
        applicable=applicable_families(checks, ((hint["family"], hint["field"]) for hint in clip["hints"])),
    )


def _log_odds(line: Mapping[str, Any]) -> float:
    value = float(line["log_odds"])
    if not abs(value) <= MAX_LOG_ODDS:
        raise ValueError(f"log_odds = {value}")
    return value


def _family(name: str) -> Family:
    return next(one for one in get_args(Family) if one == name)


def _grade(match: Mapping[str, Any]) -> Grade:
    return next(one for one in get_args(Grade) if one == match["grade"])


def _unexplained(posts: Sequence[Observation]) -> int:
    """Number of posts whose printed sum the table does not explain."""
    return sum(
        bool(one.rest) or any(not vote.entries for votes in one.votes.values() for vote in votes) for one in posts
    )
