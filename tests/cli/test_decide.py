"""``opsec decide``, ``list``, ``export`` and ``purge`` as an officer types them, in both languages."""

import csv
import io
import json
import shutil
import sqlite3
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from opsec.app.decide import decide
from opsec.casefile.serialisation import local_date
from tests.cli.conftest import CASE, KEPT, ROOT, Opsec

SITES = ROOT / "geofences"
FIELDS = {
    "fingerprint", "number", "site", "rule", "action", "state", "decided_by", "why", "until", "path", "url",
    "posted_at", "copy_of",
}  # fmt: skip
LONG_AGO = datetime.now(UTC) - timedelta(days=30)
Listed = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def scanned_case(enrolled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a list of posts, and the case file of a scan of it and of a photo; made once."""
    from opsec import scan

    folder = tmp_path_factory.mktemp("scanned")
    rows = [
        {"author": author, "caption": f"{time} shift at Falcon Camp", "url": f"https://posts.example/{author}"}
        for author, time in (("ali", "morning"), ("omar", "night"))
    ]
    (folder / "posts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    shutil.copytree(enrolled / KEPT, folder / KEPT)
    photo = ROOT / "examples" / "posts" / "IMG_2042.jpg"
    scan([folder / "posts.jsonl", photo], sites=SITES, case=str(folder / CASE))
    return folder


@pytest.fixture
def scanned(fresh_opsec: Opsec, scanned_case: Path, tmp_path: Path) -> Opsec:
    """The program in a copy of that folder."""
    shutil.copytree(scanned_case, tmp_path, dirs_exist_ok=True)
    return fresh_opsec


@pytest.fixture
def listed(scanned: Opsec) -> Listed:
    def call(*options: str) -> list[dict[str, Any]]:
        done = scanned("list", "--format", "json", *options)
        assert done.returncode == 0
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found

    return call


def inside(found: list[dict[str, Any]]) -> str:
    return next(str(one["number"]) for one in found if one["rule"] == "GPS-IN-FENCE")


def in_words(found: list[dict[str, Any]]) -> list[str]:
    return [str(one["number"]) for one in found if one["rule"] != "GPS-IN-FENCE"]


# ── list ──────────────────────────────────────────────────────────────────────────────────────
def test_the_json_has_the_promised_fields_and_every_filter_works(listed: Listed) -> None:
    found = listed()
    assert len(found) == 3
    assert all(set(one) >= FIELDS for one in found)
    assert {one["state"] for one in found} == {"open"}
    assert len(listed("--new")) == len(listed("--site", "F-07")) == len(listed("--since", "2026-01-01")) == 3
    assert listed("--site", "falcon-camp") == found
    assert listed("--site", "P-12", "--sites", str(SITES)) == listed("--state", "removed") == listed("--due") == []
    assert listed("--since", "2999-01-01") == []
    assert [one["url"] for one in listed("--account", "@Ali")] == ["https://posts.example/ali"]
    assert all(len(one["number"]) == 10 and not one["fingerprint"].startswith(one["number"][:8]) for one in found)


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("columns", ["40", "120"])
def test_the_table_fits_and_counts_what_is_hidden(scanned: Opsec, lang: str, columns: str) -> None:
    done = scanned("list", "--lang", lang, COLUMNS=columns)
    assert done.returncode == 0
    assert "F-07" in done.stdout
    if lang == "en":
        assert max(map(len, done.stdout.splitlines())) <= int(columns)
    assert ("3 findings, 0 hidden by decisions" if lang == "en" else "3") in done.stderr


def test_an_empty_list_is_an_empty_list(scanned: Opsec) -> None:
    assert json.loads(scanned("list", "--state", "removed", "--format", "json").stdout) == []
    assert scanned("list", "--state", "removed").stdout.strip() == "no findings"


# ── decide ────────────────────────────────────────────────────────────────────────────────────
def test_a_dismissal_hides_a_finding_from_scans_and_pages_with_who_why_and_until(
    scanned: Opsec, listed: Listed, tmp_path: Path
) -> None:
    first, second = in_words(listed())
    arguments = ("--state", "dismissed", "--why", "press office", "--by", "Salim", "--until", "2999-12-31")
    assert scanned("decide", first, second, *arguments).returncode == 0
    done = scanned("scan", "posts.jsonl", "--sites", SITES, "-o", "a.html", "-o", "a.json", "-o", "a.csv")
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1].endswith("0 flagged, 2 hidden by decisions, 0 not fully checked")
    found = [one for clip in json.loads((tmp_path / "a.json").read_text())["clips"] for one in clip["findings"]]
    assert {(one["state"], one["decided_by"], one["until"], one["copy_of"]) for one in found} == {
        ("dismissed", "Salim", "2999-12-31", None)
    }
    assert "dismissed by Salim until 2999-12-31: press office" in (tmp_path / "a.html").read_text("utf-8")
    assert "press office" in (tmp_path / "a.csv").read_text("utf-8-sig")


def test_decisions_survive_a_rematch_and_undo_takes_them_back(scanned: Opsec, listed: Listed) -> None:
    number = inside(listed())
    for state in ("confirmed", "takedown_requested", "acknowledged", "removed"):
        assert scanned("decide", number, "--state", state).returncode == 0
    scanned("rematch", "--sites", SITES)
    assert [one["state"] for one in listed() if one["number"] == number] == ["removed"]
    for state in ("acknowledged", "takedown_requested", "confirmed", "open"):
        assert scanned("decide", number, "--undo").returncode == 0
        assert [one["state"] for one in listed() if one["number"] == number] == [state]


BAD = [
    (["deadbeef00", "--state", "confirmed"], "deadbeef00"),
    (["NUMBER", "deadbeef00", "--state", "confirmed"], "deadbeef00"),
    (["NUMBER", "--state", "removed"], "NUMBER"),
    (["NUMBER", "--state", "reappeared"], "reappeared"),
    (["NUMBER", "--state", "dismised", "--why", "x"], "dismissed"),
    (["NUMBER", "--state", "dismissed"], "--why"),
    (["NUMBER", "--state", "dismissed", "--why", "  "], "--why"),
    (["NUMBER", "--state", "dismissed", "--why", "x", "--until", "2020-01-01"], "2020-01-01"),
    (["NUMBER", "--state", "dismissed", "--why", "x", "--until", "2026-02-30"], "2026-02-30"),
    (["NUMBER", "--state", "dismissed", "--why", "x", "--until", "tomorrow"], "tomorrow"),
    (["NUMBER", "--state", "confirmed", "--until", "2999-01-01"], "--until"),
    (["NUMBER", "--state", "confirmed", "--why", "y" * 3000], "--why"),
    (["NUMBER", "--state", "confirmed", "--undo"], "--undo"),
    (["NUMBER", "--undo"], "NUMBER"),
    (["NUMBER"], "--state"),
    (["--state", "confirmed"], "opsec list"),
    (["--allow", "account=x", "--until", "2999-01-01"], "--why"),
    (["--allow", "account=x", "--why", "x"], "--until"),
    (["--allow", "account=@", "--why", "x", "--until", "2999-01-01"], "account="),
    (["--allow", "place=33,44", "--why", "x", "--until", "2999-01-01"], "place="),
    (["--allow", "place=33,44,1e9", "--why", "x", "--until", "2999-01-01"], "place="),
    (["--allow", "hash=12", "--why", "x", "--until", "2999-01-01"], "hash="),
    (["--revoke", "7", "--why", "x"], "7"),
    (["--revoke", str(10**30), "--why", "x"], str(10**30)),
    (["--revoke", str(2**63), "--why", "x"], str(2**63)),
    (["--revoke", "x", "--why", "x"], "--revoke"),
]


@pytest.mark.parametrize(
    ("lang", "known"), [("en", ("removed", "dismissed")), ("ar", ("أُزيل", "مستبعد"))], ids=["en", "ar"]
)
def test_a_wrong_change_names_the_states_in_the_language_of_the_reader(
    scanned: Opsec, listed: Listed, lang: str, known: tuple[str, ...]
) -> None:
    done = scanned("decide", inside(listed()), "--state", "removed", "--lang", lang)
    assert done.returncode == 2
    assert all(state in done.stderr for state in known)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_bad_input_is_one_sentence_and_changes_nothing(
    scanned: Opsec, listed: Listed, lang: str, tmp_path: Path
) -> None:
    number = inside(listed())
    for arguments, named in BAD:
        given = [number if one == "NUMBER" else one for one in arguments]
        done = scanned("decide", *given, "--lang", lang)
        assert done.returncode == 2, arguments
        assert done.stdout == ""
        assert done.stderr.count("\n") == 1, done.stderr
        assert (number if named == "NUMBER" else named) in done.stderr, arguments
    with sqlite3.connect(tmp_path / CASE) as connection:
        assert connection.execute("SELECT count(*) FROM decisions").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM allow_rules").fetchone() == (0,)
    connection.close()


@pytest.mark.parametrize("verb", [["decide", "0123456789", "--undo"], ["list"], ["export", "-o", "x.json"]])
def test_a_case_that_is_missing_or_newer_is_refused(scanned: Opsec, tmp_path: Path, verb: list[str]) -> None:
    missing = scanned(*verb, "--case", "none.db")
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)
    assert not (tmp_path / "none.db").exists()
    with sqlite3.connect(tmp_path / CASE) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'version'")
    connection.close()
    newer = scanned(*verb)
    assert (newer.returncode, newer.stderr.count("\n")) == (2, 1)
    assert "newer version" in newer.stderr


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["list", "--site", "F-70"], "F-07"),
        (["list", "--site", "bogus"], "F-07"),
        (["decide", "--allow", "site=X-99"], "F-07"),
        (["decide", "--allow", "site=X-99", "--sites", str(SITES)], "P-12"),
        (["decide", "--allow", "zone=nope"], "Main gate"),
        (["decide", "--allow", "zone=nope", "--sites", str(SITES)], "Armoury"),
        (["decide", "--allow", "zone=X-99/Main gate", "--sites", str(SITES)], "F-07"),
        (["decide", "--allow", "zone=P-12/main gate", "--sites", str(SITES)], "West gate"),
    ],
)
def test_an_unknown_site_or_zone_is_refused_with_the_known_ones(
    scanned: Opsec, arguments: list[str], named: str, lang: str
) -> None:
    more = ("--why", "x", "--until", "2999-01-01") if arguments[0] == "decide" else ()
    done = scanned(*arguments, *more, "--lang", lang)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert named in done.stderr
    assert "falcon" not in done.stderr.lower(), "sites are named by their codes"


def test_a_rule_may_be_for_a_site_or_a_zone_without_a_finding(scanned: Opsec) -> None:
    more = ("--why", "x", "--until", "2999-01-01", "--sites", SITES)
    for what in ("site=p-12", "zone=main GATE", "zone=f-07/North tower"):
        done = scanned("decide", "--allow", what, *more)
        assert (done.returncode, "hides 0 findings" in done.stderr) == (0, True), done.stderr


def test_undo_states_what_it_took_back_also_of_a_dismissal_that_has_ended(
    scanned: Opsec, listed: Listed, tmp_path: Path
) -> None:
    first, _second = in_words(listed())
    decide([first], case=str(tmp_path / CASE), state="dismissed", why="x", until=local_date(LONG_AGO), at=LONG_AGO)
    assert [one["state"] for one in listed() if one["number"] == first] == ["open"]
    done = scanned("decide", first, "--undo")
    assert done.returncode == 0
    assert f"the decision “dismissed” of {local_date(LONG_AGO)} is undone; its state is: open" in done.stderr
    again = scanned("decide", first, "--undo")
    assert (again.returncode, "no decision to undo" in again.stderr) == (2, True)


def test_due_requests_are_listed_with_their_waiting_time_the_oldest_first(
    scanned: Opsec, listed: Listed, tmp_path: Path
) -> None:
    first, second = in_words(listed())
    for number, days in ((first, 0), (second, 5)):
        for state in ("confirmed", "takedown_requested"):
            decide([number], case=str(tmp_path / CASE), state=state, at=LONG_AGO - timedelta(days=days))
    assert [one["number"] for one in listed("--due")] == [second, first]
    table = " ".join(scanned("list", "--due", COLUMNS="60").stdout.split())
    assert table.index("no answer for 35 days") < table.index(f"no answer for 30 days, since {local_date(LONG_AGO)}")
    assert "دون ردّ منذ" in scanned("list", "--due", "--lang", "ar", COLUMNS="60").stdout


# ── allow rules ───────────────────────────────────────────────────────────────────────────────
def test_an_allow_rule_hides_counts_and_is_revoked(scanned: Opsec, listed: Listed) -> None:
    until = ("--why", "press office", "--until", "2999-12-31")
    done = scanned("decide", "--allow", "account=@Omar", *until)
    assert (done.returncode, "hides 1 finding now" in done.stderr) == (0, True)
    assert "account=omar" in scanned("decide", "--allowed").stdout
    assert [one["allow_rule"] for one in listed("--state", "dismissed")] == [1]
    done = scanned("scan", "posts.jsonl", "--sites", SITES)
    assert "1 flagged, 1 hidden by decisions" in done.stderr
    assert scanned("decide", "--revoke", "1", "--why", "moved").returncode == 0
    assert scanned("decide", "--allowed").stdout.strip() == "no allow rules"
    assert listed("--state", "dismissed") == []
    place = scanned("decide", "--allow", "place=33.31523,44.36611,200", *until)
    assert place.returncode == 0
    assert "33.31" not in scanned("decide", "--allowed").stdout


def test_a_rule_for_a_site_does_not_hide_a_position_inside_the_fence(scanned: Opsec, listed: Listed) -> None:
    scanned("decide", "--allow", "site=F-07", "--why", "exercise", "--until", "2999-12-31")
    assert [one["rule"] for one in listed("--state", "open")] == ["GPS-IN-FENCE"]


# ── scan --new ────────────────────────────────────────────────────────────────────────────────
def test_scan_new_shows_only_what_no_earlier_scan_has_seen(scanned: Opsec, tmp_path: Path) -> None:
    with (tmp_path / "posts.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({"caption": "evening shift at Falcon Camp", "url": "https://posts.example/4"}) + "\n")
    done = scanned("scan", "posts.jsonl", "--sites", SITES, "--new", "--format", "json")
    clips = json.loads(done.stdout)["clips"]
    assert [clip["post"]["url"] for clip in clips] == ["https://posts.example/4"]
    assert done.stderr.splitlines()[-1].startswith("3 clips: 3 read, 3 flagged")
    assert done.returncode == 1
    again = scanned("scan", "posts.jsonl", "--sites", SITES, "--new", "--format", "json")
    assert (again.returncode, json.loads(again.stdout)["clips"]) == (0, [])


# ── export ────────────────────────────────────────────────────────────────────────────────────
def test_every_export_has_the_states_and_is_for_its_owner_alone(scanned: Opsec, listed: Listed, tmp_path: Path) -> None:
    first, second = in_words(listed())
    scanned("decide", first, "--state", "dismissed", "--why", "=1+1", "--until", "2999-12-31")
    scanned("decide", second, "--state", "confirmed")
    for name in ("csv", "json", "geojson", "sarif"):
        assert scanned("export", "--format", name, "-o", f"x.{name}").returncode == 0
        assert stat.S_IMODE((tmp_path / f"x.{name}").stat().st_mode) == 0o600
    states = {first: "dismissed", second: "confirmed", inside(listed()): "open"}
    records = json.loads((tmp_path / "x.json").read_text())
    assert {one["number"]: one["state"] for one in records} == states
    assert [len(one["history"]) for one in records if one["number"] == first] == [1]
    rows = list(csv.DictReader(io.StringIO((tmp_path / "x.csv").read_text("utf-8-sig"))))
    assert {row["number"]: row["state"] for row in rows} == states
    assert {(row["site"], row["site_code"], row["decided_at"] == "") for row in rows} == {
        ("falcon-camp", "F-07", False),
        ("falcon-camp", "F-07", True),
    }
    assert [row["why"] for row in rows if row["number"] == first] == ["'=1+1"]
    features = json.loads((tmp_path / "x.geojson").read_text())["features"]
    assert {one["properties"]["number"]: one["properties"]["state"] for one in features} == states
    assert [one["geometry"]["type"] for one in features if one["geometry"]] == ["Point"]
    results = json.loads((tmp_path / "x.sarif").read_text())["runs"][0]["results"]
    assert {one["properties"]["number"]: one["properties"]["state"] for one in results} == states
    assert sum(len(one["suppressions"]) for one in results) == 1
    refused = scanned("export", "--format", "xml", "-o", "x.xml")
    assert (refused.returncode, (tmp_path / "x.xml").exists()) == (2, False)


# ── purge ─────────────────────────────────────────────────────────────────────────────────────
def test_purge_drops_what_is_closed_and_old_and_explain_says_so(scanned: Opsec, listed: Listed, tmp_path: Path) -> None:
    first, _second = in_words(listed())
    scanned("decide", first, "--state", "dismissed", "--why", "not ours")
    with sqlite3.connect(tmp_path / CASE) as connection:
        connection.execute("UPDATE posts SET last_seen_at = '2026-01-01T00:00:00.000000Z'")
    connection.close()
    dry = scanned("purge", "--older-than", "90d", "--dry-run")
    assert (dry.returncode, "1 post and" in dry.stderr, "2 old findings in the state open" in dry.stderr) == (
        0,
        True,
        True,
    )
    assert scanned("explain", first, "--sites", SITES).returncode == 0
    assert scanned("purge", "--older-than", "90d").returncode == 0
    purged = scanned("explain", first, "--sites", SITES)
    assert (purged.returncode, "purged" in purged.stderr) == (2, True)
    assert [one["state"] for one in listed() if one["number"] == first] == ["dismissed"]
    for age in ("9m", "", "0d", "-1d", "d"):
        assert scanned("purge", "--older-than", age).returncode == 2
