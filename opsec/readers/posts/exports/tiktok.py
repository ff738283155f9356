"""What TikTok gives under "Download your data" (``user_data.json``): the account's own posts, with dates and links.

The list stands under ``Post.Posts.VideoList``, in older files under ``Video.Videos.VideoList``, in both
below one more object at times. Lists of that name elsewhere are videos that the account only watched.
"""

from collections.abc import Iterator

from opsec.formats.json_stream import Nested, built, members
from opsec.model import MAX_TEXT, Hint, Post, Reason
from opsec.model.records import Found
from opsec.readers.posts.exports.json_positions import names_in, positions_in
from opsec.readers.posts.exports.json_shape import Object, Outline, Platform, lists_in
from opsec.readers.posts.exports.json_values import first_count, first_moment, first_words, words
from opsec.readers.posts.exports.post_collector import Rows
from opsec.readers.posts.post_fields import short
from opsec.readers.text.coordinates import written_hints
from opsec.readers.text.sound_title import sounds_in

PART = "user_data.json"
_DEPTH = 4
_OWN = ("Posts", "Videos")
_SECTIONS = frozenset(
    {"Post", "Video", "Activity", "Your Activity", "Profile", "Profile And Settings", "App Settings", "Tiktok Live"}
)
_CAPTIONS = ("Title", "Caption", "Description", "Desc")
_OTHER_WORDS = {"AddYoursText": "sticker", "AlternateText": "alternate text"}


def tells(outline: Outline) -> bool:
    """At least two of the sections that every such file has, under their own names."""
    found = {key for key, value in outline.members.items() if key in _SECTIONS and isinstance(value, Nested)}
    return len(found) >= 2 or bool(found & {"Post", "Video"})


def read(outline: Outline) -> Iterator[Found]:
    """A post for each video of the account."""
    rows = Rows()
    author = _author(outline)
    for path, nested in lists_in(outline, _DEPTH):
        if path[-1] == "VideoList" and path[-2:-1] and path[-2] in _OWN:
            for video in rows.records(outline.text, nested):
                yield from _video(video, author, rows)
    yield from rows.remarks()


def _author(outline: Outline) -> str | None:
    """The account's name, from its profile; none when the file holds no profile."""
    for section in ("Profile And Settings", "Profile"):
        profile = outline.members.get(section)
        if not isinstance(profile, Nested) or profile.is_list:
            continue
        for _, value in members(outline.text, MAX_TEXT, profile):
            if isinstance(value, Nested) and not value.is_list:
                inner = dict(members(outline.text, MAX_TEXT, value))
                card = inner.get("ProfileMap")
                facts = built(outline.text, card) if isinstance(card, Nested) else None
                if isinstance(facts, dict) and words(facts.get("userName")):
                    return words(facts["userName"])
    return None


def _video(video: Object, author: str | None, rows: Rows) -> Iterator[Found]:
    caption = first_words(*(video.get(key) for key in _CAPTIONS))
    post = Post(
        author=short(author),
        caption=caption[:MAX_TEXT] if caption else None,
        posted_at=first_moment(video.get("Date")),
        url=short(first_words(video.get("Link"), video.get("VideoLink"))),
        source="TikTok export",
        likes=first_count(video.get("Likes")),
    )
    told = list(_places(video))
    if caption or post.posted_at or post.url or told:
        yield from rows.give(post, caption, None, told)


def _places(video: Object) -> Iterator[Hint | Reason]:
    location = video.get("Location")
    yield from names_in(words(location) if isinstance(location, str) else location, f"{PART}:Location")
    yield from positions_in(dict(video), f"{PART}:VideoList")
    for key, field in _OTHER_WORDS.items():
        yield from written_hints(words(video.get(key)) or "", field)
    yield from sounds_in({"sound": words(video.get("Sound"))})


PLATFORM = Platform(tells, read)
