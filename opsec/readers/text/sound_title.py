"""The title of the sound under a clip, as downloaders and exports write it: often somebody else's words."""

from collections.abc import Iterable, Iterator

from opsec.formats.json_stream import Built
from opsec.model import Hint
from opsec.readers.field_values import LONGEST_NAME
from opsec.readers.posts.post_fields import whole
from opsec.readers.text.coordinates import written_hints

FIELD = "sound"
_KEYS = ("music", "sound", "track", "music_info", "added_sound_music_info")
"""Under which a post has its sound: a title, or an object with one."""
_TITLES = ("title", "name", "track", "musicName")


def sounds_in(post: dict[str, Built], keys: Iterable[str] = _KEYS) -> Iterator[Hint]:
    """The titles of a post's sounds, each once, with the places written in them.

    >>> [hint.text for hint in sounds_in({"music": {"title": "original sound", "id": "7"}})]
    ['original sound']
    """
    told = (title for key in keys for title in _titles(post.get(key)))
    for title in dict.fromkeys(told):
        yield from written_hints(title, FIELD)


def _titles(sound: Built) -> Iterator[str]:
    titles = [sound.get(key) for key in _TITLES] if isinstance(sound, dict) else [sound]
    yield from (whole(title).strip()[:LONGEST_NAME] for title in titles if isinstance(title, str))
