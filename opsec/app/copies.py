"""Recognition of clips that were posted again, at the end of a scan: copies of flagged clips are flagged through them.

The result does not depend on the order in which the clips were read: a clip is compared only with clips that are
flagged by evidence of their own. Of several copies the one posted first is the original; without times of posting it is
the one of the smaller SHA-256.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter

from opsec.casefile.case_file import CaseFile
from opsec.casefile.copies import CopySource, FlaggedPost
from opsec.matching.posting_time import parse_moment
from opsec.model import FLAGGING, FrameHashes, ReadPost, Result
from opsec.verdict.judge import fingerprint
from opsec.vision.copies.clip_hasher import ClipHashes
from opsec.vision.copies.comparison import are_copies
from opsec.vision.copies.hash_index import HashIndex
from opsec.vision.copies.packing import InvalidHashesError, unpack_hashes

_NEVER = "9999"
_PAGE = 100
"""Clips whose posts are read again at a time."""


@dataclass(frozen=True, slots=True)
class CopyFindings:
    """What the copies of a scan take from others, and which findings are of one clip."""

    sources: Mapping[str, Mapping[str, CopySource]] = field(default_factory=dict)
    """SHA-256 of a clip → site → finding of the clip of which it is a copy, or of another post of the same bytes."""
    links: tuple[tuple[str, str], ...] = ()
    """Fingerprints of two flagged findings, the copy and the first one."""


def find_copies(case_file: CaseFile, scanned: Iterable[str], new_since: str) -> CopyFindings:
    """Find the copies among the clips of a scan, and among those that are known if the scan flagged a new one.

    Parameters
    ----------
    case_file
        In which every post of the scan has been saved.
    scanned
        SHA-256 of the media of the scan.
    new_since
        Findings first seen at or after this time (RFC 3339, UTC) are new.
    """
    by_clip = _originals(case_file.copies.flagged_posts(), new_since)
    if not by_clip:
        return CopyFindings()
    has_new = any(one.first_seen_at >= new_since for posts in by_clip.values() for one in posts)
    wanted = None if has_new else {*scanned, *by_clip}
    matched = _matched_clips(case_file, by_clip, wanted)
    sources: dict[str, dict[str, CopySource]] = {}
    links: list[tuple[str, str]] = []
    for clip, others in matched.items():
        for original in _in_order([post for other in others for post in by_clip[other]], new_since):
            sources.setdefault(clip, {}).setdefault(original.site, _source(original, case_file))
    for clip, posts in by_clip.items():  # another post of the same bytes may lack the evidence
        for post in posts:
            sources.setdefault(clip, {})[post.site] = _source(post, case_file)
    for site in sorted({post.site for posts in by_clip.values() for post in posts}):
        links += _links([post for posts in by_clip.values() for post in posts if post.site == site], matched, new_since)
    return CopyFindings(sources, tuple(links))


def missing_sites(result: Result, sources: Mapping[str, CopySource]) -> dict[str, CopySource]:
    """Return the findings that a result should take from others: for sites for which it is not flagged by itself."""
    own = {one.site for one in result.findings if one.action in FLAGGING}
    return {site: source for site, source in sources.items() if site not in own}


def linked_pairs(result: Result, sources: Mapping[str, CopySource]) -> Iterator[tuple[str, str]]:
    """Yield the fingerprints of findings that a result took from others, and of the findings it took them from."""
    made = {one.site: one.fingerprint for one in result.findings}
    for site, source in sources.items():
        if site in made and made[site] != source.fingerprint:
            yield fingerprint(result.clip, site), source.fingerprint


def posts_again(
    case_file: CaseFile, sources: Mapping[str, Mapping[str, CopySource]], readers: str
) -> Iterator[tuple[ReadPost, Mapping[str, CopySource]]]:
    """Yield the posts of clips as they were read, without opening a file, each with what it may take from others."""
    names = iter(sorted(sources))
    while page := list(islice(names, _PAGE)):
        for post in case_file.posts_of_clips(page, readers):
            yield post, sources[medium_sha256(post)]


def medium_sha256(post: ReadPost) -> str:
    """SHA-256 of the medium of a post; empty without one."""
    return next((part.sha256 or "" for part in post.parts if part.role == "media"), "")


# ── originals ─────────────────────────────────────────────────────────────────────────────────
def _originals(posts: Iterable[FlaggedPost], new_since: str) -> dict[str, list[FlaggedPost]]:
    """Return the flagged findings of each clip, each once: that of the post that was posted first."""
    first: dict[tuple[str, str], FlaggedPost] = {}
    for post in _in_order(posts, new_since):
        first.setdefault((post.sha256, post.site), post)
    by_clip: dict[str, list[FlaggedPost]] = {}
    for post in sorted(first.values(), key=attrgetter("sha256", "site")):
        by_clip.setdefault(post.sha256, []).append(post)
    return by_clip


def _in_order(posts: Iterable[FlaggedPost], new_since: str) -> list[FlaggedPost]:
    """Sort by time of posting, then by the scan that saw it first, then by content."""

    def key(post: FlaggedPost) -> tuple[str, str, str, str, str]:
        posted = parse_moment(post.posted_at)
        seen = min(post.first_seen_at, new_since)
        return posted.isoformat() if posted else _NEVER, seen, post.sha256, post.site, post.path

    return sorted(posts, key=key)


def _links(posts: list[FlaggedPost], matched: Mapping[str, set[str]], new_since: str) -> Iterator[tuple[str, str]]:
    """Yield for each finding of one site that is a copy the first one of its clip.

    Only a finding that is no copy itself is a first one: a film of parts of two clips does not make them one.
    """
    firsts: list[FlaggedPost] = []
    for post in _in_order(posts, new_since):
        first = next((one for one in firsts if one.sha256 in matched.get(post.sha256, ())), None)
        if first is None:
            firsts.append(post)
        else:
            yield post.fingerprint, first.fingerprint


def _source(post: FlaggedPost, case_file: CaseFile) -> CopySource:
    return CopySource(
        fingerprint=post.fingerprint,
        rule=post.rule,
        grade=post.grade,
        likelihood=post.likelihood,
        name=post.number if case_file.is_kept else post.path,
    )


# ── comparison ────────────────────────────────────────────────────────────────────────────────
def _matched_clips(
    case_file: CaseFile, by_clip: Mapping[str, list[FlaggedPost]], wanted: set[str] | None
) -> dict[str, set[str]]:
    """Return for each clip the flagged clips of which it is a copy, itself left out."""
    index, names, flagged = HashIndex(), list[str](), list[ClipHashes]()
    for sha256, hashes in _unpacked(case_file.copies.hashes(by_clip)):
        index.add(hashes)
        names.append(sha256)
        flagged.append(hashes)
    numbers = {sha256: number for number, sha256 in enumerate(names)}
    found: dict[str, set[str]] = {}
    for sha256, hashes in _unpacked(case_file.copies.hashes(wanted)):
        for number in index.candidates(hashes):
            known = found.get(names[number], set())
            if names[number] == sha256 or (sha256 in numbers and sha256 in known):
                continue
            if are_copies(flagged[number], hashes):
                found.setdefault(sha256, set()).add(names[number])
                if sha256 in numbers:
                    found.setdefault(names[number], set()).add(sha256)
    return found


def _unpacked(packed: Iterable[tuple[str, FrameHashes]]) -> Iterator[tuple[str, ClipHashes]]:
    """Yield hashes that are sound; those of a hostile process may not be, and recognise nothing."""
    for sha256, hashes in packed:
        try:
            yield sha256, unpack_hashes(hashes)
        except InvalidHashesError:
            continue
