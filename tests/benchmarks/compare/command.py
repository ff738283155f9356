"""Check that two versions of opsec give the same results: scan the shared corpora with each, compare the JSON.

    python -m tests.benchmarks compare prepare --shared SHARED --work WORK
    python -m tests.benchmarks compare scan --opsec OLD/.venv/bin/opsec --repo OLD --work WORK --out BEFORE
    python -m tests.benchmarks compare scan --opsec NEW/.venv/bin/opsec --repo NEW --work WORK --out AFTER
    python -m tests.benchmarks compare diff BEFORE AFTER

``prepare`` needs ffmpeg, and an interpreter with OpenCV, NumPy and Pillow (``--python``; that of opsec's own
environment will do) to render the clips of landmarks. Both scans use the same prepared folder. Only the command line
and the JSON of a scan are used, so the two versions may differ in everything inside.
"""

import argparse
import sys
from pathlib import Path

from tests.benchmarks.compare.differences import Rules, diff
from tests.benchmarks.compare.inputs import EXAMPLES
from tests.benchmarks.compare.prepare import (
    MAKERS,
    prepare,
)
from tests.benchmarks.compare.run_scans import scan


def main() -> int:
    """Run one sub-command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    sub = commands.add_parser("prepare", help="write the inputs of all sets into a new folder")
    sub.add_argument("--shared", type=Path, required=True, help="folder that holds corpus/")
    sub.add_argument("--work", type=Path, required=True, help="new folder for the inputs")
    sub.add_argument("--python", default=sys.executable, help="interpreter with OpenCV, NumPy and Pillow")
    sub = commands.add_parser("scan", help="scan every set with one version of opsec")
    sub.add_argument("--opsec", required=True, help="the installed executable")
    sub.add_argument("--repo", type=Path, required=True, help="repository with examples/posts and geofences")
    sub.add_argument("--work", type=Path, required=True, help="folder made by prepare")
    sub.add_argument("--out", type=Path, required=True, help="folder for the results, one JSON file a set")
    sub.add_argument("--only", nargs="+", metavar="SET", help=f"only these sets: {EXAMPLES}, {', '.join(MAKERS)}")
    sub = commands.add_parser("diff", help="compare two folders of results; exit code 1 when anything differs")
    sub.add_argument("before", type=Path)
    sub.add_argument("after", type=Path)
    sub.add_argument("--only", nargs="+", metavar="SET", help="only these sets")
    sub.add_argument("--tolerance", type=float, default=0.0, help="accepted difference of two numbers; default: none")
    sub.add_argument("--sentences", action="store_true", help="compare sentences too, as a move of code keeps them")
    sub.add_argument("--ignore", nargs="+", default=[], metavar="KEY", help="further JSON keys that are left out")
    sub.add_argument("--show", type=int, default=10, help="differences printed for each set; default: 10")
    chosen = parser.parse_args()
    if chosen.command == "prepare":
        return prepare(chosen.shared.absolute(), chosen.work.absolute(), chosen.python)
    if chosen.command == "scan":
        return scan(chosen.opsec, chosen.repo.absolute(), chosen.work.absolute(), chosen.out.absolute(), chosen.only)
    rules = Rules(chosen.tolerance, chosen.sentences, frozenset(chosen.ignore))
    return diff(chosen.before, chosen.after, rules, chosen.show, chosen.only)
