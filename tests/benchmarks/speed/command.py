"""Speed of a scan, stage by stage and whole, in CPU seconds and as multiples of D.

    python -m tests.benchmarks speed [CLIP...] [--only stages whole fixed start growth] [--out JSON] [--plot SVG]
    python -m tests.benchmarks speed --compare BEFORE.json AFTER.json

D is the CPU time of decoding the same clips once, all frames, on one thread, measured in the same run: so figures of
two machines, or of one machine at two times, can be compared. Without clips, the benchmark draws its own: 576p, 1080p
and 4K. To compare two commits, run it in a checkout of each with ``--out``, then ``--compare``. The landmark photos of
the whole scans are drawn walls, of which the features are cached before anything is measured.

What was seen (five clips of the shared reference benchmark, read in one process on two busy cores, before and after in
separate runs): with OpenCV as the
runtime of the text detector and two searches a second, reading cost 11.2 D at 576p and 10.2 D at 1080p, of which the
detector took 6.9 and 7.2 D. With onnxruntime, and searches only where the scene shows something new or a text changes,
it is 6.5 D and 6.2 D, of which the detector takes 2.6 and 3.3 D; the clips of the benchmark ``ocr-clips`` are read as
before. A neural pass on a smaller frame as a gate was tried and left out: at half the scale the detector misses a third
of the legible lines, those of 15 to 25 pixels.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2

from tests.benchmarks.landmarks.corpus import on_one_thread
from tests.benchmarks.speed.clips import group_by_size, write_clips
from tests.benchmarks.speed.growth import measure_growth
from tests.benchmarks.speed.measures import Figure, comparison, read_figures, write_figures
from tests.benchmarks.speed.plot import plot_figures
from tests.benchmarks.speed.stages import measure_stages
from tests.benchmarks.speed.whole import measure_fixed_costs, measure_scans, measure_start

PARTS = ("stages", "whole", "fixed", "start", "growth")


def main() -> int:
    """Measure what was asked for and print each figure as soon as it is known."""
    wanted = _arguments()
    if wanted.compare:
        before, after = (read_figures(file) for file in wanted.compare)
        _print_lines(comparison(before, after))
        return 0
    on_one_thread()
    cv2.setNumThreads(1)
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as work:
        for figure in _measure(wanted, Path(work)):
            figures.append(figure)
            _print_lines([f"{figure.of:<14} {figure.name:<50} {figure.value:>9.3f} {figure.unit}"])
    if wanted.out:
        write_figures(figures, wanted.out)
    if wanted.plot:
        wanted.plot.write_text(plot_figures(figures), "utf-8")
    return 0


def _measure(wanted: argparse.Namespace, work: Path) -> Iterator[Figure]:
    if {"stages", "whole"} & {*wanted.only}:
        clips = (
            group_by_size(wanted.clips) if wanted.clips else write_clips(work / "clips", wanted.each, wanted.seconds)
        )
        if "stages" in wanted.only:
            for size, some in clips.items():
                yield from measure_stages(size, some)
        if "whole" in wanted.only:
            yield from measure_scans(clips, work, wanted.jobs)
    if "fixed" in wanted.only:
        yield from measure_fixed_costs(work)
    if "start" in wanted.only:
        yield from measure_start(work)
    if "growth" in wanted.only:
        yield from measure_growth(work, wanted.steps)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="*", type=Path, help="clips to read; default: clips drawn here")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="parts to measure; default: all")
    parser.add_argument("--each", type=int, default=2, help="drawn clips of each class; default: 2")
    parser.add_argument("--seconds", type=float, default=6.0, help="length of a drawn clip; default: 6")
    parser.add_argument("--jobs", nargs="+", type=int, default=[2], help="numbers of jobs to compare with one")
    parser.add_argument("--steps", nargs="+", type=int, default=[10, 100, 1_000], help="sizes of the growth curves")
    parser.add_argument("--out", type=Path, help="write the figures to this JSON file")
    parser.add_argument("--plot", type=Path, help="draw them into this SVG file")
    parser.add_argument("--compare", nargs=2, type=Path, metavar=("BEFORE", "AFTER"), help="compare two JSON files")
    return parser.parse_args()


def _print_lines(lines: Sequence[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
