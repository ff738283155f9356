"""Read the record of one post that a download program wrote beside a media file: gallery-dl, TikTok ``itemStruct``.

gallery-dl writes the response of a site and adds ``category`` and ``subcategory``. Keys differ between sites, so each
fact is looked up under all names that occur.
"""

from collections.abc import Iterator

from opsec.formats.json_stream import JsonValue, NestedValue
from opsec.i18n.reasons import make_reason
from opsec.model import MAX_TEXT_LENGTH, Hint, Post
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.posts.exports.json_positions import find_positions, limits_as_gaps, place_names
from opsec.readers.posts.exports.json_shape import ExportFormat, JsonObject, JsonShape
from opsec.readers.posts.exports.json_values import (
    first_count,
    first_text,
    first_timestamp,
    object_list,
    text_value,
    value_at,
)
from opsec.readers.posts.post_fields import short_text
from opsec.readers.text.coordinates import text_hints
from opsec.readers.text.post_text import comment_hints, sound_title_hints

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
_NOT_A_PLACE = ("id", "url", "pk", "lat", "lng", "latitude", "longitude")
"""Suffixes of location keys that do not name a place; the numbers are read as a pair."""


def recognises(outline: JsonShape) -> bool:
    """Whether the keys are those of gallery-dl or of a TikTok post."""
    keys = outline.members
    if isinstance(keys.get("category"), str) and isinstance(keys.get("subcategory"), str):
        return True
    if any(isinstance(keys.get(path[0]), NestedValue) for path in _WRAPPERS):
        return True
    return "desc" in keys and bool({"createTime", "create_time"} & keys.keys())


def read(outline: JsonShape) -> Iterator[ReaderOutput]:
    """Yield the post, then its places, sticker texts, sound and comments."""
    whole, stopped = outline.parse_whole()
    item = _unwrap_item(whole)
    caption = first_text(*(item.get(key) for key in _CAPTIONS))
    author = _author(item) or _author(whole)
    yield Post(
        author=short_text(author),
        caption=caption[:MAX_TEXT_LENGTH] if caption else None,
        posted_at=first_timestamp(*(item.get(key) for key in _TIMES)),
        url=short_text(_link(item, author)),
        source=(first_text(whole.get("category")) or "tiktok")[:40],
        views=_first_counts(item, _VIEWS),
        likes=_first_counts(item, _LIKES),
        shares=_first_counts(item, _SHARES),
    )
    if caption and len(caption) > MAX_TEXT_LENGTH:
        yield Gap(make_reason("too_long", part="caption", limit=f"{MAX_TEXT_LENGTH:,}"))
    yield from _places(item)
    yield from _sticker_texts(item)
    yield from sound_title_hints(dict(item))
    yield from comment_hints(object_list(item.get("comments")))
    if stopped is not None:
        raise stopped


def _unwrap_item(whole: JsonObject) -> JsonObject:
    """Post object, without the objects that may wrap it."""
    return next((item for path in _WRAPPERS if isinstance(item := value_at(dict(whole), *path), dict)), whole)


def _author(item: JsonObject) -> str | None:
    author = item.get("author") or item.get("owner") or item.get("user")
    inner = [author.get(key) for key in _AUTHORS] if isinstance(author, dict) else [author]
    return first_text(*inner, *(item.get(key) for key in _AUTHORS))


def _link(item: JsonObject, author: str | None) -> str | None:
    """URL of the post: as written, or composed for TikTok from author and id."""
    written = first_text(*(item.get(key) for key in _LINKS))
    number = text_value(item.get("id")) or ""
    if written or not (author and "createTime" in item and number.isdecimal()):
        return written
    return f"https://www.tiktok.com/@{author}/video/{number}"


def _first_counts(item: JsonObject, keys: tuple[str, ...]) -> int | None:
    counted = [item.get(name) for name in ("stats", "statsV2", "statistics")]
    inner = [one.get(key) for one in counted if isinstance(one, dict) for key in keys]
    return first_count(*inner, *(item.get(key) for key in keys))


def _places(item: JsonObject) -> Iterator[ReaderOutput]:
    """Yield names and positions of places, in objects and in the flat ``location_…`` keys of Instagram."""
    flat: dict[str, JsonValue] = {
        key.removeprefix(_PLACE_PREFIX): value for key, value in item.items() if key.startswith(_PLACE_PREFIX)
    }
    for key in _PLACES:
        yield from place_names(item.get(key), key)
    for key, value in flat.items():
        if key not in _NOT_A_PLACE:
            yield from place_names(value, f"{_PLACE_PREFIX}{key}")
    yield from limits_as_gaps(find_positions(dict(item), ""))


def _sticker_texts(item: JsonObject) -> Iterator[Hint]:
    """Texts that the author placed over the video."""
    for sticker in object_list(item.get("stickersOnItem")):
        lines = sticker.get("stickerText")
        for line in (lines if isinstance(lines, list) else [lines])[:20]:
            yield from text_hints((text_value(line) or "")[:MAX_TEXT_LENGTH], "sticker")


PLATFORM = ExportFormat(recognises, read)
