"""Keys, bundles and the page of all units, as a unit and a command use them."""

import json
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Opsec

SITES = str(ROOT / "geofences")
POST = {
    "url": "https://example.org/1",
    "caption": "we are at Falcon Camp now",
    "author": "salim_17",
    "posted_at": "2026-11-17T10:00:00+03:00",
}
WEEK = "2026-W47"


def fingerprint(opsec: Opsec, keys: str) -> str:
    shown = opsec("keys", "show", "--keys", keys)
    return next(line for line in shown.stderr.splitlines() if line.startswith("fingerprint: ")).partition(": ")[2]


def share(opsec: Opsec, giver: str, taker: str, *options: str) -> None:
    assert opsec("keys", "show", "--keys", giver, "-o", f"{giver}.key").returncode == 0
    digits = fingerprint(opsec, giver)
    done = opsec("keys", "trust", f"{giver}.key", "--keys", taker, "--fingerprint", digits, *options)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def world(opsec: Opsec, tmp_path: Path) -> Opsec:
    """A unit with a scanned post, a second unit that sends nothing, and their command."""
    for name in ("unit", "silent", "command"):
        assert opsec("keys", "new", "--name", f"The {name}", "--keys", name).returncode == 0
    share(opsec, "unit", "command")
    share(opsec, "silent", "command")
    share(opsec, "command", "unit", "--command")
    (tmp_path / "posts.jsonl").write_text(json.dumps(POST), "utf-8")
    assert opsec("scan", "posts.jsonl", "--sites", SITES, "--case", "unit.db").returncode == 1
    return opsec


def export(opsec: Opsec, name: str = "a.opsec") -> None:
    done = opsec("export", "week", "--week", WEEK, "--case", "unit.db", "--keys", "unit", "-o", name)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_week_goes_from_the_unit_to_the_page_of_command(world: Opsec, tmp_path: Path, lang: str) -> None:
    (tmp_path / "stick").mkdir()
    export(world, "stick/a.opsec")
    (tmp_path / "stick" / "b.opsec").write_bytes(b"age-encryption.org/v1\n")
    imported = world("import", "stick", "--case", "command.db", "--keys", "command", OPSEC_LANG=lang)
    assert imported.returncode == 3
    assert "stick/b.opsec" in imported.stderr
    for output in ("units.html", "units.json", "units.csv"):
        options = ("--case", "command.db", "--keys", "command", "-o", output)
        done = world("report", "--units", "--week", WEEK, *options, OPSEC_LANG=lang)
        assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "units.json").read_text("utf-8"))
    assert [(one["unit"], one["state"]) for one in record["units"]] == [
        ("The silent", "missing"),
        ("The unit", "late"),
    ]
    assert (record["totals"]["clips"], record["totals"]["flagged"]) == (1, 1)
    assert [site["key"] for site in record["sites"]] == ["F-07"]
    assert record["refused"] == {"not_a_bundle": 1}
    page, sheet = ((tmp_path / name).read_text("utf-8-sig") for name in ("units.html", "units.csv"))
    assert f'lang="{lang}"' in page
    for text in (page, sheet, json.dumps(record), (tmp_path / "stick" / "a.opsec").read_bytes().decode("latin-1")):
        assert [word for word in ("salim", "Falcon", "example.org", "posts.jsonl") if word in text] == []
    summary = world("report", "--units", "--week", WEEK, "--case", "command.db", "--keys", "command", OPSEC_LANG=lang)
    assert "F-07" in summary.stdout


def test_an_import_of_bad_bundles_alone_fails(world: Opsec, tmp_path: Path) -> None:
    (tmp_path / "b.opsec").write_bytes(b"junk")
    done = world("import", "b.opsec", "--case", "command.db", "--keys", "command")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == "opsec: b.opsec is damaged or not a bundle; ask the unit to export it again"


def test_the_private_key_is_on_no_stream_and_in_no_public_file(opsec: Opsec, tmp_path: Path) -> None:
    made = opsec("keys", "new", "--name", "unit", "--keys", "k")
    shown = opsec("keys", "show", "--keys", "k", "-o", "public.key")
    private = json.loads((tmp_path / "k" / "own.key").read_text("utf-8"))
    seen = made.stdout + made.stderr + shown.stdout + shown.stderr + (tmp_path / "public.key").read_text("utf-8")
    assert private["signing_seed"] not in seen
    assert private["age_identity"] not in seen
    assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o700


def test_a_key_is_trusted_only_by_its_fingerprint(opsec: Opsec, tmp_path: Path) -> None:
    opsec("keys", "new", "--name", "unit", "--keys", "k")
    (tmp_path / "public.key").write_text(opsec("keys", "show", "--keys", "k").stdout, "utf-8")
    unasked = opsec("keys", "trust", "public.key", "--keys", "c")
    wrong = opsec("keys", "trust", "public.key", "--keys", "c", "--fingerprint", "12345")
    assert (unasked.returncode, wrong.returncode) == (2, 2)
    assert "--fingerprint" in unasked.stderr
    assert not (tmp_path / "c").exists()


def test_keys_stand_beside_the_case_file(opsec: Opsec, tmp_path: Path) -> None:
    assert opsec("keys", "new", "--name", "unit").returncode == 0
    assert (tmp_path / "keys" / "own.key").exists()


def test_another_format_of_the_page_of_units_is_refused(world: Opsec) -> None:
    export(world)
    world("import", "a.opsec", "--case", "command.db", "--keys", "command")
    refused = world("report", "--units", "--case", "command.db", "--keys", "command", "-o", "u.txt")
    assert refused.returncode == 2
    assert ".html, .json or .csv" in refused.stderr
