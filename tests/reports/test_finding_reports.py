"""Lists and exports of findings: tables in both directions, safe spreadsheets, SARIF and GeoJSON by their standards."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]
from rich.cells import cell_len

from opsec.i18n.messages import LANGUAGES, Lang, render, set_language
from opsec.model import AllowRule, Decision, DecisionChange, FindingPost, ListedFinding
from opsec.model.decision import STATES
from opsec.reports.decision_view import decision_message
from opsec.reports.finding_records import render_export_json, render_findings_csv, render_list_json
from opsec.reports.finding_table import print_findings, print_rules
from opsec.reports.findings_geojson import render_findings_geojson
from opsec.reports.sarif import render_sarif
from opsec.settings import Terminal
from tests.reports.hostile import HOSTILE

POST = FindingPost("inbox/معسكر 33.31523, 44.36611.mp4", "https://posts.example/@33.31523,44.36611", "2026-11-17", "@s")
DISMISSED = Decision(
    state="dismissed", decided_by="سالم", why="بوابة عامة", until="2026-12-31", decided_at="2026-11-18"
)


def a_listed(**more: Any) -> ListedFinding:
    fields: dict[str, Any] = {
        "fingerprint": "ab" * 16,
        "number": "0123456789",
        "site": "falcon-camp",
        "site_code": "F-07",
        "rule": "GPS-IN-FENCE",
        "action": "act_now",
        "likelihood": 0.97801,
        "severity": 0.8,
        "first_seen_at": "2026-11-18T12:00:00.000000Z",
        "last_seen_at": "2026-11-18T12:00:00.000000Z",
        "decision": Decision(),
        "copy_of": None,
        "is_new": True,
        "sha256": "cd" * 32,
        "positions": ((31.005, 42.005),),
        "posts": (POST,),
    }
    return ListedFinding(**{**fields, **more})


NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
FOUND = [a_listed(), a_listed(fingerprint="ef" * 16, rule="NAME-IN-CAPTION", decision=DISMISSED, positions=())]
TRACK = a_listed(positions=((31.0, 42.0), (31.1, 42.0), (31.0, 42.1)))


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COLUMNS", "120")
    set_language("en")
    yield
    set_language(None)


def table(found: list[ListedFinding], lang: Lang, bidi: str = "terminal") -> str:
    stream = io.StringIO()
    print_findings(found, lang, Terminal.model_validate({"bidi": bidi}), stream, NOW)
    return stream.getvalue()


# ── decisions in words ────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_every_state_is_a_sentence_in_both_languages(lang: Lang, state: str) -> None:
    message = decision_message(Decision(state=state, decided_by="Salim", why="because"))  # type: ignore[arg-type]
    assert message is not None
    sentence = render(message, lang)
    assert sentence
    assert ("Salim" in sentence) == (state != "reappeared")
    assert decision_message(Decision()) is None


def test_an_ended_dismissal_says_so() -> None:
    message = decision_message(replace(DISMISSED, state="open", expired=True))
    assert message is not None
    assert "ended on" in render(message, "en")


# ── table ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("bidi", ["terminal", "program"])
@pytest.mark.parametrize("columns", ["40", "120"])
def test_the_table_masks_positions_and_fits(
    lang: Lang, bidi: str, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    text = table(FOUND, lang, bidi)
    assert "31523" not in text
    assert "0123456789" in text
    if bidi == "program" or (lang == "en" and columns == "40"):
        bare = text.translate(dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069")))
        assert max(map(cell_len, bare.splitlines())) <= int(columns)


@pytest.mark.parametrize(
    ("state", "asked_at", "words"),
    [
        ("takedown_requested", "2026-11-18T12:00:00.000000Z", "no answer for 10 days, since 2026-11-18"),
        ("takedown_requested", "2026-11-27T11:59:00.000000Z", "no answer for 1 day, since 2026-11-27"),
        ("takedown_requested", None, None),
        ("acknowledged", "2026-11-18T12:00:00.000000Z", None),
    ],
)
def test_a_request_shows_since_when_it_has_no_answer(
    state: str, asked_at: str | None, words: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    decision = Decision(state=state, decided_by="Salim", decided_at=asked_at)  # type: ignore[arg-type]
    text = " ".join(table([a_listed(decision=decision)], "en").split())
    assert words in text if words else "no answer" not in text


def test_a_place_is_masked_among_the_rules() -> None:
    stream = io.StringIO()
    rule = AllowRule(
        number=3, kind="place", value="33.31523,44.36611,200.0", why="x", made_by="y", made_at="", until="2026-12-31"
    )
    print_rules([rule], "en", Terminal(), stream)
    assert "33.•••,44.•••,200" in stream.getvalue()


# ── records ───────────────────────────────────────────────────────────────────────────────────
def test_the_json_is_one_array_with_a_finding_on_each_line() -> None:
    data = render_list_json(FOUND)
    assert json.loads(data)[1]["why"] == "بوابة عامة"
    assert len(data.splitlines()) == len(FOUND) + 2
    assert json.loads(render_list_json([])) == []


def test_an_export_has_the_history_of_the_finding_that_holds_it() -> None:
    change = DecisionChange(
        seq=1, fingerprint="ab" * 16, made_at="t", made_by="x", from_state="open", to_state="confirmed", why=None,
        until=None, undoes=None,
    )  # fmt: skip
    copy = a_listed(fingerprint="99" * 16, copy_of="ab" * 16)
    records = json.loads(render_export_json([*FOUND, copy], {"ab" * 16: [change]}))
    assert [len(one["history"]) for one in records] == [1, 0, 1]
    assert records[0]["positions"] == [[31.005, 42.005]]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_spreadsheet_evaluates_nothing_and_masks_positions(lang: Lang) -> None:
    hostile = FindingPost("=1+1.mp4", "@x", "-1", "+cmd")
    found = [*FOUND, a_listed(posts=(hostile,), decision=Decision(decided_by="=2+2", why="\t=3"))]
    data = render_findings_csv(found, lang).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data, newline="")))
    assert len(rows) == 3
    assert "31523" not in data
    assert all(not cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row.values())


def test_the_values_of_a_spreadsheet_are_those_of_the_json_in_both_languages() -> None:
    sheets = {}
    for lang in LANGUAGES:
        set_language(lang)
        sheets[lang] = list(csv.DictReader(io.StringIO(render_findings_csv(FOUND, lang).decode("utf-8-sig"))))
    words = {"action_words", "state_words"}
    for one in zip(sheets["en"], sheets["ar"], json.loads(render_list_json(FOUND)), strict=True):
        english, arabic, record = one
        assert {key for key in english if english[key] != arabic[key]} == words
        for key in ("fingerprint", "site", "site_code", "action", "state", "decided_at"):
            assert english[key] == (record[key] or "")
    assert [row["state_words"] for row in sheets["ar"]] == ["مفتوح", "مستبعد"]


# ── geojson ───────────────────────────────────────────────────────────────────────────────────
def test_geojson_has_a_geometry_where_there_is_a_position() -> None:
    features = json.loads(render_findings_geojson([*FOUND, TRACK]))["features"]
    shapes = [one["geometry"] and one["geometry"]["type"] for one in features]
    assert shapes == ["Point", None, "MultiPoint"]
    assert features[0]["geometry"]["coordinates"] == [42.005, 31.005], "longitude first"


# ── SARIF ─────────────────────────────────────────────────────────────────────────────────────
def an_object(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


def an_array(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


TEXT = an_object("text", text={"type": "string", "minLength": 1})
DESCRIPTOR = an_object("id", shortDescription=TEXT, fullDescription=TEXT, help=TEXT)
SUPPRESSION = an_object(
    "kind",
    kind={"enum": ["inSource", "external"]},
    status={"enum": ["accepted", "underReview", "rejected"]},
    justification={"type": "string"},
)
RESULT = an_object(
    "message",
    message=TEXT,
    level={"enum": ["none", "note", "warning", "error"]},
    ruleIndex={"type": "integer", "minimum": 0},
    baselineState={"enum": ["new", "unchanged", "updated", "absent"]},
    fingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    suppressions=an_array(SUPPRESSION),
)
RUN = an_object(
    "tool",
    tool=an_object("driver", driver=an_object("name", rules=an_array(DESCRIPTOR))),
    language={"pattern": "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$"},
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results=an_array(RESULT),
)
SARIF = an_object("version", "runs", version={"const": "2.1.0"}, runs=an_array(RUN))
"""What the OASIS schema of SARIF 2.1.0 demands of every property that is written."""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sarif_follows_its_schema_and_masks_positions(lang: Lang) -> None:
    data = render_sarif([*FOUND, TRACK, a_listed(rule="UNKNOWN-RULE", action="watch", posts=())], lang)
    document = json.loads(data)
    assert list(Draft7Validator(SARIF).iter_errors(document)) == []
    results = document["runs"][0]["results"]
    rules = document["runs"][0]["tool"]["driver"]["rules"]
    assert [rules[one["ruleIndex"]]["id"] for one in results[:3]] == [one["ruleId"] for one in results[:3]]
    assert [len(one["suppressions"]) for one in results] == [0, 1, 0, 0]
    assert "31523" not in data.decode()
    uri = results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.isascii()
    assert " " not in uri


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_reach_no_output_unescaped(lang: Lang, text: str) -> None:
    decision = Decision(state="dismissed", decided_by=text, why=text, until="2026-12-31")
    found = [a_listed(posts=(FindingPost(text, text, text, text),), decision=decision, site_code=text)]
    outputs = [
        render_list_json(found), render_export_json(found, {}), render_findings_csv(found, lang),
        render_findings_geojson(found), render_sarif(found, lang), table(found, lang).encode(),
    ]  # fmt: skip
    for data in outputs:
        assert not {"\x1b", "\x07", "\u202e", "\u2028"} & set(data.decode())
