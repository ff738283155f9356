"""A scan of harmless words imports nothing that only pictures, positions, flagged clips and readers need."""

import subprocess
import sys
from pathlib import Path

HEAVY = (
    "numpy",
    "shapely",
    "cv2",
    "av",
    "sqlalchemy.dialects.postgresql",
    "opsec.readers.registry",
    "opsec.matching.landmarks.recogniser",
    "opsec.reports.scan_page",
)
_SITE = """id = "falcon-camp"
kind = "base"
code = "F-07"
position = [33.3, 44.4]
radius_m = 300
[names]
en = ["Falcon Camp"]
"""
_ROWS = """{"url": "https://example.org/1", "caption": "quiet day"}
{"url": "https://example.org/2", "caption": "tea at the river"}
"""


def test_scan_of_captions_imports_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "sites" / "falcon-camp").mkdir(parents=True)
    (tmp_path / "sites" / "falcon-camp" / "site.toml").write_text(_SITE, "utf-8")
    (tmp_path / "posts.jsonl").write_text(_ROWS, "utf-8")
    case = tmp_path / "c.db"
    arguments = [*map(str, ("scan", tmp_path / "posts.jsonl", "--sites", tmp_path / "sites", "--case", case))]
    program = (
        "import sys\n"
        "from opsec.cli import run\n"
        f"code = run({arguments!r})\n"
        f"sys.stdout.write('\\n' + repr((code, [name for name in {HEAVY!r} if name in sys.modules])))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "(0, [])", done.stderr
