"""Rows of posts in one transaction: those of a batch are looked up together and added together.

A list has thousands of posts. With a statement or two for each, SQL would take longer than matching them.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, insert, or_, select

from opsec.casefile.post_identity import IdentityResolver, StoredPost, identity, incomplete_identities, paths
from opsec.casefile.schema import findings, posts
from opsec.model import ReadPost

# Built once: for ten thousand clips, building the statements again would cost more than running them.
_look = select(
    posts.c.key, posts.c.path, posts.c.stands_for, posts.c.content_id, posts.c.all_there, posts.c.first_seen_at
)
_LOOKS = _look.where(
    or_(
        posts.c.path.in_(bindparam("these_paths", expanding=True)),
        posts.c.stands_for.in_(bindparam("these_lacked", expanding=True)) & (posts.c.all_there == 0),
    )
)
_LOOKS_AT_PATHS = _look.where(posts.c.path.in_(bindparam("these_paths", expanding=True)))
_LOOKS_OF_KEYS = _look.where(posts.c.key.in_(bindparam("these_keys", expanding=True)))
_LOOK = _look.where(posts.c.key == bindparam("this_key"))
_WITH_FINDINGS = select(findings.c.post_key).where(findings.c.post_key.in_(bindparam("these_keys", expanding=True)))
_ADD_POSTS = insert(posts)


class PostLook(StoredPost, Protocol):
    """Columns by which a post is recognised, and the time at which it was first seen."""

    first_seen_at: str


class PostRows:
    """Looks up and adds rows. What was read in advance is not used for a row that was written since."""

    def __init__(
        self, connection: Connection, batch: Sequence[ReadPost] = (), identities: IdentityResolver | None = None
    ) -> None:
        """Read in advance what the posts of a batch without a file will ask for.

        Parameters
        ----------
        connection
            In a transaction that writes.
        batch
            Posts that will be written in it.
        identities
            Rows that other posts of this scan have.
        """
        self.connection = connection
        """The transaction."""
        self._new: list[dict[str, Any]] = []
        self._written: set[str] = set()
        self._by_path: dict[str, list[PostLook]] = {}
        self._by_key: dict[str, PostLook | None] = {}
        self._without_findings: set[str] = set()
        bare = [post for post in batch if not post.parts]
        if len(bare) > 1 and identities is not None:
            self._read_ahead(bare, identities)

    def _read_ahead(self, bare: Iterable[ReadPost], identities: IdentityResolver) -> None:
        self._by_path = {path: [] for post in bare for path in paths(post)}
        for row in self.connection.execute(_LOOKS_AT_PATHS, {"these_paths": [*self._by_path]}):
            self._by_path[row.path].append(row)
        self._by_key = dict.fromkeys(identities.next_key(identity(post)) for post in bare)
        for row in self.connection.execute(_LOOKS_OF_KEYS, {"these_keys": [*self._by_key]}):
            self._by_key[row.key] = row
        there = {row.key for rows in self._by_path.values() for row in rows}
        there |= {key for key, row in self._by_key.items() if row is not None}
        if there:
            asked = self.connection.scalars(_WITH_FINDINGS, {"these_keys": sorted(there)})
            self._without_findings = there.difference(asked)

    def near(self, post: ReadPost) -> Sequence[PostLook]:
        """Return the rows at the paths of a post, and those that it had while its medium was missing."""
        own, lacked = paths(post), incomplete_identities(post)
        if not post.parts and not lacked and all(path in self._by_path for path in own):
            return [row for path in own for row in self._by_path[path]]
        self.flush()
        return self.connection.execute(_LOOKS, {"these_paths": own, "these_lacked": lacked or [""]}).all()

    def with_key(self, key: str) -> PostLook | None:
        """Return the row with a key."""
        if key in self._by_key and key not in self._written:
            return self._by_key[key]
        self.flush()
        return self.connection.execute(_LOOK, {"this_key": key}).one_or_none()

    def may_have_findings(self, key: str) -> bool:
        """Return whether a post may have findings; False only if it surely has none."""
        return key not in self._without_findings

    def add(self, row: dict[str, Any]) -> None:
        """Add the row of a new post, at the latest when ``flush`` is called."""
        self._new.append(row)
        self.note_written(row["key"], row["path"])

    def note_written(self, key: str, path: str | None = None) -> None:
        """Note that a row was written or deleted, so that it is looked up anew."""
        self._written.add(key)
        self._without_findings.discard(key)
        if path is not None:
            self._by_path.pop(path, None)

    def flush(self) -> None:
        """Add the rows that were not added yet."""
        if self._new:
            self.connection.execute(_ADD_POSTS, self._new)
            self._new = []
