"""Find the format of a text that is not plain: JSON, a page, XML, a table, a mail or a log, under any file name.

A document whose words are encoded (PDF, RTF) counts as unread, and a log of positions without a reader as partly read:
their text would show nothing of what they say.
"""

import csv
import html
import io
import re
from collections.abc import Callable, Iterator

from opsec.formats.text_lines import TextLines, decode_detected
from opsec.i18n.reasons import make_reason
from opsec.model import FileKind
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.interface import Reader
from opsec.readers.metadata import xml_file
from opsec.readers.posts import exports, post_list
from opsec.readers.posts import html as html_pages
from opsec.readers.posts.list_columns import column_roles, count_known, normalise_column
from opsec.readers.telemetry.files import nmea

_START_LENGTH = 4_000
_ENCODED_STARTS = ("%PDF-", "{\\rtf", "%!PS")
"""Documents in ASCII whose words are encoded: PDF, RTF, PostScript."""
_JSON = re.compile(r'(?:\{\s{0,200}(?:"|\})|\[\s{0,200}(?:["{\]]|\[\s{0,200}["{\d\[-]))')
_JSON_LINES = re.compile(r'\{\s{0,20}"[^\n]{0,3900}\}\s{0,20}\n\s{0,20}\{\s{0,20}"')
_ASSIGNED_JSON = re.compile(r"window\.YTD\.[\w.]{1,100}\s{0,20}=\s{0,20}(?=[\[{])")
"""How each ``.js`` file in an archive of Twitter begins."""
_HTML = re.compile(
    r"<!doctype html|<html\b"
    r"|<(?:head|body|title|meta|div|p|span|table|ul|ol|h[1-6]|article|section|a|img|br|center|b|i)"
    r"(?=\s{0,9}[>/]|\s[^<>]{0,500}=)"
    r"|<[!?][^<>]{0,3000}>(?:[^<>]{0,200}<[!?][^<>]{0,3000}>){0,5}\s{0,200}<(?:!doctype )?html\b",
    re.IGNORECASE,
)
_XML = re.compile(
    r"<(?:\?xml\b|[\w.-]{1,60}(?::[\w.-]{1,60})?\s[^<>]{0,500}\bxmlns|(?:gpx|kml|svg|plist|rss|feed|osm|tt|x:xmpmeta)\b)",
    re.IGNORECASE,
)
_DOCTYPE = re.compile(r"<!doctype\s+(?!html)", re.IGNORECASE)
_NMEA = re.compile(r"\$(?:G[A-Z]|BD)[A-Z]{3},[^\n]{0,100}\*[0-9A-Fa-f]{2}")
_LOGS = (
    ("IGC", re.compile(r"A[A-Z0-9]{3}[^\n]{0,70}\nH[FOP][A-Z]{3}")),
    ("PLT", re.compile(r"(?:OziExplorer|Geolife) [^\n]{0,60}\n", re.IGNORECASE)),
)
_BASE64_LINES = re.compile(r"(?:^[A-Za-z0-9+/]{60,80}=?=?$\n?){5}", re.MULTILINE)
_LONG_BASE64 = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{1000}")
_MAX_HEADER_CELL = 40

_ESCAPED = re.compile(r"(?:\\u[0-9A-Fa-f]{4})+|(?:&#(?:\d{2,6}|x[0-9A-Fa-f]{2,5});)+|(?:(?:=[0-9A-F]{2}){2,}(?:=\n)?)+")
_UNIT = re.compile(r"\\u([0-9A-Fa-f]{4})")
_MIN_LETTERS = 2


def unescape_words(text: str) -> str:
    r"""Replace escaped letters of other scripts: of JSON, of HTML, and quoted-printable; other escapes stay.

    >>> unescape_words(r"\u0645\u0639 &#1605;&#1593; =D9=85=D8=B9 C:\u0041bc")
    'مع مع مع C:\\u0041bc'
    """
    return _ESCAPED.sub(_unescaped, text) if "\\u" in text or "&#" in text or "=" in text else text


def _unescaped(found: re.Match[str]) -> str:
    written = found[0]
    if written.startswith("&"):
        text = html.unescape(written)
    elif written.startswith("="):
        text = bytes.fromhex(written.replace("=\n", "").replace("=", "")).decode("utf-8", "replace")
    else:
        units = "".join(chr(int(code, 16)) for code in _UNIT.findall(written))
        text = units.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    letters = sum(char.isalpha() and not char.isascii() for char in text)
    return text if letters and "\ufffd" not in text else written


def is_encoded(text: str) -> bool:
    """Whether a text is a document whose words are encoded, which only another program can read."""
    return text.lstrip("\ufeff \t\r\n").startswith(_ENCODED_STARTS)


def encoded_parts(text: str) -> Iterator[Gap]:
    """Yield a gap for parts of a plain text that are encoded or that no reader knows: base64, logs of positions."""
    found = (one[0] for pattern in (_BASE64_LINES, _LONG_BASE64) for one in pattern.finditer(text))
    blocks = sum(all(any(map(kind, block)) for kind in (str.isdigit, str.isupper, str.islower)) for block in found)
    if blocks:
        yield Gap(make_reason("parts_unread", part="encoded words", count=blocks))
    start = text.lstrip("\ufeff \t\r\n")[:_START_LENGTH]
    for name, pattern in _LOGS:
        if pattern.match(start):
            yield Gap(make_reason("unsupported", type=name))


FormatReader = Callable[[bytes], Iterator[ReaderOutput]]


def find_reader(text: str) -> FormatReader | None:
    """Reader of the format that the beginning of a text shows; None for a chat, plain words, and everything else.

    >>> find_reader("[16/11/2026, 21:14:05] Ali: here"), find_reader("<Falcon Camp> today"), find_reader("{x}")
    (None, None, None)
    """
    start = text.lstrip("\ufeff \t\r\n")[:_START_LENGTH]
    return next((reader for pattern, reader in _READERS if pattern.match(start)), None)


def find_table_reader(text: str) -> FormatReader | None:
    """Reader of a table if the first line is a header with coordinates or with several known columns."""
    first = text.lstrip("\ufeff \t\r\n")[:_START_LENGTH].partition("\n")[0]
    for delimiter in ",;\t":
        cells = next(csv.reader([first], delimiter=delimiter), []) if delimiter in first else []
        names = [normalise_column(cell) for cell in cells]
        if len(names) < 2 or any(len(name) > _MAX_HEADER_CELL for name in names):
            continue
        if column_roles(tuple(names)).pairs or count_known(names) > 1:
            return _with(post_list.CSV_READER, "post_list_csv")
    return None


def _with(reader: Reader, kind: FileKind) -> FormatReader:
    def read(data: bytes) -> Iterator[ReaderOutput]:
        yield from reader.read(io.BytesIO(data), kind)

    return read


def _json(data: bytes) -> Iterator[ReaderOutput]:
    """Read JSON of any encoding, also what a script assigns to a variable."""
    text = decode_detected(data).lstrip("\ufeff \t\r\n")
    assigned = _ASSIGNED_JSON.match(text)
    json = text[assigned.end() :].rstrip().removesuffix(";") if assigned else text
    yield from exports.READER.read(io.BytesIO(json.encode("utf-8", "replace")), "json")
    yield from TextLines(data).remarks()


_READERS: tuple[tuple[re.Pattern[str], FormatReader], ...] = (
    (_ASSIGNED_JSON, _json),
    (_JSON_LINES, _with(post_list.JSONL_READER, "post_list_jsonl")),
    (_JSON, _json),
    (_HTML, _with(html_pages.READER, "html")),
    (_XML, _with(xml_file.READER, "xml")),
    (_DOCTYPE, _with(xml_file.READER, "xml")),
    (_NMEA, _with(nmea.READER, "nmea")),
)
"""In order of precedence."""
