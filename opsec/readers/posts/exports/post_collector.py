"""Collect the posts of one export, within the limit of one worker reply."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from opsec.formats.json_stream import NestedValue, iter_parsed_array
from opsec.i18n.reasons import make_reason
from opsec.model import MAX_TEXT_LENGTH, Hint, ListedPost, Post, Reason
from opsec.model.notes import note_text
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.posts.exports.json_positions import TOO_MANY
from opsec.readers.posts.exports.json_shape import JsonObject
from opsec.readers.posts.post_fields import short_text

MAX_ROWS = 100_000
MAX_ELEMENTS = 200_000
"""Limit for one array."""
MAX_REPLY_BYTES = 12 * 1024 * 1024
MAX_HINTS_PER_POST = 100
"""Limit for one post."""
_RECORD_BYTES = 200
"""Approximate size in a reply of a post or hint, beside its text."""

_FIX_BYTES = 120


@dataclass(slots=True)
class PostCollector:
    """Posts yielded so far, and remarks about the export."""

    full: bool = False
    _rows: int = 0
    _reply_bytes: int = 0
    _cut: bool = False
    _too_long: bool = False
    _hints_cut: bool = False
    _bad: int = 0
    _first_bad: int = 0
    _bad_places: dict[str, int] = field(default_factory=dict)

    def records(self, text: str, array: NestedValue | None = None) -> Iterator[JsonObject]:
        """Yield the parsed objects of an array while there is room; objects that cannot be parsed are counted.

        Raises
        ------
        TruncatedJsonError, InvalidJsonError
            After the last object that could be reached.
        """
        for number, element in enumerate(iter_parsed_array(text, array), start=1):
            self._too_long |= number > MAX_ELEMENTS
            if self.full or self._too_long:
                return
            if isinstance(element, dict):
                yield element
            elif isinstance(element, NestedValue):
                self._bad += 1
                self._first_bad = self._first_bad or number

    def add_post(
        self, post: Post, caption: str | None, media: str | None, extras: Iterable[Hint | Reason]
    ) -> Iterator[ReaderOutput]:
        """Yield one post if there is room; remarks about its places are kept for the end.

        Parameters
        ----------
        post
            Facts of the post; its caption is cut already.
        caption
            The whole caption, which shows whether it was cut.
        media
            Name of its media file, relative to the export.
        extras
            Hints beside the caption, and remarks about its places.
        """
        found = list(extras)
        hints = tuple(one for one in found if isinstance(one, Hint))
        self._hints_cut |= len(hints) > MAX_HINTS_PER_POST
        hints = hints[:MAX_HINTS_PER_POST]
        for one in found:
            if isinstance(one, Reason) and one.code == TOO_MANY:
                self._hints_cut = True
            elif isinstance(one, Reason):
                name = dict(one.blanks).get("field", "")
                self._bad_places[name] = self._bad_places.get(name, 0) + 1
        self._cut |= caption is not None and len(caption) > MAX_TEXT_LENGTH
        texts = [
            post.author,
            post.url,
            caption,
            media,
            *(text for hint in hints for text in (hint.text, note_text(hint.notes))),
        ]
        self._reply_bytes += _RECORD_BYTES * (1 + len(hints)) + sum(_FIX_BYTES * len(hint.fixes) for hint in hints)
        self._reply_bytes += sum(len(text.encode()) for text in texts if text)
        self._rows += 1
        self.full = self._rows > MAX_ROWS or self._reply_bytes > MAX_REPLY_BYTES
        if not self.full:
            yield ListedPost(post, short_text(media), hints)

    def remarks(self) -> Iterator[ReaderOutput]:
        """Yield the remarks about the export as a whole."""
        if self._too_long:
            yield Gap(make_reason("too_many", limit=MAX_ELEMENTS, part="rows"))
        if self._rows > MAX_ROWS:
            yield Gap(make_reason("too_many", limit=MAX_ROWS, part="posts"))
        elif self.full:
            yield Gap(make_reason("too_long", part="list", limit=f"{MAX_REPLY_BYTES >> 20} MiB"))
        if self._bad:
            yield Gap(make_reason("bad_records", count=self._bad, row=self._first_bad))
        if self._hints_cut:
            yield Gap(make_reason("too_many", limit=MAX_HINTS_PER_POST, part="hints"))
        if self._cut:
            yield Gap(make_reason("too_long", part="caption", limit=f"{MAX_TEXT_LENGTH:,}"))
        for name, times in list(self._bad_places.items())[:20]:
            yield make_reason("bad_place", field=name, count=times)
