"""The contract that every format meets, and which formats are safe to share."""

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest

from opsec.errors import UsageError
from opsec.i18n.messages import LANGUAGES, Lang
from opsec.model import Counts, Scan
from opsec.reports.formats import FORMATS, ReportFormat, format_for_path
from tests.reports.hostile import HOSTILE, hostile_clip, hostile_skip
from tests.reports.made import clean_clip, made_scan

EVERY = pytest.mark.parametrize("made", FORMATS.values(), ids=FORMATS)
SPOKEN = pytest.mark.parametrize("lang", LANGUAGES)

LIVE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2065\u206a-\u206f]")
"""Characters that must not reach a terminal, except isolates that the program adds."""


def hostile_scan(text: str) -> Scan:
    scan = made_scan(hostile_clip(text))
    return replace(scan, skipped=(*scan.skipped, hostile_skip(text)))


def test_the_contract_lists_every_format() -> None:
    assert set(FORMATS) == {"json", "jsonl", "csv", "geojson", "html", "table"}
    assert [name for name, made in FORMATS.items() if made.contains_coordinates] == ["json", "jsonl", "geojson"]


@EVERY
@SPOKEN
def test_two_renders_are_the_same_bytes(made: ReportFormat, lang: Lang) -> None:
    assert made.render(made_scan(), lang) == made.render(made_scan(), lang)


@EVERY
@SPOKEN
def test_an_empty_scan_is_a_valid_report(made: ReportFormat, lang: Lang) -> None:
    empty = replace(made_scan(), results=(), skipped=(), counts=Counts(0, 0, 0, 0, 0))
    text = made.render(empty, lang).decode("utf-8-sig")
    assert text.endswith("\n") or made.name in {"jsonl", "html"}
    if made.name == "geojson":
        assert '"features": []' in text


@EVERY
@SPOKEN
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_inert_in_every_format(made: ReportFormat, lang: Lang, text: str) -> None:
    shown = made.render(hostile_scan(text), lang).decode("utf-8")
    assert LIVE.search(shown) is None
    assert shown.count("\n") < 100_000


@SPOKEN
@pytest.mark.parametrize(
    "made", [made for made in FORMATS.values() if not made.contains_coordinates], ids=lambda m: m.name
)
def test_masked_formats_contain_no_coordinates(made: ReportFormat, lang: Lang) -> None:
    """Neither as figures nor in a caption or a file name."""
    scan = made_scan(clean_clip("IMG 31.00512 42.00498.jpg", "we are at ٣١٫٠٠٥١٢، ٤٢٫٠٠٤٩٨"))
    shown = made.render(scan, lang).decode()
    for secret in ("31.0", "42.0", "00512", "00498", "01213", "٠٠٥١٢", "٠٠٤٩٨"):
        assert secret not in shown, secret
    assert made.name == "table" or "31." in shown  # the table shows no position at all


@pytest.mark.parametrize("made", [made for made in FORMATS.values() if made.contains_coordinates], ids=lambda m: m.name)
def test_private_formats_contain_coordinates(made: ReportFormat) -> None:
    shown = made.render(made_scan(), "en").decode()
    assert "31.0051235" in shown  # rounded to a centimetre
    assert "42.0049877" in shown


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("out.json", "json"),
        ("out.JSON", "json"),
        ("a.b.jsonl", "jsonl"),
        ("out.ndjson", "jsonl"),
        ("out.csv", "csv"),
        ("out.geojson", "geojson"),
        ("تقرير.html", "html"),
        ("-o.htm", "html"),
        ("out.txt", "table"),
    ],
)
def test_the_extension_selects_the_format(name: str, asked: str) -> None:
    assert format_for_path(Path(name)) == asked


@pytest.mark.parametrize(("name", "near"), [("out.jsn", ".json"), ("out.geojsn", ".geojson"), ("out.cvs", ".csv")])
def test_a_mistyped_extension_gets_a_suggestion(name: str, near: str) -> None:
    with pytest.raises(UsageError) as caught:
        format_for_path(Path(name))
    assert f"did you mean {near}?" in str(caught.value)


@pytest.mark.parametrize("name", ["out", "out.", ".json", "out.pdf", "out.json.gz"])
def test_an_unknown_extension_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        format_for_path(Path(name))
    assert ".geojson" in str(caught.value)


def test_json_lines_has_one_clip_per_line() -> None:
    lines = FORMATS["jsonl"].render(made_scan(), "en").splitlines()
    assert len(lines) == len(made_scan().results)
    assert len(list(io.BytesIO(b"\n".join(lines)))) == len(lines)
