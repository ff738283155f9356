"""Text of a post that others may have written: comments under it, and the title of its sound.

Download programs and data exports store both, under different keys.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from opsec.formats.json_stream import JsonValue
from opsec.i18n.reasons import make_reason
from opsec.model import Hint
from opsec.model.fields import COMMENT, SOUND
from opsec.model.notes import COMMENT_AUTHOR, Note, make_note
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.field_values import MAX_NAME_LENGTH
from opsec.readers.posts.post_fields import replace_lone_surrogates, short_text
from opsec.readers.text.coordinates import text_hints

MAX_COMMENTS = 2_000
MAX_COMMENT_LENGTH = 2_000
"""Code points of one comment; no platform accepts more."""
_TEXT_KEYS = ("text", "content", "comment")
_AUTHOR_KEYS = ("author", "user", "owner", "author_id")
_AUTHOR_NAME_KEYS = ("uniqueId", "unique_id", "username", "nickname", "nick", "name")

_SOUND_KEYS = ("music", "sound", "track", "music_info", "added_sound_music_info")
"""Keys of a post's sound: a title, or an object with one."""
_TITLE_KEYS = ("title", "name", "track", "musicName")


def comment_hints(comments: Iterable[JsonValue]) -> Iterator[ReaderOutput]:
    """Yield the comments and the coordinates in them, with a note of the author."""
    rest = iter(comments)
    for comment in islice(rest, MAX_COMMENTS):
        if isinstance(comment, dict):
            text = next((text for key in _TEXT_KEYS if isinstance(text := comment.get(key), str)), "")
            author = _author(comment)
            for hint in text_hints(replace_lone_surrogates(text)[:MAX_COMMENT_LENGTH], COMMENT):
                yield replace(hint, notes=(*hint.notes, *author))
    if next(rest, None) is not None:
        yield Gap(make_reason("too_many", limit=MAX_COMMENTS, part="comments"))


def _author(comment: dict[str, JsonValue]) -> tuple[Note, ...]:
    for key in _AUTHOR_KEYS:
        author = comment.get(key)
        names = [author.get(name) for name in _AUTHOR_NAME_KEYS] if isinstance(author, dict) else [author]
        name = next((name for name in names if isinstance(name, str) and name.strip()), None)
        if name:
            return (make_note(COMMENT_AUTHOR, author=short_text(name) or ""),)
    return ()


def sound_title_hints(post: dict[str, JsonValue], keys: Iterable[str] = _SOUND_KEYS) -> Iterator[Hint]:
    """Yield the titles of a post's sounds without duplicates, and the coordinates in them.

    >>> [hint.text for hint in sound_title_hints({"music": {"title": "original sound", "id": "7"}})]
    ['original sound']
    """
    titles = (title for key in keys for title in _sound_titles(post.get(key)))
    for title in dict.fromkeys(titles):
        yield from text_hints(title, SOUND)


def _sound_titles(sound: JsonValue) -> Iterator[str]:
    titles = [sound.get(key) for key in _TITLE_KEYS] if isinstance(sound, dict) else [sound]
    yield from (replace_lone_surrogates(title).strip()[:MAX_NAME_LENGTH] for title in titles if isinstance(title, str))
