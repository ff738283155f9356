"""Read JSON of a format that no other module knows: its posts, its words and its positions.

Arrays of objects that look like posts (a text with a date, a link or an author) become posts. All other words and
positions become hints, with the path of keys as their field. A file with neither yields nothing.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from opsec.formats.json_stream import (
    InvalidJsonError,
    JsonValue,
    NestedValue,
    TruncatedJsonError,
    iter_object,
    iter_parsed_array,
    parse_nested,
)
from opsec.i18n.reasons import make_reason
from opsec.model import MAX_TEXT_LENGTH, Hint, Post, Reason
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.posts.exports.json_shape import ExportFormat, JsonObject, JsonShape, find_lists, first_objects
from opsec.readers.posts.exports.json_values import first_text, first_timestamp, fix_value, text_value
from opsec.readers.posts.exports.json_walk import JsonWalk, plain_key
from opsec.readers.posts.exports.post_collector import MAX_HINTS_PER_POST, PostCollector
from opsec.readers.posts.post_fields import short_text
from opsec.readers.text.word_filter import has_words

SOURCE = "JSON"
_TEXT_KEYS = (
    "caption", "text", "fulltext", "description", "desc", "content", "body", "message", "comment", "selftext", "title",
)  # fmt: skip
_TIME_KEYS = (
    "postedat", "createdat", "created", "createtime", "creationtimestamp", "takenat", "takenattimestamp", "publishedat",
    "published", "timestamp", "datetime", "date", "time", "postdate", "uploaddate",
)  # fmt: skip
_LINK_KEYS = ("webpageurl", "posturl", "permalink", "shareurl", "url", "link")
_AUTHOR_KEYS = ("author", "username", "user", "owner", "uploader", "account", "sender", "from")
_NAME_KEYS = ("uniqueid", "username", "nickname", "nick", "screenname", "name", "fullname")
_MEDIA_KEYS = ("media", "filename", "file")
_MAX_NAME_LENGTH = 200
_LIST_DEPTH = 4
_MAX_STREAM_DEPTH = 4
"""Levels of objects that are read member by member, because they are too long or too deep to be parsed whole."""

_Path = tuple[str, ...]


def recognises(outline: JsonShape) -> bool:  # noqa: ARG001 - every format is asked alike
    """Whether the file is JSON at all; this format comes last."""
    return True


def has_posts(outline: JsonShape) -> bool:
    """Whether the file has an array of posts; it comes before tracks, because a post may have a position and a time."""
    return next(_post_arrays(outline), None) is not None


def read(outline: JsonShape) -> Iterator[ReaderOutput]:
    """Yield posts, then the other words and positions."""
    if not outline.text.lstrip(" \t\r\n").startswith(("{", "[")):
        return
    walk, rows = JsonWalk(), PostCollector()
    arrays = dict(_post_arrays(outline))
    found_posts = False
    for array in arrays.values():
        try:
            for record in rows.records(outline.text, array):
                found_posts = True
                yield from _read_record({key: fix_value(value) for key, value in record.items()}, rows)
        except (TruncatedJsonError, InvalidJsonError):
            continue  # the walk below meets the fault again
    values = JsonValues(outline.text, frozenset(arrays))
    own, fault = _own_hints(outline, values, walk)
    yield from _as_rows(own, rows) if found_posts else own
    yield from rows.remarks()
    yield from walk.gaps()
    if values.left_out:
        yield Gap(make_reason("too_deep", part=SOURCE))
    if fault is not None:
        raise fault


def _post_arrays(outline: JsonShape) -> Iterator[tuple[_Path, NestedValue | None]]:
    """Yield the arrays whose first objects look like posts, with the keys that lead to them."""
    if any(map(_is_post, outline.first)):
        yield (), None
    try:
        for path, array in find_lists(outline, _LIST_DEPTH):
            if any(map(_is_post, first_objects(outline.text, array))):
                yield path, array
    except (TruncatedJsonError, InvalidJsonError):
        return  # the walk meets the fault again


# ── posts ─────────────────────────────────────────────────────────────────────────────────────
def _is_post(record: JsonObject) -> bool:
    facts = _plain_facts(record)
    has_text = any(isinstance(text := facts.get(key), str) and has_words(text) for key in _TEXT_KEYS)
    return has_text and any(facts.get(key) is not None for key in (*_TIME_KEYS, *_LINK_KEYS, *_AUTHOR_KEYS))


def _plain_facts(record: JsonObject) -> dict[str, JsonValue]:
    facts: dict[str, JsonValue] = {}
    for key, value in record.items():
        facts.setdefault(plain_key(key), value)
    return facts


def record_post(record: JsonObject, source: str = SOURCE) -> Post:
    """Facts of a post, by the usual names of their keys."""
    facts = _plain_facts(record)
    caption = first_text(*(facts.get(key) for key in _TEXT_KEYS))
    links = (text for key in _LINK_KEYS if (text := text_value(facts.get(key))) and "://" in text)
    return Post(
        author=short_text(_author(facts)),
        caption=caption[:MAX_TEXT_LENGTH] if caption else None,
        posted_at=first_timestamp(*(facts.get(key) for key in _TIME_KEYS)),
        url=short_text(next(links, None)),
        source=source,
    )


def _author(facts: Mapping[str, JsonValue]) -> str | None:
    for key in _AUTHOR_KEYS:
        author = facts.get(key)
        inner = _plain_facts(author) if isinstance(author, dict) else {}
        name = first_text(*(inner.get(name) for name in _NAME_KEYS)) if inner else text_value(author)
        if name:
            return name
    return None


def _read_record(record: JsonObject, rows: PostCollector) -> Iterator[ReaderOutput]:
    post = record_post(record)
    walk = JsonWalk(known={text for text in (post.caption, post.author) if text})
    extras = list(walk.hints(dict(record)))
    if post.caption or extras:
        facts = _plain_facts(record)
        media = first_text(*(facts.get(key) for key in _MEDIA_KEYS))
        is_name = media is not None and "://" not in media and "." in media and len(media) <= _MAX_NAME_LENGTH
        caption = first_text(*(facts.get(key) for key in _TEXT_KEYS))
        yield from rows.add_post(post, caption, media if is_name else None, extras)
    yield from walk.gaps()


# ── everything else ───────────────────────────────────────────────────────────────────────────
@dataclass(slots=True)
class JsonValues:
    """Iterates over the values of a file that may be too long or too deep to be parsed whole."""

    text: str
    read_elsewhere: Collection[_Path]
    """Paths of arrays that are left out."""
    skip: Collection[str] = ()
    """Keys whose values are left out."""
    left_out: bool = False
    """Whether some value was nested too deep to be read."""
    _on_the_way: set[_Path] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._on_the_way = {path[:length] for path in self.read_elsewhere for length in range(len(path))}

    def of(self, nested: NestedValue, path: _Path = ()) -> Iterator[tuple[str, JsonValue]]:
        """Yield parsed values with their path.

        Raises
        ------
        TruncatedJsonError, InvalidJsonError
            After the last value that could be reached.
        """
        if path in self.read_elsewhere:
            return
        value = self._parsed(nested) if path not in self._on_the_way else nested
        if not isinstance(value, NestedValue):
            yield ".".join(path), value
        elif len(path) >= _MAX_STREAM_DEPTH:
            self.left_out = True
        elif nested.is_list:
            yield from self._elements(nested, path)
        else:
            for key, member in iter_object(self.text, MAX_TEXT_LENGTH + 1, nested):
                if key in self.skip:
                    continue
                if isinstance(member, NestedValue):
                    yield from self.of(member, (*path, key))
                else:
                    yield ".".join((*path, key)), member

    def _elements(self, nested: NestedValue, path: _Path) -> Iterator[tuple[str, JsonValue]]:
        for element in iter_parsed_array(self.text, nested):
            if isinstance(element, NestedValue):
                yield from self.of(element, (*path, "[]"))
            else:
                yield ".".join(path), element

    def _parsed(self, nested: NestedValue) -> JsonValue:
        try:
            return parse_nested(self.text, nested)
        except (TruncatedJsonError, InvalidJsonError):
            return nested


def _own_hints(
    outline: JsonShape, values: JsonValues, walk: JsonWalk
) -> tuple[list[Hint | Reason], TruncatedJsonError | InvalidJsonError | None]:
    """Hints of everything outside the posts, and the fault that ended the file, if any."""
    start = len(outline.text) - len(outline.text.lstrip(" \t\r\n"))
    root = NestedValue(start, outline.text.startswith("[", start))
    own: list[Hint | Reason] = []
    try:
        for path, value in values.of(root):
            own += walk.hints(value, path)
            if walk.exhausted:
                break
    except (TruncatedJsonError, InvalidJsonError) as fault:
        return own, fault
    return own, None


def read_other_members(
    outline: JsonShape,
    read_keys: Collection[str],
    known: Collection[str],
    read_elsewhere: frozenset[_Path] = frozenset(),
) -> Iterator[ReaderOutput]:
    """Yield words and positions of the members that a format does not read, as posts without a caption.

    Parameters
    ----------
    outline
        The file.
    read_keys
        As in ``ExportFormat``.
    known
        Texts that the format yielded; they are not yielded again.
    read_elsewhere
        Paths of keys to arrays that the format reads whole.
    """
    walk, rows = JsonWalk(skip=read_keys, known=known, with_keys=False), PostCollector()
    values = JsonValues(outline.text, read_elsewhere, skip=read_keys)
    own, _fault = _own_hints(outline, values, walk)  # the caller reports the fault: it ended the outline as well
    yield from _as_rows(own, rows)
    yield from rows.remarks()
    yield from walk.gaps()
    if values.left_out:
        yield Gap(make_reason("too_deep", part=SOURCE))


def _as_rows(own: list[Hint | Reason], rows: PostCollector) -> Iterator[ReaderOutput]:
    """Yield hints as posts without a caption, because a list of posts has no hints of its own."""
    for first in range(0, len(own), MAX_HINTS_PER_POST):
        yield from rows.add_post(Post(source=SOURCE), None, None, own[first : first + MAX_HINTS_PER_POST])


POSTS = ExportFormat(has_posts, read)
PLATFORM = ExportFormat(recognises, read)
