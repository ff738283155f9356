"""Run one of the benchmarks.

    python -m tests.benchmarks --help
    OPSEC_SHARED=… python -m tests.benchmarks ocr-frames

Each prints its figures under the command that repeats them. Those marked with * read the shared reference data, which
are not part of this project: they lie in the folder that ``OPSEC_SHARED`` names, and nothing is measured without them.
"""

import argparse
import os
import shlex
import sys
from importlib import import_module

BENCHMARKS: dict[str, tuple[str, str]] = {
    "hostile": ("hostile.cases", "* files that attack a scan: canaries, outcomes, limits; writes nothing into the set"),
    "bounds": (
        "hostile.bounds",
        "time and memory of 10^6 members, 50,000 files, 300,000 rows, subtitles full of names",
    ),
    "compare": ("compare.command", "results of two versions of opsec on the same files, clip by clip"),
    "modules-entered": ("modules_entered", "modules in which a function runs, from a file to a verdict"),
    "metadata": ("corpus.metadata", "* positions and facts found in the reference files; --shared"),
    "inbox": ("corpus.inbox", "* formats that officers receive: chats, exports, records, maps; found or reported"),
    "word-cases": ("corpus.word_cases", "* captions, frames and clips as people write them: names and positions"),
    "fences": ("corpus.fences", "* reference files scanned with a fence at their place and 50 km away"),
    "coordinates": ("names.coordinates", "* coordinates written in captions: precision and recall"),
    "names": ("names.names", "names of sites in texts: precision, recall, cost"),
    "ordinary-posts": ("names.ordinary", "posts about ordinary life: false flags and reviews by chance"),
    "ocr-frames": ("ocr.frames", "* words in frames: character error, names found, cost"),
    "ocr-lines": ("ocr.lines", "single text lines: character error of each recogniser"),
    "ocr-clips": ("ocr.clips", "names on boards in rendered clips: names found, false alarms"),
    "cluster-plan": ("speed.cluster_plan", "cores, network and disk for a week of clips, by a queue of measured costs"),
    "speed": ("speed.command", "cost of a scan, stage by stage and whole, as multiples of decoding; growth curves"),
    "case-size": ("case_size", "bytes of a case file for each clip of a folder, and what they are spent on"),
    "landmarks": ("landmarks.corpus", "* landmarks in rendered clips: recall, false matches, cost"),
    "landmarks-hard": ("landmarks.hard", "* the same at night, from afar, tight, slanted"),
    "landmarks-other-views": ("landmarks.other_views", "* one photo filmed, matched with others of its place"),
    "landmarks-synthetic": ("landmarks.synthetic", "look-alikes and places drawn here: chance rates, recall"),
    "landmarks-cost": ("landmarks.cost", "* cost of extraction and of 10 to 1,000 landmarks"),
    "landmarks-ablation": ("landmarks.ablation", "* recall with one part left out at a time"),
    "camera-motion": ("camera_motion.synthetic", "class of camera motion in drawn clips"),
    "filmed": ("camera_motion.filmed", "* motion class, turns, layout share and coverage of filmed clips"),
    "scenes": ("camera_motion.scenes", "class of camera motion and turns in rendered takes with parallax"),
    "layout": ("layout.corpus", "* motion class, turns and share of a base shown"),
    "decisions": ("casefile.decisions", "decisions and lists in a case file with 100,000 findings"),
    "console-queue": ("console_queue", "pages and decisions of the review console with 100,000 findings"),
    "viewshed": ("layout.viewshed", "* ground and zones in view by telemetry"),
    "verdict-simulated": ("verdict.simulated", "calibration of the verdict on simulated posts, before and after a fit"),
    "verdict-mixed": ("verdict.mixed", "calibration of scanned sets of mixed posts at three priors"),
    "mosaic": ("accumulation.mosaic", "* what many clips show together: union, time, choice of clips"),
    "copies": ("copies.recall", "clips posted again: recall by transformation, false pairs, cost"),
    "cleaning": ("cleaning", "copies fit to post of 30 made clips: what is left, times, sound, pictures"),
    "weekly": ("weekly", "time of the weekly report on a made case: sums, pages, PDF"),
    "routine": ("accumulation.routine", "routines found and false alarms, on simulated accounts"),
}
"""Name of each sub-command: module below this package, and what it measures."""


def main() -> None:
    """Run the sub-command; what follows its name goes to the script (``NAME --help``)."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {name:<24}{what}" for name, (_module, what) in BENCHMARKS.items()),
    )
    parser.add_argument("benchmark", choices=BENCHMARKS, metavar="BENCHMARK", help="one of those below")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="of the script: try --help")
    wanted = parser.parse_args()
    shared = "OPSEC_SHARED=… " if os.environ.get("OPSEC_SHARED") else ""
    command = shlex.join([wanted.benchmark, *wanted.arguments])
    sys.stdout.write(f"$ {shared}python -m tests.benchmarks {command}\n")
    sys.stdout.flush()
    sys.argv = [f"{parser.prog} {wanted.benchmark}", *wanted.arguments]
    sys.exit(import_module(f"{__package__}.{BENCHMARKS[wanted.benchmark][0]}").main())


if __name__ == "__main__":
    main()
