"""The edition for command gives nothing away, in no form and no language; an attacker with guesses learns nothing."""

import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from opsec.app.weekly import is_long, renderers, sum_up_week
from opsec.casefile import week_reading
from opsec.casefile.case_file import open_case
from opsec.casefile.iso_week import Week
from opsec.casefile.schema import findings, posts
from opsec.casefile.week_data import WeekOptions
from opsec.i18n.messages import LANGUAGES, Lang, render
from opsec.model import Exposure
from opsec.model.exposure import EDITIONS, Edition
from opsec.reports.weekly_summary import weekly_summary_lines
from opsec.reports.weekly_words import Words
from opsec.settings import Settings
from tests.casefile.made_weeks import SITES, MadeCase, fill_case

AT = datetime(2026, 11, 22, 6, tzinfo=UTC)
WEEK = Week.parse("2026-W47", zone=ZoneInfo("Asia/Baghdad"))
MADE = MadeCase(clips=400, flagged=0.5)
FORMS = (".html", ".json", ".csv")
CAPTION = "ياسمين الحديقة jasmine-lantern"
Outputs = dict[str, bytes]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("editions") / "case.db"
    with open_case(str(path)) as opened:
        fill_case(opened, MADE)
    return path


@pytest.fixture(scope="module")
def outputs(case: Path) -> Callable[[Edition], Outputs]:
    """Every form of an edition in both languages, by language and end of the name; the summary ends with ``.txt``."""

    @cache
    def of(edition: Edition) -> Outputs:
        exposure = sum_up_week(str(case), WEEK, edition, WeekOptions(sites=SITES), AT)
        exposure = replace(exposure, evidence=tuple(replace(one, caption=CAPTION) for one in exposure.evidence))
        made: Outputs = {}
        for lang in LANGUAGES:
            rendered = renderers(exposure, edition, lang, Settings())
            made |= {lang + form: rendered[form]() for form in FORMS}
            lines = weekly_summary_lines(exposure, Words(lang), edition)
            made[f"{lang}.txt"] = "\n".join(render(line, lang) for line in lines).encode()
        return made

    return of


# ── what must not be found ────────────────────────────────────────────────────────────────────
def places(case: Path) -> Iterator[str]:
    """Positions of the case in the notations of maps and messages, in both digits."""
    with open_case(str(case)) as opened, opened.transactions.read() as connection:
        texts = connection.scalars(select(findings.c.places)).all()
    for text in texts:
        for lat, lon in json.loads(str(text))[0]:
            for degrees in (lat, lon):
                whole, minutes = int(degrees), (degrees % 1) * 60
                yield from (f"{degrees:.{decimals}f}" for decimals in (3, 4, 5, 6))
                yield f"{degrees:.4f}".replace(".", ",")
                yield from (f"{whole}°{int(minutes)}{sign}" for sign in "'′’")
                yield f"{whole} {minutes:.3f}"


def secrets(case: Path) -> dict[str, set[str]]:
    """Everything that identifies a base, a unit, a zone, an account or a clip of the case, by its kind."""
    with open_case(str(case)) as opened, opened.transactions.read() as connection:
        rows = connection.execute(select(posts.c.content_id, posts.c.author, posts.c.url, posts.c.path)).all()
        prints = set(connection.scalars(select(findings.c.fingerprint)))
    decimal = set(places(case))
    arabic = str.maketrans("0123456789.", "٠١٢٣٤٥٦٧٨٩٫")
    return {
        "names": {facts.name for facts in SITES.values()} | set(SITES),
        "units": {facts.unit or "" for facts in SITES.values()},
        "zones": {zone for facts in SITES.values() for zone in facts.zones},
        "positions": decimal | {text.translate(arabic) for text in decimal},
        "accounts": {row.author for row in rows},
        "links": {row.url for row in rows},
        "paths": {row.path for row in rows},
        "hashes": {row.content_id for row in rows} | prints | {row.content_id[:16] for row in rows},
        "captions": set(CAPTION.split()),
        "people": {"Karim", "known parade"},
    }


def kinds_in(secrets_of_case: dict[str, set[str]], data: bytes) -> set[str]:
    text = re.sub("[\u2066-\u2069]", "", unicodedata.normalize("NFKC", data.decode("utf-8-sig")).casefold())
    if data.startswith(b"{"):
        text += unicodedata.normalize("NFKC", json.dumps(json.loads(data), ensure_ascii=False).casefold())
    return {
        kind
        for kind, words in secrets_of_case.items()
        if any(unicodedata.normalize("NFKC", word).casefold() in text for word in words)
    }


ALLOWED: dict[Edition, set[str]] = {
    "command": set(),
    "officer": {"units", "people"},
    "evidence": {
        "units", "zones", "positions", "accounts", "links", "paths", "hashes", "captions", "people", "names",
    },
}  # fmt: skip


@pytest.mark.parametrize("edition", EDITIONS)
def test_each_edition_holds_only_what_it_may(
    case: Path, outputs: Callable[[Edition], Outputs], edition: Edition
) -> None:
    kinds = secrets(case)
    of_edition = {name: kinds_in(kinds, data) for name, data in outputs(edition).items()}
    assert {name: found for name, found in of_edition.items() if found - ALLOWED[edition]} == {}
    assert set().union(*of_edition.values()) == ALLOWED[edition], "the search finds what is there"


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pdf_for_command_holds_no_secret_in_its_text_its_streams_and_its_metadata(case: Path, lang: Lang) -> None:
    pytest.importorskip("weasyprint")
    pypdf = pytest.importorskip("pypdf")
    exposure = sum_up_week(str(case), WEEK, "command", WeekOptions(sites=SITES), AT)
    data = renderers(exposure, "command", lang, Settings())[".pdf"]()
    path = case.with_suffix(f".{lang}.pdf")
    path.write_bytes(data)
    reader: Any = pypdf.PdfReader(path)
    texts = [str(dict(reader.metadata or {}))[1:]]
    texts += [page.extract_text() for page in reader.pages]
    assert len(texts) > 2
    assert kinds_in(secrets(case), "\n".join(texts).encode()) == set()
    if lang == "en":
        assert "Annex: " in texts[3], "the page has two sides at most"
    objects = [reader.get_object(number) for number in range(1, len(reader.xref[0]) + 1)]
    streams = [data.decode("latin-1")]
    streams += [one.get_data().decode("latin-1") for one in objects if hasattr(one, "get_data")]
    assert len(streams) > 3
    # Lengths on the paper look like degrees, so positions are searched for in the text alone.
    words = {kind: wanted for kind, wanted in secrets(case).items() if kind != "positions"}
    assert kinds_in(words, "\n".join(streams).encode()) == set()


# ── the attacker with guesses ─────────────────────────────────────────────────────────────────
def guesses(case: Path) -> Iterator[str]:
    """Digests that somebody can compute who knows every clip, every id and every account, and not the case file."""
    kinds = secrets(case)
    with open_case(str(case)) as opened, opened.transactions.read() as connection:
        prints = list(connection.scalars(select(findings.c.fingerprint)))
        clips = list(connection.scalars(select(posts.c.content_id)))
    texts = [*prints, *clips, *kinds["accounts"], *(f"account\n{one}" for one in kinds["accounts"])]
    texts += [f"{clip}{sign}{site}" for clip in clips for site in SITES for sign in ("/", "\n", ":")]
    texts += [f"zone\n{site}\n{zone}" for site, facts in SITES.items() for zone in facts.zones]
    for text in texts:
        for name in ("md5", "sha1", "sha256"):
            yield hashlib.new(name, text.encode()).hexdigest()
        for key in (b"", bytes(32), b"opsec"):
            yield hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def test_no_code_on_the_page_can_be_computed_without_the_case_file(
    case: Path, outputs: Callable[[Edition], Outputs]
) -> None:
    text = b"\n".join(outputs("command").values()).decode()
    codes = set(re.findall(r"\b[0-9a-f]{8}\b|\b[0-9a-f]{10}\b", text))
    zones = set(re.findall(r"Z-([0-9a-f]{4})\b", text))
    assert len(codes) > 10
    assert zones
    computed = set(guesses(case))
    assert {code for code in codes if any(code == digest[: len(code)] for digest in computed)} == set()
    of_zones = {hashlib.sha256(zone.encode()).hexdigest()[:4] for facts in SITES.values() for zone in facts.zones}
    assert zones & of_zones == set()


def test_two_case_files_have_different_codes_for_the_same_clips(tmp_path: Path) -> None:
    codes = []
    for name in ("one.db", "two.db"):
        with open_case(str(tmp_path / name)) as opened:
            fill_case(opened, replace(MADE, clips=120, coverage=False))
        exposure = sum_up_week(str(tmp_path / name), WEEK, "command", WeekOptions(sites=SITES), AT)
        codes.append({*exposure.numbers, *(line.zone_code for line in exposure.zones if line.zone_code)})
    assert codes[0]
    assert codes[0] & codes[1] == set()


# ── small counts ──────────────────────────────────────────────────────────────────────────────
def small_counts(value: Any, path: str = "") -> Iterator[str]:
    """Places in a document with a count of 1 or 2 of one base, zone, kind or account."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from small_counts(one, f"{path}.{key}")
    elif isinstance(value, list):
        for one in value:
            yield from small_counts(one, path)
    elif isinstance(value, int) and not isinstance(value, bool) and 0 < value < 3:
        yield path


@pytest.mark.parametrize("clips", [40, 150, 400])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_cell_of_the_edition_for_command_is_one_or_two(tmp_path: Path, clips: int, seed: int) -> None:
    path = tmp_path / "case.db"
    with open_case(str(path)) as opened:
        fill_case(opened, MadeCase(clips=clips, flagged=0.5, seed=seed, coverage=False))

    def of(edition: Edition) -> set[str]:
        exposure: Exposure = sum_up_week(str(path), WEEK, edition, WeekOptions(sites=SITES), AT)
        record = json.loads(renderers(exposure, edition, "en", Settings())[".json"]())
        cells = ("bases", "zones", "kinds", "sources", "advice", "advice_before")
        return set(small_counts({name: record[name] for name in cells}))

    weeks = {".sources.weeks"}  # the weeks of an account tell no clip of it
    assert of("command") <= weeks
    assert of("officer") - weeks or clips == 40


def test_no_zone_and_no_row_tells_a_withheld_count_of_a_base(tmp_path: Path) -> None:
    """A base of 3 is withheld beside one of 2 to hide the 2: the only zone of the first must not show its 3."""
    path = tmp_path / "case.db"
    with open_case(str(path)) as opened:
        fill_case(opened, MadeCase(clips=600, flagged=0.5, seed=7, coverage=False))
    exposure = sum_up_week(str(path), WEEK, "command", WeekOptions(sites=SITES), AT)
    record = json.loads(renderers(exposure, "command", "en", Settings())[".json"]())
    withheld = {row["code"]: row["findings"] for row in record["bases"] if isinstance(row["findings"], str)}
    assert ">=3" in withheld.values()
    named = {row["site_code"] for cells in ("zones", "worst") for row in record[cells]}
    assert named and not named & set(withheld)


def test_only_the_first_report_of_an_old_case_takes_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(week_reading, "MIN_WAIT", 20)
    path, options = str(tmp_path / "week.db"), WeekOptions(sites=SITES)
    with open_case(path) as case:
        fill_case(case, MadeCase(clips=30, coverage=False))
    assert is_long(path, WEEK, options)
    sum_up_week(path, WEEK, "command", options, AT)
    assert not is_long(path, WEEK, options)
