"""Fuzz the parsers of hostile bytes for a while; exit with 1 when an input breaks a promise.

    python -m tests.fuzz --seconds 60
    python -m tests.fuzz --only boxes --seconds 3600 --corpus CORPUS
    python -m tests.fuzz --only boxes --replay crash-…

The time is divided equally among the harnesses, and as many run at a time as there are processors. An input that breaks
a promise is saved under ``--found``, and its path is printed. atheris guides the mutations by coverage: it is a
development dependency for Linux.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.fuzz.campaign import Campaign, run_harnesses


def main() -> int:
    """Run the harnesses; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="wall time of all harnesses together (default: 60)")
    parser.add_argument("--only", default="", help="harnesses whose name contains this")
    parser.add_argument(
        "--corpus", type=Path, help="folder that keeps the inputs that reached new code (default: none)"
    )
    parser.add_argument("--found", type=Path, default=Path("fuzz-found"), help="folder for inputs that break a promise")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="harnesses at a time")
    parser.add_argument("--seed", type=int, default=1, help="of the mutations")
    parser.add_argument("--replay", type=Path, help="run this one input through the harnesses and show what it raises")
    asked = parser.parse_args()
    if asked.replay is not None:
        return replay(asked.replay, asked.only)
    with tempfile.TemporaryDirectory() as place:
        campaign = Campaign(asked.seconds, asked.jobs, asked.seed, asked.corpus or Path(place), asked.found)
        return run_harnesses(campaign, asked.only)


def replay(path: Path, only: str) -> int:
    """Run one saved input; an exception shows where it comes from."""
    from tests.fuzz.targets import TARGETS, check

    for name, target in TARGETS.items():
        if only in name:
            check(target, path.read_bytes())
            sys.stdout.write(f"{name}: no promise is broken\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
