"""Column names of post lists, as officers, spreadsheets and download programs write them."""

from collections.abc import Mapping

COLUMN_NAMES: Mapping[str, tuple[str, ...]] = {
    "url": ("webpage_url", "url", "link"),
    "caption": ("caption", "text", "description", "desc", "content", "body", "title"),
    "author": ("author", "username", "user", "uploader"),
    "posted_at": ("posted_at", "created_at", "timestamp", "date", "time"),
    "media": ("media", "filename", "file", "path"),
}
"""Names of each column, in any case. Of several filled ones the first counts; for text all do.

``webpage_url`` comes first: where yt-dlp writes both, ``url`` is that of the stream, which changes every day.
"""
COLUMNS = tuple(COLUMN_NAMES)
"""Column names of this program."""
KNOWN_NAMES: Mapping[str, str] = {name: column for column, names in COLUMN_NAMES.items() for name in names}


def normalise_column(name: str) -> str:
    """Normalise a column name for comparison.

    >>> normalise_column(" Caption "), KNOWN_NAMES.get(normalise_column("Description"))
    ('caption', 'caption')
    """
    return name.strip().casefold()


def column_values(row: Mapping[str, str], column: str) -> list[str]:
    """Values of a row in this column under each of its names, in order of precedence."""
    return [row[name] for name in COLUMN_NAMES[column] if row.get(name, "").strip()]
