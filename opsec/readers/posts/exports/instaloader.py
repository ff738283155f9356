"""Read the record that instaloader writes beside each post, profile or story of Instagram (``--no-compress-json``).

The file holds Instagram's own ``node`` and a note of instaloader's version and the kind of the node
(instaloader, ``structures.py``). Names of tagged people are not read.
"""

from collections.abc import Iterator

from opsec.formats.json_stream import JsonValue, NestedValue
from opsec.i18n.reasons import make_reason
from opsec.model import MAX_TEXT_LENGTH, Post
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.posts.exports.json_positions import find_positions, limits_as_gaps, place_names
from opsec.readers.posts.exports.json_shape import ExportFormat, JsonShape
from opsec.readers.posts.exports.json_values import (
    first_count,
    first_text,
    first_timestamp,
    object_list,
    text_value,
    value_at,
)
from opsec.readers.posts.exports.json_walk import JsonWalk
from opsec.readers.posts.post_fields import short_text
from opsec.readers.text.post_text import comment_hints

_CAPTION_EDGES = "edge_media_to_caption"
_COMMENT_EDGES = ("edge_media_to_comment", "edge_media_to_parent_comment", "edge_media_preview_comment")
_LIKES = ("edge_media_preview_like", "edge_liked_by")
_READ_BY_NAME = frozenset(
    {_CAPTION_EDGES, *_COMMENT_EDGES, *_LIKES, "edge_media_to_tagged_user", "usertags", "owner", "user", "location",
     "caption", "coauthor_producers", "likers", "top_likers", "facepile_top_likers"}
)  # fmt: skip


def recognises(outline: JsonShape) -> bool:
    """Whether the file has the two members that instaloader writes."""
    return all(isinstance(outline.members.get(key), NestedValue) for key in ("node", "instaloader"))


def read(outline: JsonShape) -> Iterator[ReaderOutput]:
    """Yield the post, its place, its comments and its other words."""
    whole, stopped = outline.parse_whole()
    node = whole.get("node")
    facts = node if isinstance(node, dict) else {}
    phone = facts.get("iphone_struct")
    caption = _caption(facts)
    owner = value_at(facts, "owner", "username"), value_at(phone, "user", "username")
    shortcode = text_value(facts.get("shortcode"))
    yield Post(
        author=short_text(first_text(*owner, facts.get("username"))),
        caption=caption[:MAX_TEXT_LENGTH] if caption else None,
        posted_at=first_timestamp(facts.get("taken_at_timestamp"), facts.get("date"), value_at(phone, "taken_at")),
        url=short_text(f"https://www.instagram.com/p/{shortcode}/") if shortcode else None,
        source="instaloader",
        views=first_count(facts.get("video_view_count"), facts.get("video_play_count")),
        likes=first_count(*(value_at(facts, key, "count") for key in _LIKES)),
    )
    if caption and len(caption) > MAX_TEXT_LENGTH:
        yield Gap(make_reason("too_long", part="caption", limit=f"{MAX_TEXT_LENGTH:,}"))
    for place in (facts.get("location"), value_at(phone, "location")):
        yield from place_names(place, "location")
        yield from limits_as_gaps(find_positions(place, "location"))
    yield from comment_hints(_comments(facts))
    walk = JsonWalk(skip=_READ_BY_NAME, with_keys=False)
    yield from walk.hints(facts)
    yield from walk.gaps()
    if stopped is not None:
        raise stopped


def _caption(facts: dict[str, JsonValue]) -> str | None:
    """Text of a post; of a profile, what the account says of itself."""
    edges = object_list(value_at(facts, _CAPTION_EDGES, "edges"))
    texts = [value_at(edge, "node", "text") for edge in edges]
    phone = value_at(facts, "iphone_struct", "caption", "text")
    return first_text(*texts, facts.get("caption"), value_at(facts, "caption", "text"), phone, facts.get("biography"))


def _comments(facts: dict[str, JsonValue]) -> Iterator[JsonValue]:
    for key in _COMMENT_EDGES:
        for edge in object_list(value_at(facts, key, "edges")):
            yield edge.get("node")
    yield from object_list(facts.get("comments"))


PLATFORM = ExportFormat(recognises, read)
