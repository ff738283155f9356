"""Scan every case of the shared hostile set as a user would, and compare with what its manifest says.

The set is written first: ``python make_hostile.py OUT --big``. Every case is a folder with a bad file and a clean
photo, the canary, which must be reported whatever the bad file does. With ``--together`` one scan reads them all, which
takes a tenth of the time and finds what one case does to another.
"""

import argparse
import hashlib
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

MAX_WALL_S = 600
METRES_PER_DEGREE = 111_320.0


def main() -> None:
    """Run the cases that match and print those that differ from the manifest, and the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="what make_hostile.py wrote")
    parser.add_argument("--only", default="", help="cases whose id contains this")
    parser.add_argument("--leave-out", default="\0", help="cases whose id contains this")
    parser.add_argument("--jobs", type=int, default=1, help="cases at a time")
    parser.add_argument("--together", action="store_true", help="all cases in one scan")
    asked = parser.parse_args()
    manifest = json.loads((asked.folder / "manifest.json").read_text())
    cases = [
        case
        for case in manifest["cases"]
        if asked.only in case["id"] and asked.leave_out not in case["id"] and (asked.folder / case["id"]).is_dir()
    ]
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(asked.jobs) as pool:
        sites = write_site(Path(place), manifest["site"])
        if asked.together:
            found = iter(check_together(cases, asked.folder, sites))
        else:
            found = pool.map(lambda one: check(one, asked.folder, sites), cases)
        for case, faults in zip(cases, found, strict=True):
            counts["as it should be" if not faults else "differs"] += 1
            for fault in faults:
                counts[fault.partition(":")[0]] += 1
                sys.stdout.write(f"{case['id']:<36} {fault}\n")
    sys.stdout.write(f"{dict(counts)}\n")


def write_site(place: Path, ring: list[list[float]]) -> Path:
    """Write the one site of the set."""
    folder = place / "sites" / "lake"
    folder.mkdir(parents=True)
    (folder / "site.toml").write_text('id = "lake"\nkind = "base"\n[names]\nen = ["Test Site"]\n')
    fence = {
        "type": "Feature",
        "properties": {"role": "perimeter"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    (folder / "fence.geojson").write_text(json.dumps(fence))
    return folder.parent


def check(case: dict[str, Any], root: Path, sites: Path) -> list[str]:
    """Return how the scan of one case differs from what it should be."""
    folder, expect = root / case["id"], case["expect"]
    before = fingerprint(folder)
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "out.json"
        wall_s, done = run(
            ["scan", str(folder), "--sites", str(sites), "--case", f"{place}/c.db", "-o", str(out)], place
        )
        clips = json.loads(out.read_text())["clips"] if out.exists() else []
    faults = [f"hang: {wall_s:.0f} s"] if wall_s >= MAX_WALL_S else []
    faults += [f"exit code: {done.returncode}"] if done.returncode not in {0, 1, 2, 3} else []
    faults += ["traceback: " + done.stderr[-200:]] if "Traceback" in done.stderr + done.stdout else []
    faults += ["originals changed: "] if fingerprint(folder) != before else []
    if case["group"] == "config":
        return faults
    canaries = [one for one in clips if one["path"].endswith("/canary.jpg")]
    faults += (
        []
        if any(one["findings"] for one in canaries)
        else [f"canary lost: exit {done.returncode} {done.stderr[-150:]}"]
    )
    others = [one for one in clips if one not in canaries]
    return faults + outcome_faults(expect, case["name"], others, done.stdout + done.stderr)


def check_together(cases: list[dict[str, Any]], root: Path, sites: Path) -> Iterator[list[str]]:
    """Yield how what one scan of all cases says about each differs from what it should be."""
    before = fingerprint(root)
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "out.json"
        wall_s, done = run(
            [
                "scan",
                *(str(root / case["id"]) for case in cases),
                "--sites",
                str(sites),
                "--case",
                f"{place}/c.db",
                "-o",
                str(out),
            ],
            place,
            20 * MAX_WALL_S,
        )
        clips = json.loads(out.read_text())["clips"] if out.exists() else []
    sys.stdout.write(f"{len(clips)} clips in {wall_s:.0f} s, exit {done.returncode}: {done.stderr[-300:]}\n")
    sys.stdout.write("traceback\n" if "Traceback" in done.stderr + done.stdout else "")
    sys.stdout.write("originals changed\n" if fingerprint(root) != before else "")
    for case in cases:
        mine = [one for one in clips if f"/{case['id']}/" in one["path"]]
        canaries = [one for one in mine if one["path"].endswith("/canary.jpg")]
        lost = case["group"] != "config" and not any(one["findings"] for one in canaries)
        others = [one for one in mine if one not in canaries]
        outcome = [] if case["group"] == "config" else outcome_faults(case["expect"], case["name"], others, "")
        yield (["canary lost: "] if lost else []) + outcome


def outcome_faults(expect: dict[str, Any], name: str, clips: list[dict[str, Any]], shown: str) -> list[str]:
    """Return how what was read of the bad file differs from the manifest."""
    hints = [hint for clip in clips for hint in clip["hints"]]
    places = [(hint["lat"], hint["lon"]) for hint in hints if hint.get("lat") is not None]
    places += [(lat, lon) for hint in hints for _at_s, lat, lon, *_ in hint.get("points") or ()]
    match expect["outcome"]:
        case "finding":
            near = any(distance_m(one, (expect["lat"], expect["lon"])) <= expect["within_m"] for one in places)
            return [] if near else [f"finding lost: {places[:2]}"]
        case "no_location":
            return [f"location made up: {places[:2]}"] if places else []
        case "unreadable":
            mine = [clip for clip in clips if clip["path"].endswith(f"/{name}")]
            whole = [clip for clip in mine if clip["coverage"]["status"] == "read"]
            return [f"read without a word: {whole[0]['path'][-40:]}"] if whole and not places else []
        case "inert":
            raw = expect.get("must_not_appear", [])
            listed = [raw] if isinstance(raw, str) else raw
            return [f"not inert: {one!r}" for one in listed if one in shown]
    return []


def distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance of two near places, by a flat Earth."""
    north, east = one[0] - other[0], (one[1] - other[1]) * math.cos(math.radians(one[0]))
    return math.hypot(north, east) * METRES_PER_DEGREE


def run(
    arguments: list[str], place: str, most_s: float = MAX_WALL_S
) -> "tuple[float, subprocess.CompletedProcess[str]]":
    """Run the program; return its wall time and how it ended."""
    started_s = time.monotonic()
    command = [sys.executable, "-c", "from opsec.cli import main; main()", *arguments]
    environment = os.environ | {"PYTHONUTF8": "1"}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            check=False,
            text=True,
            errors="backslashreplace",
            timeout=most_s,
            cwd=place,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        done = subprocess.CompletedProcess(command, -1, "", "")
    return time.monotonic() - started_s, done


def fingerprint(folder: Path) -> str:
    """Hash over the names and bytes of all files, each hashed by itself; pipes and devices by their name."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=os.fsencode):
        digest.update(os.fsencode(path))
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 1 << 28 and os.access(path, os.R_OK):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
