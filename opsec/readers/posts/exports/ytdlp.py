"""yt-dlp's record of one post under a shorter name: ``clip.json`` instead of ``clip.info.json``."""

from collections.abc import Iterator

from opsec.model.records import Found
from opsec.readers.posts import ytdlp_info_json
from opsec.readers.posts.exports.json_shape import Outline, Platform


def tells(outline: Outline) -> bool:
    """The two facts that yt-dlp writes of every post."""
    return all(isinstance(outline.members.get(key), str) for key in ("extractor", "webpage_url"))


def read(outline: Outline) -> Iterator[Found]:
    """As of an ``.info.json``."""
    return ytdlp_info_json.told_in(outline.text)


PLATFORM = Platform(tells, read)
