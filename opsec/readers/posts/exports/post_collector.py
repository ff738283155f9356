"""The posts of one export, counted: no more than one answer of a reading process may hold."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from opsec.formats.json_stream import Nested, built_elements
from opsec.i18n.messages import reason
from opsec.model import MAX_TEXT, Hint, ListedPost, Post, Reason
from opsec.model.records import Found, Gap
from opsec.readers.posts.exports.json_shape import Object
from opsec.readers.posts.post_fields import short

MOST_ROWS = 100_000
MOST_ELEMENTS = 200_000
"""Of one array, whatever they hold."""
MOST_TOLD_BYTES = 12 * 1024 * 1024
MOST_HINTS = 100
"""Of one post."""
_RECORD_BYTES = 200
"""What a post or a hint costs in an answer, beside its words."""


@dataclass(slots=True)
class Rows:
    """What was given so far, and what has to be said of it."""

    full: bool = False
    _rows: int = 0
    _told_bytes: int = 0
    _cut: bool = False
    _too_long: bool = False
    _bad: int = 0
    _first_bad: int = 0
    _bad_places: dict[str, int] = field(default_factory=dict)

    def records(self, text: str, array: Nested | None = None) -> Iterator[Object]:
        """The objects of an array, built, until there is no more room; one that cannot be built is counted.

        Raises
        ------
        CutOffError, BrokenError
            After the last of them that could be reached.
        """
        for number, element in enumerate(built_elements(text, array), start=1):
            self._too_long |= number > MOST_ELEMENTS
            if self.full or self._too_long:
                return
            if isinstance(element, dict):
                yield element
            elif isinstance(element, Nested):
                self._bad += 1
                self._first_bad = self._first_bad or number

    def give(
        self, post: Post, caption: str | None, media: str | None, told: Iterable[Hint | Reason]
    ) -> Iterator[Found]:
        """One post, when there is room for it; remarks of its places are kept for the end."""
        found = list(told)
        hints = tuple(one for one in found if isinstance(one, Hint))[:MOST_HINTS]
        for one in found:
            if isinstance(one, Reason):
                name = dict(one.blanks).get("field", "")
                self._bad_places[name] = self._bad_places.get(name, 0) + 1
        self._cut |= caption is not None and len(caption) > MAX_TEXT
        texts = [post.author, post.url, caption, media, *(text for hint in hints for text in (hint.text, hint.note))]
        self._told_bytes += _RECORD_BYTES * (1 + len(hints)) + sum(len(text.encode()) for text in texts if text)
        self._rows += 1
        self.full = self._rows > MOST_ROWS or self._told_bytes > MOST_TOLD_BYTES
        if not self.full:
            yield ListedPost(post, short(media), hints)

    def remarks(self) -> Iterator[Found]:
        """What has to be said of the export as a whole."""
        if self._too_long:
            yield Gap(reason("too_many", limit=MOST_ELEMENTS, part="rows"))
        if self._rows > MOST_ROWS:
            yield Gap(reason("too_many", limit=MOST_ROWS, part="posts"))
        elif self.full:
            yield Gap(reason("too_long", part="list", limit=f"{MOST_TOLD_BYTES >> 20} MiB"))
        if self._bad:
            yield Gap(reason("bad_rows", count=self._bad, row=self._first_bad))
        if self._cut:
            yield Gap(reason("too_long", part="caption", limit=f"{MAX_TEXT:,}"))
        for name, times in list(self._bad_places.items())[:20]:
            yield reason("bad_place", field=name, count=times)
