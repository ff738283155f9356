"""Scan every case of the shared hostile set as a user would, and compare with what its manifest says.

The set is written first: ``python make_hostile.py OUT --big``. Every case is a folder with a bad file and a clean
photo, the canary, which must be reported whatever the bad file does. With ``--together`` one scan reads them all, which
takes a tenth of the time and finds what one case does to another; its clips are then written as a page, as CSV and as a
table too, in which nothing of a file may run. Cases whose bad file is a list of sites are loaded as sites.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.benchmarks.hostile.outcomes import Outputs, inert_faults, outcome_faults
from tests.benchmarks.hostile.program import MAX_WALL_S, count_network_sockets, fingerprint, run
from tests.benchmarks.hostile.site_lists import config_faults, write_site

_FORMATS = ("html", "csv")


def main() -> None:
    """Run the cases that match and print those that differ from the manifest, and the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="what make_hostile.py wrote")
    parser.add_argument("--only", default="", help="cases whose id contains this")
    parser.add_argument("--leave-out", default="\0", help="cases whose id contains this")
    parser.add_argument("--jobs", type=int, default=1, help="cases at a time")
    parser.add_argument("--together", action="store_true", help="all cases in one scan")
    parser.add_argument("--strace", action="store_true", help="count network sockets of the one scan with strace")
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
        found: Iterable[list[str]]
        if asked.together:
            found = check_together(cases, asked.folder, sites, traced=asked.strace)
        else:
            found = pool.map(lambda one: check(one, asked.folder, sites), cases)
        for case, faults in zip(cases, found, strict=True):
            counts["as it should be" if not faults else "differs"] += 1
            for fault in faults:
                counts[fault.partition(":")[0]] += 1
                sys.stdout.write(f"{case['id']:<36} {fault}\n")
                sys.stdout.flush()
    sys.stdout.write(f"{dict(counts)}\n")


def check(case: dict[str, Any], root: Path, sites: Path) -> list[str]:
    """Return how the scan of one case differs from what it should be."""
    folder = root / case["id"]
    before = fingerprint(folder)
    with tempfile.TemporaryDirectory() as place:
        if case["group"] == "config":
            return config_faults(case, folder, Path(place)) + _changed(folder, before)
        outputs = scan([folder], sites, place, MAX_WALL_S)
    clips = outputs.clips
    faults = [f"hang: {outputs.wall_s:.0f} s"] if outputs.wall_s >= MAX_WALL_S else []
    faults += [f"exit code: {outputs.exit_code}"] if outputs.exit_code not in {0, 1, 2, 3} else []
    faults += ["traceback: " + outputs.shown[-200:]] if "Traceback" in outputs.shown else []
    faults += _changed(folder, before) + _lost_canary(clips)
    others = [one for one in clips if not _is_canary(one)]
    return faults + outcome_faults(case["expect"], case["name"], others) + inert_faults(case["expect"], outputs)


def check_together(cases: list[dict[str, Any]], root: Path, sites: Path, *, traced: bool) -> Iterator[list[str]]:
    """Yield how what one scan of all cases says about each differs from what it should be."""
    before = fingerprint(root)
    with tempfile.TemporaryDirectory() as place:
        trace = Path(place, "trace") if traced else None
        outputs = scan([root / case["id"] for case in cases], sites, place, 20 * MAX_WALL_S, trace)
        if trace is not None:
            sys.stdout.write(f"network sockets: {count_network_sockets(trace)}\n")
    clips = outputs.clips
    sys.stdout.write(
        f"{len(clips)} clips in {outputs.wall_s:.0f} s ({outputs.cpu_s:.0f} s of processor time), "
        f"exit {outputs.exit_code}: {outputs.shown[-300:]}\n"
    )
    sys.stdout.write(f"tracebacks: {outputs.shown.count('Traceback')}\n")
    sys.stdout.write(f"originals {'changed' if _changed(root, before) else 'unchanged'}\n")
    for case in cases:
        if case["group"] == "config":
            with tempfile.TemporaryDirectory() as place:
                yield config_faults(case, root / case["id"], Path(place))
            continue
        mine = [one for one in clips if f"/{case['id']}/" in one["path"]]
        others = [one for one in mine if not _is_canary(one)]
        outcome = outcome_faults(case["expect"], case["name"], others)
        yield _lost_canary(mine) + outcome + inert_faults(case["expect"], outputs)


def scan(folders: Iterable[Path], sites: Path, place: str, most_s: float, trace: Path | None = None) -> Outputs:
    """Scan folders, and write what was found in every format."""
    kept = ["--sites", str(sites), "--case", f"{place}/c.db"]
    out = Path(place, "out.json")
    done = run(["scan", *map(str, folders), *kept, "-o", str(out)], place, most_s, trace)
    shown = done.stdout + done.stderr
    files = {}
    for name in _FORMATS:
        written = Path(place, f"out.{name}")
        again = run(["rematch", *kept, "-o", str(written)], place, most_s)
        shown += again.stdout + again.stderr
        files[name] = written.read_text("utf-8", "backslashreplace") if written.exists() else ""
    files["table"] = run(["rematch", *kept, "--format", "table"], place, most_s).stdout
    clips = json.loads(out.read_text())["clips"] if out.exists() else []
    return Outputs(clips, files, shown, done.exit_code, done.wall_s, done.cpu_s)


def _is_canary(clip: dict[str, Any]) -> bool:
    return str(clip["path"]).endswith("/canary.jpg")


def _lost_canary(clips: list[dict[str, Any]]) -> list[str]:
    return [] if any(clip["findings"] for clip in clips if _is_canary(clip)) else ["canary lost: "]


def _changed(folder: Path, before: str) -> list[str]:
    return [] if fingerprint(folder) == before else ["originals changed: "]


if __name__ == "__main__":
    main()
