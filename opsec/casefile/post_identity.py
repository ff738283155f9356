"""Identity of posts across scans, whatever was downloaded again, completed or moved in between.

A post is identified by the bytes of its medium, without a medium by its URL, without a URL by the caption of its row;
together with its name, and its URL where one is known. View counts, times, captions of a clip and the location of its
folder change from one scan to the next and are not part of the identity.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from opsec.casefile.serialisation import encodable
from opsec.model import ListedPost, PostFile, ReadPost


class StoredPost(Protocol):
    """Columns of a post of an earlier scan: a row of the case file."""

    key: str
    path: str
    stands_for: str
    content_id: str
    all_there: int


# ── what a post is ────────────────────────────────────────────────────────────────────────────
def identity(post: ReadPost) -> str:
    """Return the identity of a post. Posts that are alike share it; ``IdentityResolver`` keeps those apart."""
    medium, name = _medium(post), _base_name(post.path)
    if medium is not None and medium.sha256 is not None:
        return _digest("medium", medium.sha256, name, _url(post))
    if medium is not None:
        return _unopened_identity(post)
    if post.listed is not None:
        return _row_identity(post.listed, name.rpartition("#")[0])
    if _url(post):
        return _digest("beside", _url(post), name)
    contents = sorted(part.sha256 or part.path for part in post.parts)
    return _digest("beside", contents, name if post.parts else post.path)


def incomplete_identities(post: ReadPost) -> list[str]:
    """Return the identities that a post had while its medium was missing or could not be opened."""
    medium = _medium(post)
    if medium is None or medium.sha256 is None:
        return []
    return [_unopened_identity(post), *([_row_identity(post.listed, "")] if post.listed and post.listed.media else [])]


def is_complete(post: ReadPost) -> bool:
    """Return whether every file of the post could be opened; if not, a later scan may find more."""
    lacking = any(reason.code == "media_missing" for reason in post.reasons)
    return not lacking and all(part.sha256 is not None for part in post.parts)


def content_id(post: ReadPost, key: str) -> str:
    """Return what makes two posts the same clip: the SHA-256 of the medium, else the key of the post."""
    medium = _medium(post)
    return medium.sha256 if medium is not None and medium.sha256 else key


def is_same_post(look: StoredPost, post: ReadPost) -> bool:
    """Return whether a row is about this post, complete or as it was while it lacked something."""
    if not look.all_there and look.stands_for in incomplete_identities(post):
        return True
    own_path, of_a_clip = look.path == encodable(post.path), look.content_id != look.key
    if _medium(post) is None:
        return own_path and (look.stands_for == identity(post) if post.listed else not of_a_clip)
    if own_path:
        return look.content_id == content_id(post, look.key)
    return not of_a_clip and look.path in paths(post)  # a sidecar that was scanned before its clip


def paths(post: ReadPost) -> list[str]:
    """Return the path of the post and those of its files, as rows store them."""
    return list(dict.fromkeys(encodable(path) for path in (post.path, *(part.path for part in post.parts))))


def _medium(post: ReadPost) -> PostFile | None:
    return next((part for part in post.parts if part.role == "media"), None)


def _url(post: ReadPost) -> str | None:
    records = [post.listed.post if post.listed else None, *(part.reading.post for part in post.parts)]
    return next((facts.url for facts in records if facts is not None and facts.url), None)


def _unopened_identity(post: ReadPost) -> str:
    return _digest("unopened", post.path)


def _row_identity(listed: ListedPost, list_name: str) -> str:
    """Return the identity of a row of a list; a named medium is part of it, so that the post is recognised with it."""
    words = ("url", listed.post.url) if listed.post.url else ("words", listed.post.caption)
    return _digest("row", *words, listed.media or list_name)


def _base_name(path: str) -> str:
    return path.rpartition("/")[2]


# ── posts that are alike ──────────────────────────────────────────────────────────────────────
@dataclass(slots=True)
class IdentityResolver:
    """Assignment of the posts of one scan to rows: two posts that are alike never share a row.

    Copies of a clip in two folders, or rows with one URL: only the fact that both occur in the same scan distinguishes
    them from one post that was moved.
    """

    _taken: dict[str, str] = field(default_factory=dict)
    """Key → path of its post."""
    _next: dict[str, int] = field(default_factory=dict)
    """Identity → the first number that may be free."""

    def is_free(self, key: str, path: str) -> bool:
        """Return whether no other post of this scan has this row."""
        return self._taken.get(key, path) == path

    def existing_key(self, looks: Sequence[StoredPost], post: ReadPost) -> str | None:
        """Return the row that this post had before, if it is at the same path."""
        here = [look for look in looks if look.path == encodable(post.path)]
        here.sort(key=lambda look: (look.stands_for != identity(post), look.key))
        return here[0].key if here else None

    def propose_key(self, of: str, path: str) -> str:
        """Return the next key for a post of this identity at a new path: that of a moved post, or a new one."""
        number = self._next.get(of, 0)
        while not self.is_free(key := _digest(of, number), path):
            number += 1
        self._next[of] = number
        return key

    def next_key(self, of: str) -> str:
        """Return the key that is proposed next for this identity, unless another post takes it before."""
        return _digest(of, self._next.get(of, 0))

    def reject_key(self, of: str) -> None:
        """Skip a proposed key that belongs to another post."""
        self._next[of] += 1

    def assign(self, key: str, path: str) -> None:
        """Assign a row to the post at a path."""
        self._taken[key] = path


def _digest(*values: object) -> str:
    return hashlib.sha256(encodable(json.dumps(values, ensure_ascii=False)).encode()).hexdigest()
