"""Read the record of yt-dlp under a shorter name: ``clip.json`` instead of ``clip.info.json``."""

from collections.abc import Iterator

from opsec.model.records import ReaderOutput
from opsec.readers.posts import ytdlp_info_json
from opsec.readers.posts.exports.json_shape import ExportFormat, JsonShape


def recognises(outline: JsonShape) -> bool:
    """Whether the file has the two keys that yt-dlp writes for every post."""
    return all(isinstance(outline.members.get(key), str) for key in ("extractor", "webpage_url"))


def read(outline: JsonShape) -> Iterator[ReaderOutput]:
    """Read it as an ``.info.json``."""
    return ytdlp_info_json.parse_info_json(outline.text)


PLATFORM = ExportFormat(recognises, read)
