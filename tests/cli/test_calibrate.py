"""``opsec calibrate`` as a user calls it: what it prints, what it writes, and when it refuses."""

import json
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.app.test_calibrate import write_set
from tests.cli.conftest import Opsec


@pytest.fixture
def a_set(tmp_path: Path) -> Path:
    return write_set(tmp_path / "posts-of-known-truth", posts=600)


def test_the_table_is_written_for_the_owner_alone_and_the_old_one_is_kept(fresh_opsec: Opsec, a_set: Path) -> None:
    folder = a_set.parent
    (folder / "likelihood.toml").write_text("[nearly_named]\nratio = 3.5\n", "utf-8")
    done = fresh_opsec("calibrate", "--set", a_set, "-o", "likelihood.toml")
    assert done.returncode == 0, done.stderr
    assert "NAME-IN-CAPTION strong" in done.stdout
    assert "Cllr_min" in done.stdout
    assert "opsec.toml" in done.stderr
    written = folder / "likelihood.toml"
    assert written.stat().st_mode & 0o777 == 0o600
    assert (folder / "likelihood.toml.old").read_text("utf-8").startswith("[nearly_named]")
    entries = tomllib.loads(written.read_text("utf-8"))["ratio"]
    assert {"rule", "grade", "ratio", "low", "high", "set", "count"} <= entries[0].keys()
    assert "posts-of-known-truth" in entries[0]["set"]


def test_opsec_uses_the_new_table_when_the_settings_name_it(fresh_opsec: Opsec, a_set: Path) -> None:
    folder = a_set.parent
    fresh_opsec("calibrate", "--set", a_set, "-o", "likelihood.toml")
    (folder / "opsec.toml").write_text('[likelihood]\ntable = "likelihood.toml"\n', "utf-8")
    done = fresh_opsec("calibrate", "--set", a_set, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "nothing changes" in done.stderr  # the same posts again: the fit is the table in use


def test_a_dry_run_writes_nothing(fresh_opsec: Opsec, a_set: Path) -> None:
    before = sorted(a_set.parent.rglob("*"))
    done = fresh_opsec("calibrate", "--set", a_set, "-o", "likelihood.toml", "--plot", "plot.svg", "--dry-run")
    assert done.returncode == 0
    assert "nothing was written" in done.stderr
    assert sorted(a_set.parent.rglob("*")) == before


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_plots_are_drawn_in_the_language_in_use(fresh_opsec: Opsec, a_set: Path, lang: str) -> None:
    done = fresh_opsec("calibrate", "--set", a_set, "-o", "own.toml", "--plot", "plot.svg", "--lang", lang)
    assert done.returncode == 0, done.stderr
    root = ElementTree.fromstring((a_set.parent / "plot.svg").read_bytes())
    texts = " ".join(root.itertext())
    assert ("printed likelihood" in texts) == (lang == "en")
    assert ("الاحتمال" in texts) == (lang == "ar")
    assert sum(one.tag.endswith("circle") for one in root.iter()) >= 4


def test_arabic_output_is_arabic(fresh_opsec: Opsec, a_set: Path) -> None:
    done = fresh_opsec("calibrate", "--set", a_set, "--dry-run", lang="ar", OPSEC_LANG="ar")
    assert done.returncode == 0
    assert "تغيّر" in done.stdout
    assert "كاشفة" in done.stdout
    assert "\u2066NAME-IN-CAPTION strong\u2069" in done.stdout
    assert "changed" not in done.stdout + done.stderr


def test_too_few_posts_are_said_and_nothing_is_written(fresh_opsec: Opsec, tmp_path: Path) -> None:
    few = write_set(tmp_path / "few", posts=20)
    done = fresh_opsec("calibrate", "--set", few, "-o", "own.toml", "--plot", "plot.svg")
    assert done.returncode == 0
    assert "nothing changes" in done.stderr
    assert "own.toml was not written" in done.stderr
    assert not (tmp_path / "own.toml").exists()
    assert not (tmp_path / "plot.svg").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--dry-run"],  # neither a case file nor a set
        ["--set", "posts-of-known-truth"],  # nowhere to write
        ["--set", "missing", "--dry-run"],
        ["--set", "posts-of-known-truth", "-o", "no/such/folder.toml"],
        ["--case", "missing.db", "--set", "posts-of-known-truth", "--dry-run"],
    ],
)
def test_wrong_usage_is_one_sentence(fresh_opsec: Opsec, a_set: Path, arguments: list[str]) -> None:
    done = fresh_opsec("calibrate", *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("opsec: ")


def test_names_of_a_hostile_set_do_not_reach_the_terminal(fresh_opsec: Opsec, tmp_path: Path) -> None:
    made = write_set(tmp_path / "set\x1b[31m", posts=60)
    scanned = json.loads((made / "out.json").read_text("utf-8"))
    scanned["clips"][0]["matches"] = [
        {"hint_ids": ["h0"], "site": "falcon-camp", "rule": "\x1b[2J", "grade": "strong", "log_odds": 1.0}
    ]
    (made / "out.json").write_text(json.dumps(scanned), "utf-8")
    done = fresh_opsec("calibrate", "--set", made, "-o", "own.toml")
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    written = tmp_path / "own.toml"
    assert not written.exists() or "\x1b" not in written.read_text("utf-8")
