"""Registry of the report formats: each is a function from a scan to bytes. A new format is a module and a line here."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from opsec.errors import UsageError
from opsec.i18n.messages import Lang, _
from opsec.i18n.safe_text import display_path
from opsec.i18n.suggestions import closest_match
from opsec.model import Scan


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """A format for scan results."""

    name: str
    extensions: tuple[str, ...]
    render: Callable[[Scan, Lang], bytes]
    """Deterministic: the same scan and language give the same bytes."""
    contains_coordinates: bool
    """Whether it contains full coordinates, for the officer alone; the other formats mask every position."""


# Each format is imported when it is written: together they take longer than a scan of a few posts.
def _render_json(scan: Scan, _lang: Lang) -> bytes:
    from opsec.reports.scan_json import encode_scan

    return encode_scan(scan)


def _render_json_lines(scan: Scan, _lang: Lang) -> bytes:
    from opsec.reports.json_writer import encode_line
    from opsec.reports.scan_json import clip_record

    return b"".join(encode_line(clip_record(result)) for result in scan.results)


def _render_geojson(scan: Scan, _lang: Lang) -> bytes:
    from opsec.reports.geojson import render_geojson

    return render_geojson(scan)


def _render_csv(scan: Scan, lang: Lang) -> bytes:
    from opsec.reports.csv import render_csv

    return render_csv(scan, lang)


def _render_html(scan: Scan, lang: Lang) -> bytes:
    from opsec.reports.scan_page import render_scan_page

    return render_scan_page(scan, lang)


def _render_table(scan: Scan, lang: Lang) -> bytes:
    from opsec.reports.terminal import print_table
    from opsec.settings import Terminal

    stream = io.StringIO()
    print_table(scan, lang, Terminal(bidi="terminal"), stream)
    return stream.getvalue().encode()


FORMATS: Mapping[str, ReportFormat] = {
    report_format.name: report_format
    for report_format in (
        ReportFormat("json", (".json",), _render_json, contains_coordinates=True),
        ReportFormat("jsonl", (".jsonl", ".ndjson"), _render_json_lines, contains_coordinates=True),
        ReportFormat("csv", (".csv",), _render_csv, contains_coordinates=False),
        ReportFormat("geojson", (".geojson",), _render_geojson, contains_coordinates=True),
        ReportFormat("html", (".html", ".htm"), _render_html, contains_coordinates=False),
        ReportFormat("table", (".txt",), _render_table, contains_coordinates=False),
    )
}


def format_for_path(path: Path) -> str:
    """Return the name of the format for a file extension.

    >>> format_for_path(Path("week.HTML"))
    'html'

    Raises
    ------
    UsageError
        No format has this extension.
    """
    by_extension = {extension: known.name for known in FORMATS.values() for extension in known.extensions}
    extension = path.suffix.lower()
    if extension in by_extension:
        return by_extension[extension]
    file, known = display_path(path), " ".join(by_extension)
    near = closest_match(extension, by_extension)
    if near:
        raise UsageError(
            _(
                "{file}: unknown file extension; did you mean {near}? Supported: {known}",
                file=file,
                near=near,
                known=known,
            )
        )
    raise UsageError(_("{file}: unknown file extension; use one of {known}", file=file, known=known))
