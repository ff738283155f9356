"""Requests to platforms to remove posts, from findings of a case file. Nothing in the case changes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from opsec.app.typed_values import checked_text
from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.finding_list import FindingFilter, list_findings
from opsec.casefile.integrity import check_integrity
from opsec.casefile.state_changes import NEXT_STATES
from opsec.errors import UsageError
from opsec.i18n.messages import Lang, _
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.terms import FINDING_STATE
from opsec.model import FindingPost, FindingState, ListedFinding, Site
from opsec.reports.takedown_files import takedown_files, write_folder
from opsec.reports.takedown_guard import NameGuard
from opsec.reports.takedown_platforms import TakedownPlatform, clean_link, platform_of
from opsec.reports.takedown_request import KnownAs, TakedownPost, TakedownRequest, account_text
from opsec.reports.takedown_stills import plain_stills
from opsec.sandbox.pdf_process import write_pdf

NOTHING_TO_ASK: frozenset[FindingState] = frozenset({"removed", "dismissed"})
_REQUESTED: FindingState = "takedown_requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedTakedown:
    """A request with the stills that go with it and the changes of state that record it."""

    request: TakedownRequest
    stills: tuple[bytes, ...]
    """JPEG files."""
    next_states: tuple[tuple[str, tuple[FindingState, ...]], ...]
    """Number of each finding → the states to go through once the request was sent; none if it has been recorded."""
    reason_names_place: bool


@dataclass(frozen=True, slots=True)
class _Group:
    """Findings that one request is about: those of the posts of one clip and of its copies."""

    asked: tuple[ListedFinding, ...]
    family: tuple[ListedFinding, ...]
    """With all copies; those that were asked for stand first."""


def prepare(  # noqa: PLR0913 - all parts of a request
    findings: Sequence[str],
    *,
    case: str,
    sites: Sequence[Site] = (),
    platform: TakedownPlatform | None = None,
    reason: str | None = None,
    with_stills: bool = False,
    at: datetime | None = None,
) -> list[PreparedTakedown]:
    """Prepare the requests for findings; several findings of one clip and its copies make one request.

    Parameters
    ----------
    findings, case
        As for ``opsec.app.decide.decide``.
    sites
        The officer's sites: a link or an account that names one is left out. Without them, only the ids and codes that
        the case file has are searched for.
    platform
        Whom to ask; default: the platform of the link.
    reason
        The officer's own words for the request.
    with_stills
        Whether to add stills that the case file has.
    at
        Time at which decisions are to be in force; default: now.

    Returns
    -------
    list of PreparedTakedown
        In the order of the findings.

    Raises
    ------
    UsageError, CaseError
        A finding is unknown or was removed or dismissed, no link of it is on the platform, or the case file cannot be
        read.
    """
    with open_case(case) as case_file:
        check_integrity(case_file.transactions)
        asked = list(dict.fromkeys(map(case_file.decisions.find, findings)))
        known = {
            one.fingerprint: one
            for one in list_findings(case_file.transactions, FindingFilter(), at or datetime.now(UTC))
        }
        for one in asked:
            _check_state(known[one])
        guard = NameGuard(sites, {mark for one in known.values() for mark in (one.site, one.site_code)})
        groups = _group([known[one] for one in asked], list(known.values()))
        prepared = [_prepare(group, guard, platform, reason) for group in groups]
        if with_stills:
            prepared = [_with_stills(one, group, case_file) for one, group in zip(prepared, groups, strict=True)]
    return prepared


def _check_state(finding: ListedFinding) -> None:
    state = finding.decision.state
    if state in NOTHING_TO_ASK:
        raise UsageError(
            _(
                "finding {number} is in the state “{state}”: there is nothing to ask for; change its state with opsec "
                "decide first",
                number=finding.number,
                state=FINDING_STATE[state],
            )
        )


# ── which findings belong together ────────────────────────────────────────────────────────────
def _group(asked: Sequence[ListedFinding], known: Sequence[ListedFinding]) -> list[_Group]:
    """Join findings that share a clip, a post or their decisions; the order of the first of each is kept."""
    groups: list[_Group] = []
    by_key: dict[str, list[ListedFinding]] = {}
    for one in known:
        for key in _keys(one):
            by_key.setdefault(key, []).append(one)
    used: set[str] = set()
    for first in asked:
        if first.fingerprint in used:
            continue
        family = _reachable(first, by_key)
        used |= {one.fingerprint for one in family}
        own = tuple(one for one in asked if one in family)
        groups.append(_Group(own, (*own, *(one for one in family if one not in own))))
    return groups


def _reachable(first: ListedFinding, by_key: dict[str, list[ListedFinding]]) -> list[ListedFinding]:
    found, waiting, seen = {first.fingerprint: first}, [first], set[str]()
    while waiting:
        for key in _keys(waiting.pop()):
            if key not in seen:
                seen.add(key)
                new = [one for one in by_key[key] if one.fingerprint not in found]
                found |= {one.fingerprint: one for one in new}
                waiting += new
    return list(found.values())


def _keys(finding: ListedFinding) -> set[str]:
    """Return what findings of one clip have in common: its hash, its posts, or the finding that keeps the decisions."""
    posts = {f"post {post.path}" for post in finding.posts if post.path}
    return {f"clip {finding.sha256}"} | _holder(finding) if finding.sha256 else posts | _holder(finding)


def _holder(finding: ListedFinding) -> set[str]:
    return {f"finding {finding.copy_of or finding.fingerprint}"}


# ── one request ───────────────────────────────────────────────────────────────────────────────
def _prepare(
    group: _Group, guard: NameGuard, platform: TakedownPlatform | None, reason: str | None
) -> PreparedTakedown:
    posts = _posts(group.family, guard)
    links = {one: platform_of(clean_link(post.url)) for one, post in posts}
    ours = [one for one, _post in posts if one.number in {finding.number for finding in group.asked}]
    main = _main_post(ours if platform is None else list(links), links, platform, group.asked[0].number)
    chosen = platform or links[main]
    copies = tuple(one for one, _post in posts if one != main)
    return PreparedTakedown(
        request=TakedownRequest(
            platform=chosen,
            numbers=tuple(one.number for one in group.asked),
            post=main,
            copies=tuple(dict.fromkeys(sorted(copies, key=lambda one: links[one] is not chosen))),
            reason=reason,
        ),
        stills=(),
        next_states=_next_states(group.asked),
        reason_names_place=reason is not None and not guard.is_neutral(reason),
    )


def _posts(family: Iterable[ListedFinding], guard: NameGuard) -> list[tuple[TakedownPost, FindingPost]]:
    """Return each post of the findings once, under the first finding that it has."""
    found: dict[tuple[str | None, ...], tuple[TakedownPost, FindingPost]] = {}
    for finding in family:
        for post in finding.posts:
            made = _takedown_post(finding, post, guard)
            found.setdefault((made.link, made.account, post.url, post.posted_at, finding.sha256), (made, post))
    return list(found.values())


def _takedown_post(finding: ListedFinding, post: FindingPost, guard: NameGuard) -> TakedownPost:
    link, account = clean_link(post.url), account_text(post.author)
    link_is, account_is = _known_as(link, guard.is_neutral), _known_as(account, guard.is_neutral)
    return TakedownPost(
        number=finding.number,
        link=link if link_is == "given" else None,
        link_is=link_is,
        account=account if account_is == "given" else None,
        account_is=account_is,
        posted_at=post.posted_at,
        first_seen_at=finding.first_seen_at,
        sha256=finding.sha256,
    )


def _known_as(text: str | None, is_neutral: Callable[[str], bool]) -> KnownAs:
    if text is None:
        return "unknown"
    return "given" if is_neutral(text) else "withheld"


def _main_post(
    posts: Sequence[TakedownPost],
    links: dict[TakedownPost, TakedownPlatform],
    platform: TakedownPlatform | None,
    number: str,
) -> TakedownPost:
    """Return the post to ask for, best with a link: one on the platform, else one whose link is on no known platform.

    Raises
    ------
    UsageError
        All links are on other platforms.
    """
    ranked = sorted(posts, key=lambda one: ("given", "withheld", "unknown").index(one.link_is))
    if platform is None:
        return ranked[0]
    for one in ranked:
        if links[one] is platform:
            return one
    for one in ranked:
        if not links[one].title:
            return one
    others = ", ".join(sorted({links[one].name for one in ranked}))
    raise UsageError(
        _(
            "no link of finding {number} is on {platform}; its links are on: {others}",
            number=number,
            platform=platform.title,
            others=others,
        )
    )


def _next_states(asked: Sequence[ListedFinding]) -> tuple[tuple[str, tuple[FindingState, ...]], ...]:
    """Return how each finding gets to the state of a request; findings that share their decisions are named once."""
    found: dict[str, tuple[str, tuple[FindingState, ...]]] = {}
    for one in asked:
        state = one.decision.state
        direct = _REQUESTED in NEXT_STATES[state]
        path: tuple[FindingState, ...] = (_REQUESTED,) if direct else ("confirmed", _REQUESTED)
        found.setdefault(one.copy_of or one.fingerprint, (one.number, () if state == _REQUESTED else path))
    return tuple(found.values())


def _with_stills(prepared: PreparedTakedown, group: _Group, case_file: CaseFile) -> PreparedTakedown:
    """Add the stills of the clip; those of its copies show the same."""
    fingerprint = group.asked[0].fingerprint
    # No reader runs, so it does not matter which version of the readers made the pictures.
    posts = list(case_file.posts_of_finding(fingerprint, ""))
    hints = (hint for post in posts for part in post.parts for hint in part.reading.hints)
    stills = tuple(plain_stills(hints))
    return replace(prepared, stills=stills, request=replace(prepared.request, stills=len(stills)))


# ── files ─────────────────────────────────────────────────────────────────────────────────────
def write(prepared: Sequence[PreparedTakedown], folder: Path, first: Lang, *, pdf: bool = False) -> list[bytes]:
    """Write the files of the requests into a new or empty folder; several requests get a folder each.

    Parameters
    ----------
    prepared
        The requests.
    folder
        Created with mode 0700; its files have mode 0600.
    first
        Language of the first sheet of the letter.
    pdf
        Whether the letter is written as PDF too.

    Returns
    -------
    list of bytes
        The contents that were written.

    Raises
    ------
    UsageError, OutputError, PdfError
        The folder is not empty, or cannot be written, or the PDF cannot be made. Nothing of this command stays in it.
    """
    files: dict[str, bytes] = {}
    for one in prepared:
        below = f"{one.request.numbers[0]}/" if len(prepared) > 1 else ""
        files |= {below + name: data for name, data in files_of(one, first, pdf=pdf).items()}
    write_folder(folder, files)
    return list(files.values())


def files_of(prepared: PreparedTakedown, first: Lang, *, pdf: bool = False) -> dict[str, bytes]:
    """Return the files of one request by their names; parameters and errors as for ``write``."""
    files = takedown_files(prepared.request, prepared.stills, first)
    if pdf:
        files["letter.pdf"] = write_pdf(files["letter.html"], "ar")  # it has a sheet in each language
    return files


def checked_reason(text: str | None, *, wanted: bool) -> str | None:
    """Return the officer's reason for the request.

    Raises
    ------
    UsageError
        It was asked for but is missing, was given but not asked for, or is too long.
    """
    reason = checked_text(text, "--reason")
    if wanted != (reason is not None):
        raise UsageError(_("a reason enters the request only with both --with-reason and --reason TEXT"))
    return None if reason is None else escape_unsafe(reason)
