"""Calibration from a case file and from sets: which decisions count, what is refused, and the file that is written."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from opsec import scan
from opsec.app.calibrate import calibrate
from opsec.app.calibration_posts import posts_of_set
from opsec.app.decide import allow, decide
from opsec.app.likelihood_file import table_file, write_table
from opsec.app.listing import find
from opsec.errors import SettingsError, UsageError
from opsec.i18n.messages import set_language
from opsec.settings import Likelihood, Settings
from opsec.verdict.calibration.table_entries import table_ratios, with_entries
from opsec.verdict.likelihood_ratios import Channel, LikelihoodRatio, likelihood_table, load_likelihood_table
from tests.benchmarks.verdict.simulated_posts import judged, simulate

pytestmark = pytest.mark.usefixtures("warm_templates")

NAME = ("ratio", "NAME-IN-CAPTION", "strong")
TABLE = likelihood_table()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_language("en")
    yield
    set_language(None)


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a site, and a case of 50 posts that say to be there and 20 that say nothing of it."""
    folder = tmp_path_factory.mktemp("calibrated")
    site = folder / "sites" / "falcon-camp"
    site.mkdir(parents=True)
    (site / "site.toml").write_text(
        'id = "falcon-camp"\nkind = "base"\ncode = "F-07"\nprior = 0.2\n[names]\nar = ["معسكر الصقر"]\n', "utf-8"
    )
    captions = [f"انا الان في معسكر الصقر يوم {day}" for day in range(50)]
    captions += [f"شاي مع الاصدقاء {day}" for day in range(20)]
    rows = [{"url": f"https://clips.example/{n}", "caption": text} for n, text in enumerate(captions)]
    (folder / "posts.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    scan([folder / "posts.jsonl"], sites=folder / "sites", case=str(folder / "case.db"))
    return folder


@pytest.fixture
def folder(scanned: Path, tmp_path: Path) -> Path:
    """A copy of that folder with no decisions."""
    import shutil

    return Path(shutil.copytree(scanned, tmp_path / "copy"))


def decided(folder: Path, confirmed: int, dismissed: int) -> None:
    case = str(folder / "case.db")
    numbers = [one.fingerprint for one in find(case=case)]
    if confirmed:
        decide(numbers[:confirmed], case=case, state="confirmed", by="salim")
    if dismissed:
        decide(numbers[confirmed : confirmed + dismissed], case=case, state="dismissed", why="a joke", by="salim")


# ── decisions ─────────────────────────────────────────────────────────────────────────────────
def test_decisions_move_the_ratio_of_what_they_are_about(folder: Path) -> None:
    decided(folder, 20, 30)
    found = calibrate(case=str(folder / "case.db"), sites=folder / "sites")
    assert (found.outcome, found.decided, found.unreadable, found.unexplained) == ("better", 50, 0, 0)
    assert (found.fit.exposing, found.fit.others) == (20, 30)
    changed = {one.entry: one for one in found.fit.entries if one.outcome == "changed"}
    assert set(changed) == {NAME}
    # prior odds 1 to 4, and 2 of 5 are true: a ratio of 8/3 would be right
    assert 8 / 3 < changed[NAME].after.ratio < 8
    before, after = found.figures("before")[None], found.figures("after")[None]
    assert after.brier < before.brier
    assert after.calibration_error < before.calibration_error


def test_a_finding_without_a_ruling_does_not_count(folder: Path) -> None:
    case = str(folder / "case.db")
    decided(folder, 2, 1)
    rest = [one.fingerprint for one in find(case=case) if one.decision.state == "open"]
    decide(rest[:1], case=case, state="dismissed", why="ended", until="2099-01-01")
    allow("site=F-07", case=case, why="all known", until="2099-01-01")
    found = calibrate(case=case, sites=folder / "sites")
    assert (found.fit.exposing, found.fit.others) == (2, 2)


@pytest.mark.parametrize(("confirmed", "dismissed"), [(0, 0), (0, 50), (50, 0), (5, 45)])
def test_with_too_few_decisions_nothing_changes(folder: Path, confirmed: int, dismissed: int) -> None:
    decided(folder, confirmed, dismissed)
    found = calibrate(case=str(folder / "case.db"), sites=folder / "sites")
    assert found.outcome == "too_few"
    assert not found.fit.is_changed
    assert not found.after
    counted = {one.entry: (one.exposing, one.others) for one in found.fit.entries}
    assert counted[NAME] == (confirmed, dismissed)


def test_posts_without_a_finding_count_only_when_the_officer_says_so(folder: Path) -> None:
    decided(folder, 25, 0)
    case = str(folder / "case.db")
    assert calibrate(case=case, sites=folder / "sites").fit.others == 0
    found = calibrate(case=case, sites=folder / "sites", unflagged_are_clean=True)
    assert (found.fit.exposing, found.fit.others) == (25, 20)


def test_a_site_that_is_gone_is_counted(folder: Path) -> None:
    decided(folder, 3, 2)
    site = folder / "sites" / "falcon-camp"
    text = (site / "site.toml").read_text("utf-8").replace('"falcon-camp"', '"heron-depot"')
    site.rename(folder / "sites" / "heron-depot")
    (folder / "sites" / "heron-depot" / "site.toml").write_text(text, "utf-8")
    found = calibrate(case=str(folder / "case.db"), sites=folder / "sites")
    assert (found.decided, found.unreadable) == (0, 5)


# ── sets ──────────────────────────────────────────────────────────────────────────────────────
def write_set(folder: Path, posts: int = 500, seed: int = 1) -> Path:
    """A set of simulated posts, in the form in which a scan is written."""
    from opsec.reports.scan_json import clip_record

    folder.mkdir()
    truths, clips = [], []
    for number, post in enumerate(simulate(seed, posts, 0.37)):
        result = judged(post, 0.37, TABLE)
        clips.append(clip_record(replace(result, clip=replace(result.clip, path=f"posts/{number}.mp4"))))
        sites = ["falcon-camp"] if post.label == "exposing" else []
        truths.append({"id": f"p{number}", "file": f"{number}.mp4", "class": post.label, "sites": sites})
    (folder / "out.json").write_text(json.dumps({"schema_version": 1, "clips": clips}), "utf-8")
    (folder / "truth.jsonl").write_text("\n".join(map(json.dumps, truths)), "utf-8")
    return folder


def test_a_set_needs_no_case_file(tmp_path: Path) -> None:
    found = calibrate(case=None, sets=[write_set(tmp_path / "set")])
    assert (found.outcome, found.decided, found.of_sets, found.unexplained) == ("better", 0, 500, 0)
    assert set(found.before) == set(found.after) == {0.05, 0.10, 0.37}
    for prior, after in found.figures("after").items():
        assert after.cllr < found.figures("before")[prior].cllr


def test_a_copy_and_a_wrong_site(tmp_path: Path) -> None:
    made = write_set(tmp_path / "set", posts=40)
    truths = [json.loads(line) for line in (made / "truth.jsonl").read_text("utf-8").splitlines()]
    exposing = [one for one in truths if one["class"] == "exposing"]
    exposing[0]["copy_of"] = exposing[1]["id"]
    exposing[2]["sites"] = ["heron-depot"]
    (made / "truth.jsonl").write_text("\n".join(map(json.dumps, truths)), "utf-8")
    posts = posts_of_set(made, [TABLE])
    assert len({one.key for one in posts}) == 39
    clips = json.loads((made / "out.json").read_text("utf-8"))["clips"]
    named = clips[truths.index(exposing[2])]["verdict"]["site"] is not None
    assert sum(one.exposes for one in posts) == len(exposing) - named


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("truth.jsonl", "{"),
        ("truth.jsonl", '{"file": "0.mp4"}'),
        ("truth.jsonl", '{"file": "0.mp4", "class": "perhaps", "sites": []}'),
        ("truth.jsonl", '{"file": "elsewhere.mp4", "class": "clean", "sites": []}'),
        ("truth.jsonl", "[1]"),
        ("truth.jsonl", ""),
        ("out.json", "[]"),
        ("out.json", '{"clips": [{"path": "0.mp4"}]}'),
        ("out.json", "[" * 100_000),
        ("out.json", None),
    ],
)
def test_a_damaged_set_is_refused_in_one_sentence(tmp_path: Path, file: str, text: str | None) -> None:
    made = write_set(tmp_path / "set", posts=3)
    if text is None:
        (made / file).unlink()
    else:
        (made / file).write_text(text, "utf-8")
    with pytest.raises(UsageError) as refused:
        calibrate(case=None, sets=[made])
    assert "set" in str(refused.value)
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("value", ["NaN", "1e999", "-1e999", "1e300", '"3"', "null", "[]"])
@pytest.mark.parametrize("where", ["contributions", "matches"])
def test_a_weight_that_is_no_number_is_refused(tmp_path: Path, where: str, value: str) -> None:
    made = write_set(tmp_path / "set", posts=40)
    scanned = json.loads((made / "out.json").read_text("utf-8"))
    clip = next(one for one in scanned["clips"] if one["matches"])
    (clip["verdict"]["contributions"] if where == "contributions" else clip["matches"])[0]["log_odds"] = "@"
    (made / "out.json").write_text(json.dumps(scanned).replace('"@"', value), "utf-8")
    if value == '"3"':
        assert len(posts_of_set(made, [TABLE])) == 40  # a number in quotes is a number
        return
    with pytest.raises(UsageError, match="not a set"):
        posts_of_set(made, [TABLE])


def test_sets_of_one_class_tell_nothing(tmp_path: Path) -> None:
    made = write_set(tmp_path / "set", posts=60)
    lines = (made / "truth.jsonl").read_text("utf-8").splitlines()
    (made / "truth.jsonl").write_text("\n".join(line for line in lines if '"clean"' in line), "utf-8")
    with pytest.raises(UsageError, match="do not"):
        calibrate(case=None, sets=[made])


# ── the file ──────────────────────────────────────────────────────────────────────────────────
def test_the_written_table_is_the_fitted_one_when_it_is_loaded(tmp_path: Path) -> None:
    found = calibrate(case=None, sets=[write_set(tmp_path / "set")])
    write_table(tmp_path / "own.toml", found.table)
    loaded = load_likelihood_table(tmp_path / "own.toml")
    assert table_ratios(loaded) == table_ratios(found.fit.table)
    assert loaded.channels == found.fit.table.channels
    again = calibrate(
        case=None, sets=[tmp_path / "set"], settings=Settings(likelihood=Likelihood(table=str(tmp_path / "own.toml")))
    )
    assert {one.entry: one.after.ratio for one in again.fit.entries} == pytest.approx(
        {one.entry: one.after.ratio for one in found.fit.entries}
    )


def test_every_entry_survives_the_file_whatever_its_set_is_called(tmp_path: Path) -> None:
    name = 'a "set" \\ with \x7f, \u202e and\nlines'
    changed = {
        entry: LikelihoodRatio(ratio.ratio * 1.5, name, 7, ratio.ratio, ratio.ratio * 2)
        for entry, ratio in table_ratios(TABLE).items()
    }
    channels = {family: Channel(one.share, 0.8, name, 7, one.share / 3) for family, one in TABLE.channels.items()}
    table = with_entries(TABLE, changed, channels)
    table = replace(
        table, landmark_detection={grade: replace(one, count=9) for grade, one in TABLE.landmark_detection.items()}
    )
    (tmp_path / "own.toml").write_bytes(table_file(table, TABLE, "2026-11-30"))
    loaded = load_likelihood_table(tmp_path / "own.toml")
    assert replace(loaded, sha256="") == replace(table, sha256="")


def test_an_old_table_is_kept_under_a_free_name(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    assert write_table(path, b"one") is None
    assert write_table(path, b"two") == tmp_path / "own.toml.old"
    assert write_table(path, b"three") == tmp_path / "own.toml.old.2"
    assert [one.read_bytes() for one in sorted(tmp_path.iterdir())] == [b"three", b"one", b"two"]
    assert {one.stat().st_mode & 0o777 for one in tmp_path.iterdir()} == {0o600}


def test_a_damaged_table_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("[nearly_named]\nratio = -1.0\n", "utf-8")
    settings = Settings(likelihood=Likelihood(table=str(tmp_path / "own.toml")))
    with pytest.raises(SettingsError, match=r"own\.toml"):
        calibrate(case=None, sets=[write_set(tmp_path / "set", posts=3)], settings=settings)
