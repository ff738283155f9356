"""Comments under a post, as download programs keep them: words, and the name of whoever wrote them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from opsec.formats.json_stream import Built
from opsec.i18n.messages import reason
from opsec.model.records import Found, Gap
from opsec.readers.posts.post_fields import short, whole
from opsec.readers.text.coordinates import written_hints

MOST = 2_000
LONGEST = 2_000
"""Code points of one comment; no platform takes more."""
_WORDS = ("text", "content", "comment")
_AUTHORS = ("author", "user", "owner", "author_id")
_NAMES = ("uniqueId", "unique_id", "username", "nickname", "nick", "name")


def comments_told(comments: Iterable[Built]) -> Iterator[Found]:
    """The words of each, and the places written in them; their note is the name of whoever wrote them, but for
    places that only their own note tells how to read."""
    rest = iter(comments)
    for comment in islice(rest, MOST):
        if isinstance(comment, dict):
            words = next((text for key in _WORDS if isinstance(text := comment.get(key), str)), "")
            for hint in written_hints(whole(words)[:LONGEST], "comment"):
                yield replace(hint, note=hint.note or _author(comment))
    if next(rest, None) is not None:
        yield Gap(reason("too_many", limit=MOST, part="comments"))


def _author(comment: dict[str, Built]) -> str | None:
    for key in _AUTHORS:
        author = comment.get(key)
        names = [author.get(name) for name in _NAMES] if isinstance(author, dict) else [author]
        told = next((name for name in names if isinstance(name, str) and name.strip()), None)
        if told:
            return short(told)
    return None
