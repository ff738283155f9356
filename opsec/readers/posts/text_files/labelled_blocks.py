"""Read text exports that write every record as lines of ``Label: value``, with an empty line between records.

TikTok's export in its text form ("Download your data", TXT) does: ``Posts.txt`` with ``Date``, ``Link``, ``Title``,
``Comments.txt`` with ``Date``, ``Comment``. A value may have several lines, and empty lines among them.
"""

import re
from collections.abc import Iterator, Mapping

from opsec.model import MAX_TEXT_LENGTH, Hint, Post, Reason
from opsec.model.records import ReaderOutput
from opsec.readers.coordinate_values import is_ref_name
from opsec.readers.posts.exports.json_positions import find_positions, place_names
from opsec.readers.posts.exports.post_collector import PostCollector
from opsec.readers.posts.post_fields import parse_count, parse_post_time, short_text
from opsec.readers.text.coordinates import text_hints
from opsec.readers.text.post_text import sound_title_hints
from opsec.readers.text.word_filter import has_words

PART = "text export"
_LINE = re.compile(r"[^\n]*\n?")
_LABEL = re.compile(r"([^\W\d_][^:\n]{0,39}?)\s?:(?:\s(.*)|$)", re.DOTALL)
_FIRST_LINES, _FIRST_CHARACTERS = 20, 20_000
_MAX_LABELS = 60
"""Limit of labels of one record."""

_CAPTIONS = ("title", "caption", "description", "desc", "comment", "text", "content", "message", "biodescription")
_TIMES = ("date", "time", "timestamp", "created", "createtime")
_LINKS = ("link", "videolink", "url", "share link")
_AUTHORS = ("author", "username", "from", "user", "account")
_COUNTS = ("like(s)", "likes", "like")
_PLACES = ("location", "place", "poi", "address")
_SOUNDS = ("sound", "music")
_READ_AS_FACTS = frozenset((*_CAPTIONS, *_TIMES, *_LINKS, *_AUTHORS, *_COUNTS, *_PLACES, *_SOUNDS))
_COORDINATES = frozenset({"latitude", "lat", "longitude", "lng", "lon"})

Record = Mapping[str, str]


def is_labelled(text: str) -> bool:
    """Whether the first record consists of labels only and has a date."""
    labels: dict[str, str] = {}
    for line in text.lstrip()[:_FIRST_CHARACTERS].split("\n")[:_FIRST_LINES]:
        found = _LABEL.match(line.rstrip())
        if found is None:
            break
        labels.setdefault(found[1].casefold(), found[2] or "")
    return len(labels) > 1 and any(_parse_time(labels.get(name)) for name in _TIMES)


def read_labelled(text: str) -> Iterator[ReaderOutput]:
    """Yield a post for each record with words, a date, a link or a place."""
    rows = PostCollector()
    for record in _records(text):
        yield from _read_record(record, rows)
        if rows.full:
            break
    yield from rows.remarks()


def _records(text: str) -> Iterator[Record]:
    """Split at each line that repeats the first label of the file after an empty line.

    An empty line alone does not end a record, because a caption may contain one.
    """
    opening, label, after_gap = "", "", True
    values: dict[str, list[str]] = {}
    length = 0
    for line_found in _LINE.finditer(text):
        words = line_found[0].rstrip("\n")
        found = _LABEL.match(words) if len(values) < _MAX_LABELS else None
        name = found[1].casefold() if found else ""
        opening = opening or name
        if after_gap and name == opening and values:
            yield {key: "\n".join(texts).strip() for key, texts in values.items()}
            values, length = {}, 0
        if found and (after_gap is False or name == opening or not values) and name not in values:
            label, words = name, found[2] or ""
        if length <= MAX_TEXT_LENGTH:
            values.setdefault(label, []).append(words)
            length += len(words) + 1
        after_gap = not line_found[0].strip()
    if values:
        yield {key: "\n".join(texts).strip() for key, texts in values.items()}


def _parse_time(written: str | None) -> str | None:
    return parse_post_time(written.strip().replace(" UTC", "Z")) if written else None


def _first(record: Record, names: tuple[str, ...]) -> str | None:
    return next((record[name] for name in names if record.get(name)), None)


def _read_record(record: Record, rows: PostCollector) -> Iterator[ReaderOutput]:
    caption = "\n".join(dict.fromkeys(record[name] for name in (*_CAPTIONS, "") if record.get(name)))
    link = short_text(_first(record, _LINKS))
    post = Post(
        author=short_text(_first(record, _AUTHORS)),
        caption=caption[:MAX_TEXT_LENGTH].replace("\0", "\ufffd") or None,
        posted_at=_parse_time(_first(record, _TIMES)),
        url=link,
        source="TikTok export" if "tiktok" in (link or "") else PART,
        likes=parse_count(_first(record, _COUNTS) or ""),
    )
    extras = list(_other_hints(record))
    if caption or post.posted_at or link or extras:
        yield from rows.add_post(post, caption, None, extras)


def _other_hints(record: Record) -> Iterator[Hint | Reason]:
    """Yield places, sounds, and the words of other values."""
    yield from place_names(_first(record, _PLACES), PART)
    axes = {name: value for name, value in record.items() if name in _COORDINATES or is_ref_name(name)}
    yield from find_positions(dict(axes), PART)
    yield from sound_title_hints({"sound": _first(record, _SOUNDS)})
    for name, value in record.items():
        if name and name not in _READ_AS_FACTS and has_words(value):
            yield from text_hints(value, name[:40])
