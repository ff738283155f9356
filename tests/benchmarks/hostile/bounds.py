"""Time and memory of a scan of very many small things: an archive, a folder, a list, and subtitles full of names.

Each case is made here, scanned as a user would, and scanned once at a tenth of its size: the time should grow by about
ten, and the memory by much less. Processor time includes the reading processes; memory is the peak of the largest
process.
"""

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from opsec.demo.media import clip
from opsec.demo.sites import write_example_sites

_MAX_WALL_S = 3_000


def main() -> None:
    """Scan every case that is asked for, small and whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--share", type=float, default=1.0, help="share of the whole size")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        sites = Path(place, "sites")
        write_example_sites(sites)
        shutil.rmtree(sites / "palm-airfield")
        shutil.rmtree(sites / "falcon-camp" / "landmarks")
        for name, (make, whole) in CASES.items():
            if asked.only in name:
                for count in (round(whole * asked.share / 10), round(whole * asked.share)):
                    _measure(name, count, make, Path(place), sites)


def _measure(name: str, count: int, make: Callable[[Path, int], None], place: Path, sites: Path) -> None:
    folder = place / "inbox"
    folder.mkdir()
    make(folder, count)
    case = place / "case.db"
    command = [sys.executable, "-c", "from opsec.cli import main; main()", "scan", str(folder), "--sites", str(sites)]
    began_s = time.monotonic()
    process = subprocess.Popen(
        [*command, "--case", str(case), "-o", str(place / "out.json")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    assert process.stderr is not None
    last = ""
    for line in process.stderr:
        last = line.strip() or last
    _pid, status, used = os.wait4(process.pid, 0)
    size_mib = case.stat().st_size / (1 << 20) if case.exists() else 0.0
    sys.stdout.write(
        f"{name:<16} {count:>9,}  {used.ru_utime + used.ru_stime:7.1f} s of processor time  "
        f"{time.monotonic() - began_s:7.1f} s  {used.ru_maxrss >> 10:5} MiB  case {size_mib:6.1f} MiB  "
        f"exit {os.waitstatus_to_exitcode(status)}  {last[:90]}\n"
    )
    sys.stdout.flush()
    shutil.rmtree(folder)
    for path in place.glob("case.db*"):
        path.unlink()


def _archive(folder: Path, count: int) -> None:
    with zipfile.ZipFile(folder / "posts.zip", "w", zipfile.ZIP_STORED) as archive:
        for number in range(count):
            archive.writestr(f"{number}.txt", "")


def _folder(folder: Path, count: int) -> None:
    for number in range(count):
        (folder / f"note {number}.txt").write_text(f"quiet sea {number}\n", "utf-8")


def _list(folder: Path, count: int) -> None:
    with (folder / "posts.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["url", "caption", "posted_at"])
        writer.writerows([f"https://example.org/{n}", f"quiet sea {n}", "2024-01-02"] for n in range(count))


def _subtitles(folder: Path, count: int) -> None:
    """A film whose subtitles name the site again and again."""
    (folder / "a.mp4").write_bytes(clip(3))
    cues = (
        f"{n}\n{n // 1200:02}:{n // 20 % 60:02}:{n * 3 % 60:02},000 --> {n // 1200:02}:{n // 20 % 60:02}:"
        f"{n * 3 % 60 + 2:02},000\nFalcon Camp {n * 7919 % 9973} quiet\n"
        for n in range(1, count + 1)
    )
    (folder / "a.srt").write_text("\n".join(cues), "utf-8")


def _members(folder: Path, count: int) -> None:
    """A record with lists in lists, as an export has them."""
    rows = [{"caption": f"quiet sea {n}", "tags": [str(n)] * 3, "lat": 33.4, "lon": 42.6} for n in range(count)]
    (folder / "posts.json").write_text(json.dumps({"posts": rows}), "utf-8")


CASES: Mapping[str, tuple[Callable[[Path, int], None], int]] = {
    "subtitles": (_subtitles, 17_000),
    "export": (_members, 50_000),
    "list": (_list, 300_000),
    "archive": (_archive, 1_000_000),
    "folder": (_folder, 50_000),
}
"""What is made, and of how many."""


if __name__ == "__main__":
    main()
