"""The record of one post that a download program wrote beside its medium: gallery-dl, and TikTok's own ``itemStruct``.

gallery-dl writes what a site answered, with ``category`` and ``subcategory`` added; names of keys differ
from site to site, so each fact is looked for under all the names that occur.
"""

from collections.abc import Iterator

from opsec.formats.json_stream import Built, Nested
from opsec.i18n.messages import reason
from opsec.model import MAX_TEXT, Hint, Post, Reason
from opsec.model.records import Found, Gap
from opsec.readers.posts.exports.json_positions import names_in, positions_in
from opsec.readers.posts.exports.json_shape import Object, Outline, Platform
from opsec.readers.posts.exports.json_values import first_count, first_moment, first_words, inside, objects, words
from opsec.readers.posts.post_fields import short
from opsec.readers.text.comments import comments_told
from opsec.readers.text.coordinates import written_hints
from opsec.readers.text.sound_title import sounds_in

_WRAPPERS = (("itemInfo", "itemStruct"), ("itemStruct",), ("aweme_detail",))
_AUTHORS = ("uniqueId", "unique_id", "username", "nickname", "nick", "name", "fullname", "user", "uploader")
_CAPTIONS = ("desc", "description", "content", "caption", "text", "title")
_TIMES = ("createTime", "create_time", "taken_at", "taken_at_timestamp", "timestamp", "date", "post_date")
_LINKS = ("post_url", "webpage_url", "share_url", "url")
_VIEWS = ("playCount", "play_count", "view_count", "views", "video_view_count")
_LIKES = ("diggCount", "digg_count", "likes", "like_count", "favorite_count")
_SHARES = ("shareCount", "share_count", "repost_count", "retweet_count", "shares", "reposts")
_PLACES = ("poi", "poi_info", "contentLocation", "locationCreated", "location", "place", "place_name", "venue")
_PLACE_PREFIX = "location_"
_NO_PLACE = ("id", "url", "pk", "lat", "lng", "latitude", "longitude")
"""What follows the prefix in facts that name no place; the numbers are read as a pair."""


def tells(outline: Outline) -> bool:
    """gallery-dl's two words, or the names that TikTok gives to a post."""
    keys = outline.members
    if isinstance(keys.get("category"), str) and isinstance(keys.get("subcategory"), str):
        return True
    if any(isinstance(keys.get(path[0]), Nested) for path in _WRAPPERS):
        return True
    return "desc" in keys and bool({"createTime", "create_time"} & keys.keys())


def read(outline: Outline) -> Iterator[Found]:
    """The post's facts, then its places, the text of its stickers, its sound and its comments."""
    whole, stopped = outline.whole()
    item = _item(whole)
    caption = first_words(*(item.get(key) for key in _CAPTIONS))
    author = _author(item) or _author(whole)
    yield Post(
        author=short(author),
        caption=caption[:MAX_TEXT] if caption else None,
        posted_at=first_moment(*(item.get(key) for key in _TIMES)),
        url=short(_link(item, author)),
        source=(first_words(whole.get("category")) or "tiktok")[:40],
        views=_reach(item, _VIEWS),
        likes=_reach(item, _LIKES),
        shares=_reach(item, _SHARES),
    )
    if caption and len(caption) > MAX_TEXT:
        yield Gap(reason("too_long", part="caption", limit=f"{MAX_TEXT:,}"))
    yield from _places(item)
    yield from _stickers(item)
    yield from sounds_in(dict(item))
    yield from comments_told(objects(item.get("comments")))
    if stopped is not None:
        raise stopped


def _item(whole: Object) -> Object:
    """The post itself, out of what it may be wrapped in."""
    return next((item for path in _WRAPPERS if isinstance(item := inside(dict(whole), *path), dict)), whole)


def _author(item: Object) -> str | None:
    author = item.get("author") or item.get("owner") or item.get("user")
    inner = [author.get(key) for key in _AUTHORS] if isinstance(author, dict) else [author]
    return first_words(*inner, *(item.get(key) for key in _AUTHORS))


def _link(item: Object, author: str | None) -> str | None:
    """Where the post stands: as written, or as TikTok composes it of the author and the number."""
    written = first_words(*(item.get(key) for key in _LINKS))
    number = words(item.get("id")) or ""
    if written or not (author and "createTime" in item and number.isdecimal()):
        return written
    return f"https://www.tiktok.com/@{author}/video/{number}"


def _reach(item: Object, keys: tuple[str, ...]) -> int | None:
    counted = [item.get(name) for name in ("stats", "statsV2", "statistics")]
    inner = [one.get(key) for one in counted if isinstance(one, dict) for key in keys]
    return first_count(*inner, *(item.get(key) for key in keys))


def _places(item: Object) -> Iterator[Hint | Reason]:
    """Names and positions of places, in objects of their own and in the flat ``location_…`` facts of Instagram."""
    flat: dict[str, Built] = {
        key.removeprefix(_PLACE_PREFIX): value for key, value in item.items() if key.startswith(_PLACE_PREFIX)
    }
    for key in _PLACES:
        yield from names_in(item.get(key), key)
    for key, value in flat.items():
        if key not in _NO_PLACE:
            yield from names_in(value, f"{_PLACE_PREFIX}{key}")
    yield from positions_in({key: flat[key] for key in flat if not isinstance(flat[key], dict | list)}, "location_lat")
    yield from positions_in(dict(item), "")


def _stickers(item: Object) -> Iterator[Hint]:
    """Words that the author laid over the film."""
    for sticker in objects(item.get("stickersOnItem")):
        lines = sticker.get("stickerText")
        for line in (lines if isinstance(lines, list) else [lines])[:20]:
            yield from written_hints((words(line) or "")[:MAX_TEXT], "sticker")


PLATFORM = Platform(tells, read)
