"""The debug log: empty by default, and without clip or site data when enabled."""

import json
import re
import shutil
from pathlib import Path

import pytest

from opsec.runtime.event_log import vocabulary
from tests.cli.conftest import ROOT, Opsec

FOLDER, HANDLE = "وحدة_الرصد_inbox", "sgt_omar_87"
CAPTIONS = {"en": "guard duty at Falcon Camp tonight", "ar": "واجب ليلي في معسكر الصقر ٣٣٫٣١٠٠، ٤٤٫٣٦٠٠"}


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """The example posts with Arabic and English names, and posts whose captions, handles and positions are known."""
    folder = tmp_path / FOLDER
    shutil.copytree(ROOT / "examples" / "posts", folder)
    shutil.copy(folder / "IMG_2042.jpg", folder / "صورة البوابة.jpg")
    shutil.copy(folder / "cut_off.mp4", folder / "gate_guard.mp4")
    rows = [
        {"caption": text, "author": HANDLE, "url": f"https://example.org/@{HANDLE}/1"} for text in CAPTIONS.values()
    ]
    (folder / "سجل.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return folder


def secrets(inbox: Path) -> set[str]:
    """Words and numbers that must not be in the log: from names, captions, handles, sites and positions."""
    texts = [FOLDER, HANDLE, *CAPTIONS.values(), *(path.stem for path in inbox.iterdir())]
    texts += [(inbox / "posts.csv").read_text("utf-8"), (inbox / "VID_20261116_0530.info.json").read_text("utf-8")]
    for site in (ROOT / "geofences").rglob("*"):
        texts += [site.stem, site.read_text("utf-8") if site.suffix in {".toml", ".geojson"} else ""]
    words = {word for text in texts for word in re.findall(r"[^\W\d_]{4,}|\d+[.٫]\d{3,}", text)}
    return {word.lower() for word in words} - LOG_WORDS


LOG_WORDS = {"clip", "file", "posts", "matches", "action", "status", "kind", "sites", "hints", "running", "photos"}
LOG_WORDS |= {part for word in vocabulary() for part in word.split("_")}
"""Words of the program's own vocabularies, some of which occur in the texts of the example too."""


def log_lines(stderr: str) -> list[str]:
    return [line for line in stderr.splitlines() if re.match(r"\d\d:\d\d:\d\d\.\d\d\d opsec\.", line)]


@pytest.mark.parametrize(("arguments", "variables"), [(["--verbose"], {}), ([], {"OPSEC_LOG": "debug"})])
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_log_has_stages_counts_and_codes_but_no_clip_or_site_data(
    inbox: Path, opsec: Opsec, arguments: list[str], variables: dict[str, str], lang: str
) -> None:
    if (lang == "ar") == bool(arguments):
        pytest.skip("each way of asking in one language is enough")
    done = opsec(*arguments, "scan", inbox, "--sites", ROOT / "geofences", "--lang", lang, **variables)
    lines = log_lines(done.stderr)
    events = {line.split()[2] for line in lines}
    assert events >= {"sites_loaded", "discovered", "template_started", "file_read", "clip", "finished"}
    log = "\n".join(line.split(maxsplit=2)[2] for line in lines).lower()
    assert re.search(r"clip status=read action=act_now .* took_s=\d+\.\d{3}", log)
    assert "reasons=cut_off:1" in log
    assert "masked" not in log
    assert log.isascii()
    assert {word for word in secrets(inbox) if re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", log)} == set()
    assert not re.search(r"\d{1,3}\.\d{4,}", log)


def test_nothing_is_logged_by_default(inbox: Path, opsec: Opsec) -> None:
    done = opsec("scan", inbox / "posts.csv", "--sites", ROOT / "geofences")
    assert log_lines(done.stderr) == []
    assert "opsec." not in done.stderr
