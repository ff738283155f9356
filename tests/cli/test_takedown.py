"""``opsec export takedown`` as an officer types it: what it writes, what it never writes, and what it refuses."""

import json
import re
import shlex
import shutil
import sqlite3
import stat
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from opsec.casefile.case_file import open_case
from opsec.model import Site
from opsec.reports.masking import mask_coordinates
from opsec.settings import Settings
from opsec.sites.load import load_sites
from tests.cli.conftest import CASE, KEPT, ROOT, Opsec

SITES = ROOT / "geofences"
FILES = {
    "request.en.txt", "request.ar.txt", "request.json", "letter.html", "note-for-the-unit.en.txt",
    "note-for-the-unit.ar.txt",
}  # fmt: skip
POSITION = "33.31523, 44.36611 ٣٣٫٣١٥٢٣ 38SMB4488286345"
ROWS: list[dict[str, str]] = [
    {
        "author": "ali",
        "caption": f"morning shift at Falcon Camp, 3rd Battalion, F-07 {POSITION}",
        "url": "https://www.tiktok.com/@ali/video/7412345678901234567?_t=me",
        "posted_at": "2026-11-20T08:30:00+03:00",
        "media": "Falcon Camp.jpg",
    },
    {"author": "omar", "caption": f"حراسة ليلية في معسكر الصقر {POSITION}", "url": "https://t.me/channel/55"},
    {"author": "salim", "caption": "night shift at Falcon Camp"},
    {
        "author": "falconcamp147",
        "caption": "night shift at Falcon Camp",
        "url": "https://www.instagram.com/falconcamp147/p/1/",
    },
    {
        "author": "two",
        "caption": "day shift at Falcon Camp, night shift at Palm Airfield",
        "url": "https://x.com/two/status/17",
    },
]
Bundle = dict[str, bytes]
DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.fixture(scope="module")
def scanned_case(enrolled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a list of posts, one with a photo, and the case file of a scan of it; made once."""
    from opsec import scan

    folder = tmp_path_factory.mktemp("scanned")
    inbox = folder / "Falcon Camp"
    inbox.mkdir()
    shutil.copy(ROOT / "examples" / "posts" / "IMG_2042.jpg", inbox / "Falcon Camp.jpg")
    (inbox / "posts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS), "utf-8")
    shutil.copytree(enrolled / KEPT, folder / KEPT)
    scan([inbox], sites=SITES, case=str(folder / CASE))
    return folder


@pytest.fixture
def scanned(fresh_opsec: Opsec, scanned_case: Path, tmp_path: Path) -> Opsec:
    """The program in a copy of that folder."""
    shutil.copytree(scanned_case, tmp_path, dirs_exist_ok=True)
    return fresh_opsec


@pytest.fixture
def numbers(scanned: Opsec) -> Callable[[str], list[str]]:
    """Numbers of the findings of an account."""

    def of(account: str) -> list[str]:
        found: list[dict[str, Any]] = json.loads(scanned("list", "--format", "json").stdout)
        return [str(one["number"]) for one in found if one["author"] == account]

    return of


def contents(folder: Path) -> Bundle:
    return {str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()}


def secrets(sites: tuple[Site, ...]) -> Iterator[str]:
    """Everything that must not be in a request, as it is configured."""
    for site in sites:
        yield from (site.id, site.code, site.unit or "", *site.weak_names)
        for names in (*site.names.values(), *site.unit_names.values()):
            yield from names
        yield from (fence.name or "" for fence in site.fences)
        for landmark in site.landmarks:
            yield from (landmark.id, landmark.zone or "", *(one for names in landmark.names.values() for one in names))
    yield from ("33.31", "44.36", "33°", "44°", "33,31", "38SMB", "4488286345")


# ── what is written, and what never is ────────────────────────────────────────────────────────
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_no_byte_tells_which_place_it_is(
    scanned: Opsec, numbers: Callable[[str], list[str]], lang: str, tmp_path: Path
) -> None:
    everything = [number for row in ROWS for number in numbers(row["author"])]
    done = scanned("export", "takedown", "--no-pdf", *everything, "-o", "out", "--sites", SITES, "--lang", lang)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    written = contents(tmp_path / "out")
    assert len(written) == len(ROWS) * len(FILES)
    needles = [one for one in secrets(load_sites(SITES, Settings().home)) if one]
    needles += [one.translate(DIGITS) for one in needles]
    rules = [one.stem for one in (ROOT / "opsec" / "assets" / "rules").glob("*-*.toml")]
    for name, data in written.items():
        text = data.decode()
        assert not [one for one in (*needles, *rules) if one.casefold() in text.casefold()], name
        assert mask_coordinates(text) == text, name
        assert "shift" not in text and "حراسة" not in text, "the caption"
        assert str(tmp_path) not in text and "posts.jsonl" not in text and ".jpg" not in text
        assert "opsec" not in text.casefold()
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    assert {stat.S_IMODE((tmp_path / "out" / name).stat().st_mode) for name in written} == {0o600}


def test_the_request_of_one_finding_lies_in_the_folder_itself(
    scanned: Opsec, numbers: Callable[[str], list[str]], tmp_path: Path
) -> None:
    (number,) = numbers("ali")
    done = scanned("export", "takedown", "--no-pdf", number, "-o", "out", "--sites", SITES)
    assert f"finding {number}: request to TikTok" in done.stderr
    written = contents(tmp_path / "out")
    assert set(written) == FILES
    record = json.loads(written["request.json"])
    assert (record["url"], record["account"]) == ("https://www.tiktok.com/@ali/video/7412345678901234567", "ali")
    assert (record["finding"], record["posted_at"]) == (number, "2026-11-20T05:30:00Z")
    assert len(record["sha256"]) == 64 and record["sha256"].encode() in written["request.ar.txt"]


def test_a_link_that_names_the_place_is_left_out_with_a_word_to_the_officer(
    scanned: Opsec, numbers: Callable[[str], list[str]], tmp_path: Path
) -> None:
    done = scanned("export", "takedown", "--no-pdf", *numbers("falconcamp147"), "-o", "out", "--sites", SITES)
    assert "was left out" in done.stderr
    record = json.loads((tmp_path / "out" / "request.json").read_text())
    assert (record["platform"], record["url"], record["withheld"]) == ("instagram", None, ["url", "account"])


def test_without_the_sites_that_is_said(scanned: Opsec, numbers: Callable[[str], list[str]]) -> None:
    done = scanned("export", "takedown", "--no-pdf", *numbers("ali"), "-o", "out")
    assert (done.returncode, "your sites were not found" in done.stderr) == (0, True)
    named = scanned("export", "takedown", "--no-pdf", *numbers("ali"), "-o", "other", "--sites", "nowhere")
    assert (named.returncode, named.stderr.count("\n")) == (2, 1)


def test_the_reason_is_the_officers_alone(scanned: Opsec, numbers: Callable[[str], list[str]], tmp_path: Path) -> None:
    words = ("--with-reason", "--reason", "shows faces at Falcon Camp")
    done = scanned("export", "takedown", "--no-pdf", *numbers("omar"), "-o", "out", "--sites", SITES, *words)
    assert "your reason names a place" in done.stderr
    assert b"shows faces" in (tmp_path / "out" / "request.en.txt").read_bytes()
    assert b"shows faces" not in (tmp_path / "out" / "note-for-the-unit.en.txt").read_bytes()


def test_stills_are_added_only_if_asked(scanned: Opsec, numbers: Callable[[str], list[str]], tmp_path: Path) -> None:
    original = (tmp_path / "Falcon Camp" / "Falcon Camp.jpg").read_bytes()
    done = scanned("export", "takedown", "--no-pdf", *numbers("ali"), "-o", "out", "--stills", "--sites", SITES)
    assert "look at each one" in done.stderr
    written = contents(tmp_path / "out")
    stills = {name for name in written if name.startswith("still-")}
    assert stills and set(written) - stills == FILES
    assert all(written[name].startswith(b"\xff\xd8") and b"Exif" not in written[name] for name in stills)
    assert all(written[name] != original for name in stills)
    nothing = scanned("export", "takedown", "--no-pdf", *numbers("omar"), "-o", "other", "--stills", "--sites", SITES)
    assert (nothing.returncode, "no still" in nothing.stderr) == (0, True)


# ── which findings make one request ───────────────────────────────────────────────────────────
def test_two_findings_of_one_post_make_one_request(
    scanned: Opsec, numbers: Callable[[str], list[str]], tmp_path: Path
) -> None:
    both = numbers("two")
    assert len(both) == 2
    assert scanned("export", "takedown", "--no-pdf", *both, "-o", "out", "--sites", SITES).returncode == 0
    record = json.loads((tmp_path / "out" / "request.json").read_text())
    assert (set(record["findings"]), record["copies"], record["platform"]) == (set(both), [], "x")


def test_copies_are_listed_under_the_request_and_another_platform_can_be_asked(
    scanned: Opsec, numbers: Callable[[str], list[str]], tmp_path: Path
) -> None:
    (first,), (copy,) = numbers("ali"), numbers("omar")
    with open_case(str(tmp_path / CASE)) as case:
        find = case.decisions.find
        case.decisions.link_copy(find(copy), find(first), datetime.now(UTC))
    done = scanned("export", "takedown", "--no-pdf", first, copy, "-o", "out", "--sites", SITES)
    assert "1 copy is on another platform" in done.stderr
    assert set(contents(tmp_path / "out")) == FILES
    record = json.loads((tmp_path / "out" / "request.json").read_text())
    assert [(one["url"], one["platform"], one["finding"]) for one in record["copies"]] == [
        ("https://t.me/channel/55", "telegram", copy)
    ]
    assert "https://t.me/channel/55" in (tmp_path / "out" / "request.ar.txt").read_text("utf-8")
    assert done.stderr.count("--state takedown_requested") == 1
    assert scanned("export", "takedown", "--no-pdf", first, "-o", "tg", "--platform", "telegram").returncode == 0
    record = json.loads((tmp_path / "tg" / "request.json").read_text())
    assert (record["url"], [one["platform"] for one in record["copies"]]) == ("https://t.me/channel/55", ["tiktok"])


# ── states ────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_nothing_changes_until_the_printed_commands_are_run(
    scanned: Opsec, numbers: Callable[[str], list[str]], lang: str, tmp_path: Path
) -> None:
    (number,) = numbers("omar")
    done = scanned("export", "takedown", "--no-pdf", number, "-o", "out", "--case", CASE, "--lang", lang)
    assert _states(tmp_path) == []
    plain = done.stderr.translate({0x2066: None, 0x2068: None, 0x2069: None})
    commands = [line.strip() for line in plain.splitlines() if line.strip().startswith("opsec decide")]
    assert len(commands) == 1
    for command in commands:
        assert scanned(*shlex.split(command)[1:]).returncode == 0
    assert _states(tmp_path) == ["takedown_requested"]
    again = scanned("export", "takedown", "--no-pdf", number, "-o", "again")
    assert (again.returncode, "opsec decide" in again.stderr) == (0, False)


def _states(folder: Path) -> list[str]:
    with sqlite3.connect(folder / CASE) as connection:
        rows = connection.execute("SELECT to_state FROM decisions ORDER BY seq").fetchall()
    connection.close()
    return [str(state) for (state,) in rows]


def test_a_scan_does_not_take_the_files_for_posts(scanned: Opsec, numbers: Callable[[str], list[str]]) -> None:
    scanned("export", "takedown", "--no-pdf", *numbers("omar"), "-o", "Falcon Camp/out")
    done = scanned("scan", "Falcon Camp", "--sites", SITES)
    assert done.stderr.splitlines()[-1].startswith("5 clips: 5 read")


# ── what is refused ───────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_bad_input_is_one_sentence_and_writes_nothing(
    scanned: Opsec, numbers: Callable[[str], list[str]], lang: str, tmp_path: Path
) -> None:
    (ali,), (omar,), (salim,) = numbers("ali"), numbers("omar"), numbers("salim")
    scanned("decide", omar, "--state", "dismissed", "--why", "not ours")
    for state in ("confirmed", "takedown_requested", "removed"):
        scanned("decide", salim, "--state", state)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    bad: list[tuple[list[str], str]] = [
        (["deadbeef00", "-o", "out"], "deadbeef00"),
        ([ali, "deadbeef00", "-o", "out"], "deadbeef00"),
        ([ali, omar, "-o", "out"], omar),
        ([salim, "-o", "out"], salim),
        ([ali, "-o", "full"], "full"),
        ([ali, "-o", "full/x"], "full/x"),
        ([ali, "-o", "no/out"], "no/out"),
        ([ali, "-o", "/proc/out"], "/proc/out"),
        ([ali], "DIR"),
        (["-o", "out"], "FINDING"),
        ([ali, "-o", "out", "--platform", "myspace"], "myspace"),
        ([ali, "-o", "out", "--platform", "youtube"], "YouTube"),
        ([ali, "-o", "out", "--reason", "x"], "--with-reason"),
        ([ali, "-o", "out", "--with-reason"], "--reason"),
        ([ali, "-o", "out", "--with-reason", "--reason", "y" * 3000], "--reason"),
        ([ali, "-o", "out", "--case", "none.db"], "none.db"),
    ]
    for arguments, named in bad:
        done = scanned("export", "takedown", "--no-pdf", *arguments, "--lang", lang)
        assert (done.returncode, done.stdout) == (2, ""), (arguments, done.stderr)
        assert done.stderr.count("\n") == 1, done.stderr
        assert named in done.stderr, (arguments, done.stderr)
    assert not (tmp_path / "out").exists()
    assert [one.name for one in (tmp_path / "full").iterdir()] == ["x"]


@pytest.mark.slow
def test_the_letter_is_also_a_pdf_in_both_languages(
    scanned: Opsec, numbers: Callable[[str], list[str]], tmp_path: Path
) -> None:
    pytest.importorskip("weasyprint")
    pypdf: Any = pytest.importorskip("pypdf")
    (number,) = numbers("ali")
    assert scanned("export", "takedown", number, "-o", "out", "--sites", SITES).returncode == 0
    assert set(contents(tmp_path / "out")) == {*FILES, "letter.pdf"}
    letter = pypdf.PdfReader(tmp_path / "out" / "letter.pdf")
    text = "\n".join(page.extract_text() for page in letter.pages)
    assert len(letter.pages) == 2
    assert "Request to remove a post" in text and number in text
    assert "طلب" in unicodedata.normalize("NFKC", text)
    assert "opsec" not in (text + str(letter.metadata)).casefold()


def test_the_other_exports_work_as_before(scanned: Opsec, tmp_path: Path) -> None:
    assert scanned("export", "-o", "x.csv").returncode == 0
    assert scanned("export", "--format", "json", "-o", "x").returncode == 0
    assert len(json.loads((tmp_path / "x").read_text())) == 6
    missing = scanned("export", "--format", "csv")
    assert (missing.returncode, missing.stderr) == (
        2,
        "opsec: missing argument FILE; add it, or see --help for this command\n",
    )
    early: subprocess.CompletedProcess[str] = scanned("export", "-o", "out", "takedown", "0123456789")
    assert (early.returncode, early.stderr.count("\n"), "takedown" in early.stderr) == (2, 1, True)
    page = scanned("export", "--help").stdout
    assert "opsec export --format sarif -o findings.sarif" in page and "  2  " in page and "takedown" in page


def test_times_in_the_arabic_sheet_are_isolated_also_for_pdf(
    scanned: Opsec, numbers: Callable[[str], list[str]], tmp_path: Path
) -> None:
    """The program that makes the PDF ignores <bdi>, and would show the zone before the hour and the day."""
    scanned("export", "takedown", numbers("ali")[0], "-o", str(tmp_path / "bundle"), "--no-pdf", "--lang", "en")
    english, arabic = (tmp_path / "bundle" / "letter.html").read_text("utf-8").split('lang="ar" dir="rtl"')
    assert re.search("\u2066\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC\u2069", arabic)
    assert not re.search("[\u2066-\u2069]", english)
