"""When two looks are at the same post, whatever was downloaded again, filled in or moved between them.

A post is its medium's bytes, without a medium its address, without an address the words of its row;
and a name, and an address where one is known. View counts, times, captions of a clip and the place
of its folder change from one look to the next and are no part of it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from opsec.casefile.serialisation import whole
from opsec.model import ListedPost, Part, ReadPost


class Look(Protocol):
    """An earlier look at a post: a row of the case file."""

    key: str
    path: str
    stands_for: str
    content_id: str
    all_there: int


# ── what a post is ────────────────────────────────────────────────────────────────────────────
def identity(post: ReadPost) -> str:
    """What stays the same from look to look. Posts that are alike share it; ``Seats`` keeps those apart."""
    medium, name = _medium(post), _base_name(post.path)
    if medium is not None and medium.sha256 is not None:
        return _digest("medium", medium.sha256, name, _url(post))
    if medium is not None:
        return _unopened(post)
    if post.listed is not None:
        return _row(post.listed, name.rpartition("#")[0])
    if _url(post):
        return _digest("beside", _url(post), name)
    contents = sorted(part.sha256 or part.path for part in post.parts)
    return _digest("beside", contents, name if post.parts else post.path)


def lacked(post: ReadPost) -> list[str]:
    """What a post whose medium is there was called while that was missing or could not be opened."""
    medium = _medium(post)
    if medium is None or medium.sha256 is None:
        return []
    return [_unopened(post), *([_row(post.listed, "")] if post.listed and post.listed.media else [])]


def all_there(post: ReadPost) -> bool:
    """Whether every file of the post could be opened; if not, another look may find more."""
    lacking = any(reason.code == "media_missing" for reason in post.reasons)
    return not lacking and all(part.sha256 is not None for part in post.parts)


def content_id(post: ReadPost, key: str) -> str:
    """What makes two posts the same clip: the medium's SHA-256, else the post itself."""
    medium = _medium(post)
    return medium.sha256 if medium is not None and medium.sha256 else key


def is_earlier_look(look: Look, post: ReadPost) -> bool:
    """Whether a row is about this very post, as it was found or as it lacked something."""
    if not look.all_there and look.stands_for in lacked(post):
        return True
    own_path, of_a_clip = look.path == whole(post.path), look.content_id != look.key
    if _medium(post) is None:
        return own_path and (look.stands_for == identity(post) if post.listed else not of_a_clip)
    if own_path:
        return look.content_id == content_id(post, look.key)
    return not of_a_clip and look.path in paths(post)  # a sidecar that was met before its clip


def paths(post: ReadPost) -> list[str]:
    """Its own path and those of its files, as a row holds them."""
    return list(dict.fromkeys(whole(path) for path in (post.path, *(part.path for part in post.parts))))


def _medium(post: ReadPost) -> Part | None:
    return next((part for part in post.parts if part.role == "media"), None)


def _url(post: ReadPost) -> str | None:
    told = [post.listed.post if post.listed else None, *(part.reading.post for part in post.parts)]
    return next((facts.url for facts in told if facts is not None and facts.url), None)


def _unopened(post: ReadPost) -> str:
    return _digest("unopened", post.path)


def _row(listed: ListedPost, list_name: str) -> str:
    """A row that names a medium goes by that name, so that the medium is known again when it turns up."""
    words = ("url", listed.post.url) if listed.post.url else ("words", listed.post.caption)
    return _digest("row", *words, listed.media or list_name)


def _base_name(path: str) -> str:
    return path.rpartition("/")[2]


# ── posts that are alike ──────────────────────────────────────────────────────────────────────
@dataclass(slots=True)
class Seats:
    """Which rows the posts of one scan have taken: two posts that are alike never share one.

    Copies of a clip in two folders, rows that quote one address: only that both were met in the same
    scan tells them from one post that was moved.
    """

    _taken: dict[str, str] = field(default_factory=dict)
    """Key → the path of the post that has it."""
    _next: dict[str, int] = field(default_factory=dict)
    """Identity → the first number that may be free."""

    def is_free(self, key: str, path: str) -> bool:
        """Whether no other post of this scan has this row."""
        return self._taken.get(key, path) == path

    def known(self, looks: Sequence[Look], post: ReadPost) -> str | None:
        """The row that this post had before, if it is where it was."""
        here = [look for look in looks if look.path == whole(post.path)]
        here.sort(key=lambda look: (look.stands_for != identity(post), look.key))
        return here[0].key if here else None

    def proposed(self, of: str, path: str) -> str:
        """The next row for a post of this identity that was not here before: that of a moved one, or a new one."""
        number = self._next.get(of, 0)
        while not self.is_free(key := _digest(of, number), path):
            number += 1
        self._next[of] = number
        return key

    def refuse(self, of: str) -> None:
        """What was proposed belongs to another post."""
        self._next[of] += 1

    def take(self, key: str, path: str) -> None:
        """From now on the row is this post's."""
        self._taken[key] = path


def _digest(*values: object) -> str:
    return hashlib.sha256(whole(json.dumps(values, ensure_ascii=False)).encode()).hexdigest()
