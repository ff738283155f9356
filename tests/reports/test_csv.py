"""CSV: a spreadsheet shows the exact values and evaluates none of them."""

import csv
import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.i18n.messages import LANGUAGES, Lang
from opsec.model import Hint, Result, Scan
from opsec.reports.csv import COLUMNS, neutralise_formula, render_csv
from opsec.reports.evidence import MAX_SHOWN_MATCHES, evidence_lines
from opsec.reports.scan_page import render_scan_page
from opsec.reports.sign_view import mask_hint_text
from tests.reports.hostile import HOSTILE, hostile_clip
from tests.reports.made import NAMED, flagged_clip, made_scan


def rows(scan: Scan, lang: Lang = "en") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render_csv(scan, lang).decode("utf-8-sig"), newline="")))


def test_the_file_begins_with_a_byte_order_mark_and_its_keys() -> None:
    data = render_csv(made_scan(), "ar")
    assert data.startswith(b"\xef\xbb\xbfpath,sha256,author,posted_at,action,site,likelihood,")
    assert data.count(b"\n") == data.count(b"\r\n") == 1 + len(made_scan().results)


def test_a_clip_without_findings_has_a_row_too() -> None:
    table = rows(made_scan())
    assert [row["path"] for row in table] == [result.clip.path for result in made_scan().results]
    assert [row["rule"] for row in table] == ["COORDINATES-WRITTEN", "", "GPS-IN-FENCE", ""]
    assert [row["status"] for row in table] == ["partly read", "not read", "read", "read"]
    assert [row["action"] for row in table] == ["review", "unknown", "act now", "nothing found"]


def test_a_row_has_the_reason_and_the_field_without_the_position() -> None:
    row = rows(made_scan())[2]
    assert row["why"].startswith("The file carries a position inside the fence")
    assert (row["site"], row["likelihood"], row["severity"], row["position"]) == (
        "F-07",
        "0.9877",
        "0.8000",
        "31.•••, 42.•••",
    )


def test_a_clip_with_two_findings_has_two_rows() -> None:
    base = flagged_clip()
    other = replace(base.findings[0], site="heron-depot", likelihood=0.3, match_ids=(), action="review")
    two = rows(replace(made_scan(), results=(replace(base, findings=(base.findings[0], other)),)))
    assert [(row["site"], row["likelihood"], row["action"]) for row in two] == [
        ("F-07", "0.9877", "act now"),
        ("D-02", "0.3000", "review"),
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_cell_is_a_formula_and_no_row_is_injected(lang: Lang, text: str) -> None:
    base = hostile_clip(text)
    renamed = replace(base, clip=replace(base.clip, path=text[:500]))
    table = rows(made_scan(renamed), lang)
    assert len(table) == 1 + len(made_scan().results)
    for row in table:
        assert set(row) == set(COLUMNS)
        for value in row.values():
            assert not value.lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.sampled_from(["", " ", "\u3000", "\xa0 "]), st.sampled_from("=+-@＝＋－＠\t\r\n"), st.text(max_size=5))
def test_formulas_get_an_apostrophe(before: str, sign: str, rest: str) -> None:
    cell = neutralise_formula(before + sign + rest)
    assert cell.startswith("'" + before + sign)
    assert cell.replace("'", "") == (before + sign + rest).replace("'", "")


@given(st.text(alphabet="a=+-@＝ ,;\t\r\n1", max_size=12))
def test_no_part_is_a_formula_when_a_spreadsheet_splits_the_cell_again(text: str) -> None:
    for part in re.split("[,;\t\r\n]", neutralise_formula(text)):
        assert not re.match(r"\s*[=+\-@＝]", part)
    assert neutralise_formula(neutralise_formula(text)) == neutralise_formula(text)


@pytest.mark.parametrize("text", ["", "F-07", "a=b", "12", "'quoted", "حفلة"])
def test_other_cells_are_unchanged(text: str) -> None:
    assert neutralise_formula(text) == text


def often_named(times: int) -> Result:
    """A clip whose caption names the site many times."""
    clip = flagged_clip()
    matches = tuple(replace(NAMED, id=f"n{number}") for number in range(times))
    (finding, *_) = clip.findings
    return replace(clip, matches=matches, findings=(replace(finding, match_ids=tuple(one.id for one in matches)),))


def test_the_matches_of_a_clip_are_shown_up_to_a_number_which_is_stated() -> None:
    few, many = (made_scan(often_named(MAX_SHOWN_MATCHES + more)) for more in (0, 7))
    for scan, stated in ((few, False), (many, True)):
        cells = [row["why"] for row in rows(scan) if row["why"].count(" · ") >= MAX_SHOWN_MATCHES - 1]
        assert [cell.endswith(" · and 7 more matches") for cell in cells] == [stated]
        assert [cell.count(" · ") for cell in cells] == [MAX_SHOWN_MATCHES - (not stated)]
        assert (b"and 7 more matches" in render_scan_page(scan, "en")) is stated
    few_rows, many_rows = (render_scan_page(scan, "en").count(b"<td>strong<br>") for scan in (few, many))
    assert few_rows == many_rows >= MAX_SHOWN_MATCHES


def test_a_text_that_names_sites_many_times_is_masked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    masked: list[str] = []

    def mask(hint: Hint) -> str:
        masked.append(hint.id)
        return mask_hint_text(hint)

    monkeypatch.setattr("opsec.reports.evidence.mask_hint_text", mask)
    lines = list(evidence_lines(often_named(50), "en"))
    assert len(lines) == 50
    assert all(line.excerpt == lines[0].excerpt for line in lines)
    assert masked == [NAMED.hint_ids[0]]
