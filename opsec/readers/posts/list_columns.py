"""Columns of a post list, by the names that officers, spreadsheets and download programs give them."""

from collections.abc import Mapping

NAMES: Mapping[str, tuple[str, ...]] = {
    "url": ("webpage_url", "url", "link"),
    "caption": ("caption", "text", "description", "desc", "content", "body", "title"),
    "author": ("author", "username", "user", "uploader"),
    "posted_at": ("posted_at", "created_at", "timestamp", "date", "time"),
    "media": ("media", "filename", "file", "path"),
}
"""Column → the names it may have, in any case. Of those that a row fills the first counts; of words all do.

``webpage_url`` comes first: where yt-dlp writes both, ``url`` is that of the stream, another one every day.
"""
COLUMNS = tuple(NAMES)
"""As this program calls them itself."""
KNOWN: Mapping[str, str] = {name: column for column, names in NAMES.items() for name in names}


def normal(name: str) -> str:
    """The form in which names of columns are compared.

    >>> normal(" Caption "), KNOWN.get(normal("Description"))
    ('caption', 'caption')
    """
    return name.strip().casefold()


def filled(row: Mapping[str, str], column: str) -> list[str]:
    """What a row says in this column under each of its names, the name that counts first."""
    return [row[name] for name in NAMES[column] if row.get(name, "").strip()]
