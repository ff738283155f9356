"""Read ``user_data.json`` of TikTok ("Download your data"): what the account posted and wrote, with dates and links.

Its posts are in ``Post.Posts.VideoList``, in older files ``Video.Videos.VideoList``, sometimes one object deeper. Lists
of that name elsewhere are videos that the account watched. Its comments are in ``Comment.Comments.CommentsList``, its
messages under ``ChatHistory``, its broadcasts in ``GoLiveList``, its drafts and deleted posts in lists of those names.
"""

from collections.abc import Iterator

from opsec.formats.json_stream import NestedValue, iter_object, parse_nested
from opsec.model import MAX_TEXT_LENGTH, Hint, Post, Reason
from opsec.model.records import ReaderOutput
from opsec.readers.posts.exports.json_positions import find_positions, place_names
from opsec.readers.posts.exports.json_shape import ExportFormat, JsonObject, JsonShape, find_lists
from opsec.readers.posts.exports.json_values import first_count, first_text, first_timestamp, text_value
from opsec.readers.posts.exports.post_collector import PostCollector
from opsec.readers.posts.post_fields import short_text
from opsec.readers.text.coordinates import text_hints
from opsec.readers.text.post_text import sound_title_hints
from opsec.readers.text.word_filter import has_words

PART = "user_data.json"
_DEPTH = 5
_OWN_POSTS = ("Posts", "Videos")
_DRAFT_LISTS = ("DraftList", "DraftsList", "PostList", "DeletedPostList")
_COMMENT_LISTS = ("CommentsList", "CommentList")
_LIVE_LISTS = ("GoLiveList", "LiveList")
_CHATS = ("ChatHistory", "Chat History", "GroupChat")
_WORDS = (
    (_COMMENT_LISTS, "own comment", ("comment", "Comment"), ("url", "Link", "link")),
    (_LIVE_LISTS, "live title", ("RoomTitle", "Title", "title"), ("Link", "link")),
    (_CHATS, "message", ("Content", "content"), ()),
)
"""Lists of words, by their name or that of an object around them: field of the hints, keys of the words, of a link."""
_TIMES = ("Date", "date", "LiveStartTime")
_SECTIONS = frozenset(
    {
        "Post",
        "Video",
        "Comment",
        "Direct Message",
        "Direct Messages",
        "Drafts",
        "Activity",
        "Your Activity",
        "Profile",
        "Profile And Settings",
        "App Settings",
        "Tiktok Live",
    }
)
_CAPTIONS = ("Title", "Caption", "Description", "Desc")
_OTHER_WORDS = {"AddYoursText": "sticker", "AlternateText": "alternate text"}


def recognises(outline: JsonShape) -> bool:
    """Whether the file has at least two of the sections of every such export."""
    found = {key for key, value in outline.members.items() if key in _SECTIONS and isinstance(value, NestedValue)}
    return len(found) >= 2 or bool(found & {"Post", "Video"})


def read(outline: JsonShape) -> Iterator[ReaderOutput]:
    """Yield a post for each video of the account."""
    rows = PostCollector()
    author = _author(outline)
    for path, nested in find_lists(outline, _DEPTH):
        own_posts = path[-1] == "VideoList" and path[-2:-1] and path[-2] in _OWN_POSTS
        words = next((kind for kind in _WORDS if any(name in path for name in kind[0])), None)
        if own_posts or path[-1] in _DRAFT_LISTS:
            for video in rows.records(outline.text, nested):
                yield from _read_video(video, author, rows)
        elif words is not None:
            _names, field, text_keys, link_keys = words
            for record in rows.records(outline.text, nested):
                post = _written_post(record, author, link_keys)
                text = first_text(*(record.get(key) for key in text_keys)) or ""
                if has_words(text):
                    yield from rows.add_post(post, None, None, text_hints(text[:MAX_TEXT_LENGTH], field))
    yield from rows.remarks()


def _written_post(record: JsonObject, author: str | None, link_keys: tuple[str, ...]) -> Post:
    """Facts of something written: of a message its sender, else the account."""
    return Post(
        author=short_text(first_text(record.get("From"), record.get("from")) or author),
        posted_at=first_timestamp(*(record.get(key) for key in _TIMES)),
        url=short_text(first_text(*(record.get(key) for key in link_keys))),
        source="TikTok export",
    )


def _author(outline: JsonShape) -> str | None:
    """Account name from the profile; None without a profile."""
    for section in ("Profile And Settings", "Profile"):
        profile = outline.members.get(section)
        if not isinstance(profile, NestedValue) or profile.is_list:
            continue
        for _, value in iter_object(outline.text, MAX_TEXT_LENGTH, profile):
            if isinstance(value, NestedValue) and not value.is_list:
                inner = dict(iter_object(outline.text, MAX_TEXT_LENGTH, value))
                card = inner.get("ProfileMap")
                facts = parse_nested(outline.text, card) if isinstance(card, NestedValue) else None
                if isinstance(facts, dict) and text_value(facts.get("userName")):
                    return text_value(facts["userName"])
    return None


def _read_video(video: JsonObject, author: str | None, rows: PostCollector) -> Iterator[ReaderOutput]:
    caption = first_text(*(video.get(key) for key in _CAPTIONS))
    post = Post(
        author=short_text(author),
        caption=caption[:MAX_TEXT_LENGTH] if caption else None,
        posted_at=first_timestamp(video.get("Date")),
        url=short_text(first_text(video.get("Link"), video.get("VideoLink"))),
        source="TikTok export",
        likes=first_count(video.get("Likes")),
    )
    extras = list(_places(video))
    if caption or post.posted_at or post.url or extras:
        yield from rows.add_post(post, caption, None, extras)


def _places(video: JsonObject) -> Iterator[Hint | Reason]:
    location = video.get("Location")
    yield from place_names(text_value(location) if isinstance(location, str) else location, f"{PART}:Location")
    yield from find_positions(dict(video), f"{PART}:VideoList")
    for key, field in _OTHER_WORDS.items():
        yield from text_hints(text_value(video.get(key)) or "", field)
    yield from sound_title_hints({"sound": text_value(video.get("Sound"))})


_PRIVATE_LISTS = ("SearchList", "LoginHistoryList", "StatusList")
"""What the account searched for and where it signed in: nothing that anybody else can see."""
PLATFORM = ExportFormat(
    recognises,
    read,
    frozenset({"VideoList", *_DRAFT_LISTS, *_COMMENT_LISTS, *_LIVE_LISTS, *_CHATS, *_PRIVATE_LISTS}),
)
