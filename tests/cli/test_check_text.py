"""``opsec check-text``: a caption before posting: matched words marked, output sanitised and masked, nothing stored."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from opsec.model import MAX_TEXT_LENGTH
from tests.cli.conftest import ROOT, Opsec

SITES = ROOT / "geofences"


def _piped(data: bytes, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Run the command with this text on standard input."""
    call = [sys.executable, "-c", "import opsec.cli; opsec.cli.main()", "check-text", "--sites", str(SITES)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "OPSEC"))}
    return subprocess.run(
        call, cwd=folder, env={**kept, "LANG": "C.UTF-8"}, input=data, capture_output=True, check=False
    )


@pytest.mark.parametrize(
    ("text", "marked", "rule"),
    [
        ("on duty at Falcon Camp tonight", "on duty at «Falcon Camp» tonight", "NAME-IN-CAPTION"),
        ("اليوم بمعسكر الصقر مع الشباب", "«معسكر الصقر» مع الشباب", "NAME-IN-CAPTION"),
        ("first line\nthen camp falcon", "then «camp falcon»", "NAME-IN-CAPTION"),
        ("34.0201, 43.2702 here", "«34.••••, 43.••••» here", "COORDINATES-WRITTEN"),
        ("1 a 34.0201, 43.2702 and 29.2250 48.1500", "a «34.••••, 43.••••» and", "COORDINATES-WRITTEN"),
    ],
)
def test_matched_words_are_marked_with_their_reason(opsec: Opsec, text: str, marked: str, rule: str) -> None:
    done = opsec("check-text", "--sites", SITES, text)
    assert marked in done.stdout
    assert rule in done.stdout
    assert "F-07" in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize(
    "text", ["peace be upon you", "صباح الخير يا شباب", "the falcon flew away", "12.5 and 3,000 IQD"]
)
def test_harmless_text_is_printed_unmarked(opsec: Opsec, text: str) -> None:
    done = opsec("check-text", "--sites", SITES, text)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].strip("\u2068\u2069") == text
    assert "«" not in done.stdout
    assert "nothing found" in done.stdout


def test_the_verdict_is_an_action_word_in_both_languages(opsec: Opsec) -> None:
    english = opsec("check-text", "--sites", SITES, "we live in Falcon Camp", "--lang", "en")
    arabic = opsec("check-text", "--sites", SITES, "we live in Falcon Camp", "--lang", "ar")
    assert english.stdout.splitlines()[-1].startswith("act today, ")
    assert "تصرّف اليوم" in arabic.stdout.splitlines()[-1]
    assert arabic.returncode == english.returncode == 1


def test_unquoted_words_are_one_text(opsec: Opsec) -> None:
    assert (
        "we are in «camp falcon»" in opsec("check-text", "--sites", SITES, "we", "are", "in", "camp", "falcon").stdout
    )


def test_foreign_positions_and_unresolved_links_are_reported(opsec: Opsec) -> None:
    done = opsec("check-text", "--sites", SITES, "36.1911, 44.0092 https://maps.app.goo.gl/AbCdEf123")
    assert done.returncode == 0
    assert "“36.••••, 44.••••” is a location, but not near any of our sites" in done.stdout
    assert "“https://maps.app.goo.gl/•••••••••” is a location link" in done.stdout


def test_control_sequences_in_the_text_are_inert(tmp_path: Path) -> None:
    done = _piped("a \x1b[2J \u202eb \x85 Falcon Camp".encode() + b" \xed\xb3\xbf \xff\r\nend", tmp_path)
    assert rb"a \x1b[2J \u202eb \x85 " in done.stdout
    assert rb"\xed\xb3\xbf \xff" in done.stdout
    assert "«Falcon Camp»".encode() in done.stdout
    assert not set(done.stdout) & {0x1B, 0x0D}
    assert done.returncode == 1


def test_repeated_words_give_one_reason(tmp_path: Path) -> None:
    done = _piped(b"Falcon Camp, yes, Falcon Camp", tmp_path).stdout.decode()
    assert done.splitlines()[0] == "«Falcon Camp», yes, «Falcon Camp»"
    assert done.count("NAME-IN-CAPTION") == 1


def test_an_overlong_text_is_read_to_the_caption_limit_and_reported(tmp_path: Path) -> None:
    done = _piped(b"word " * 200_000, tmp_path)
    assert b"longer than 100,000 and was truncated" in done.stdout
    assert b"nothing found in what was read" in done.stdout
    assert done.returncode == 3
    assert len(done.stdout) < 5_000


def test_only_the_context_of_matched_words_is_shown_of_a_long_text(tmp_path: Path) -> None:
    done = _piped(b"x " * 5_000 + b"camp falcon " + b"y " * 5_000, tmp_path).stdout
    assert "x x «camp falcon» y y".encode() in done
    assert len(done) < 1_000


def test_a_text_of_exactly_the_maximum_length_is_read_in_full(tmp_path: Path) -> None:
    done = _piped(("ع" * (MAX_TEXT_LENGTH - 12) + " falcon camp").encode(), tmp_path)
    assert b"was cut" not in done.stdout
    assert "«falcon camp»".encode() in done.stdout


@pytest.mark.parametrize("arguments", [(), ("",), (" \n ",)])
def test_an_empty_text_is_refused(opsec: Opsec, arguments: tuple[str, ...]) -> None:
    done = opsec("check-text", "--sites", SITES, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no text to check" in done.stderr


def test_nothing_is_stored(opsec: Opsec, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    opsec("check-text", "--sites", SITES, "Falcon Camp")
    assert sorted(tmp_path.rglob("*")) == before


def test_time_and_strength_words_raise_the_severity_but_flag_nothing_alone(opsec: Opsec) -> None:
    alone = opsec("check-text", "--sites", SITES, "120 soldiers on duty now")
    named = opsec("check-text", "--sites", SITES, "120 soldiers on duty in Falcon Camp")
    assert (alone.returncode, named.returncode) == (0, 1)
    assert "added to the severity" not in alone.stdout
    assert "“on duty” indicates that somebody is there now" in named.stdout
    assert "“120 soldiers” indicates how many are there" in named.stdout
