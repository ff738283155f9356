"""The formats of a scan by name: each one function from a scan to bytes. A new one is a module and a line here."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from opsec.errors import UsageError
from opsec.i18n.messages import Lang, _
from opsec.i18n.safe_text import path_text, plain
from opsec.i18n.suggestions import nearest
from opsec.model import Scan
from opsec.reports.csv import spreadsheet
from opsec.reports.geojson import feature_collection
from opsec.reports.json_writer import json_document, json_line
from opsec.reports.scan_json import clip_record, scan_record
from opsec.reports.scan_page import scan_page
from opsec.reports.terminal import print_table
from opsec.settings import Terminal


@dataclass(frozen=True, slots=True)
class Format:
    """One way of writing a scan down."""

    name: str
    extensions: tuple[str, ...]
    render: Callable[[Scan, Lang], bytes]
    """Same scan and language, same bytes."""
    holds_coordinates: bool
    """Whether it is for the officer's own eyes; the others mask every position."""


def _json(scan: Scan, _lang: Lang) -> bytes:
    return json_document(scan_record(scan))


def _json_lines(scan: Scan, _lang: Lang) -> bytes:
    return b"".join(json_line(clip_record(result)) for result in scan.results)


def _geojson(scan: Scan, _lang: Lang) -> bytes:
    return feature_collection(scan)


def _table(scan: Scan, lang: Lang) -> bytes:
    stream = io.StringIO()
    print_table(scan, lang, Terminal(bidi="terminal"), stream)
    return stream.getvalue().encode()


FORMATS: Mapping[str, Format] = {
    made.name: made
    for made in (
        Format("json", (".json",), _json, holds_coordinates=True),
        Format("jsonl", (".jsonl", ".ndjson"), _json_lines, holds_coordinates=True),
        Format("csv", (".csv",), spreadsheet, holds_coordinates=False),
        Format("geojson", (".geojson",), _geojson, holds_coordinates=True),
        Format("html", (".html", ".htm"), scan_page, holds_coordinates=False),
        Format("table", (".txt",), _table, holds_coordinates=False),
    )
}


def format_of(path: Path) -> str:
    """The format that a file's extension asks for.

    >>> format_of(Path("week.HTML"))
    'html'

    Raises
    ------
    UsageError
        No format has this extension.
    """
    by_extension = {extension: made.name for made in FORMATS.values() for extension in made.extensions}
    extension = path.suffix.lower()
    if extension in by_extension:
        return by_extension[extension]
    file, known = plain(path_text(path)), " ".join(by_extension)
    near = nearest(extension, by_extension)
    if near:
        raise UsageError(
            _(
                "{file}: no format has this extension; did you mean {near}? Known are {known}",
                file=file,
                near=near,
                known=known,
            )
        )
    raise UsageError(_("{file}: no format has this extension; use one of {known}", file=file, known=known))
