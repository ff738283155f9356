"""Measure camera motion, turn angles and layout scores on the shared rendered clips.

    OPSEC_SHARED=../shared python -m tests.benchmarks layout [folder with clips and truth.jsonl] [--width 320]

Classes and figures are those of the corpus's own scorer; 95 % intervals are Wilson's, or by bootstrap. The cost is in
CPU seconds, measured side by side in one run, after one clip that is not counted (a worker loads libraries once).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any

from opsec.matching.layout.motion_model import best_shot_share
from opsec.model import Hint, Motion
from opsec.model.resources import ReaderResources
from opsec.readers.video.camera_motion import ANALYSER, CameraMotionAnalyser
from opsec.vision.decoding.video import VideoDecoder
from tests.benchmarks.statistics import mean_interval, spearman, spearman_interval, wilson

CORPUS_CLASS = {"fixed": "fixed", "zoom": "fixed", "turn": "pan", "travel": "walk", "overhead": "aerial"}


@dataclass(frozen=True, slots=True)
class ClipResult:
    """What was measured in one clip, and its truth."""

    truth: dict[str, Any]
    shots: tuple[Motion, ...]
    score: float | None
    seconds: float
    """CPU seconds of decoding and analysing."""
    decode_seconds: float

    @property
    def motion(self) -> str | None:
        """The corpus's class of the one motion found; None for no motion or several."""
        kinds = {shot.motion for shot in self.shots}
        return CORPUS_CLASS.get(kinds.pop()) if len(kinds) == 1 else None

    @property
    def correct(self) -> bool:
        """Whether the class is one that the corpus accepts."""
        accepted = {self.truth["motion_class"]} | ({"walk"} if self.truth["kind"] == "oblique" else set())
        return self.motion in accepted


def analyse(path: Path, truth: dict[str, Any]) -> ClipResult:
    """Analyse one clip as the worker does."""
    analyser = ANALYSER.create(ReaderResources())
    assert isinstance(analyser, CameraMotionAnalyser)
    start = time.process_time()
    with path.open("rb") as file:
        for frame in VideoDecoder(file, "mp4").frames():
            analyser.process_frame(frame)
    shots = tuple(hint.motion for hint in analyser.finish() if isinstance(hint, Hint) and hint.motion is not None)
    seconds = time.process_time() - start
    start = time.process_time()
    with path.open("rb") as file:
        for _frame in VideoDecoder(file, "mp4").frames():
            pass
    return ClipResult(truth, shots, best_shot_share(shots), seconds, time.process_time() - start)


def transcode(path: Path, width: int, folder: Path) -> Path:
    """Transcode a clip as a repost does: this width, H.264 at crf 36."""
    small = folder / path.name
    command = ["ffmpeg", "-y", "-v", "error", "-i", str(path), "-vf", f"scale={width}:-2", "-c:v", "libx264"]
    subprocess.run([*command, "-crf", "36", "-preset", "veryfast", "-threads", "1", "-an", str(small)], check=True)
    return small


def analyse_corpus(folder: Path, width: int | None) -> Iterator[ClipResult]:
    """Analyse every clip of a folder, in the order of its truth."""
    truths = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()]
    truths = [truth for truth in truths if (folder / "clips" / f"{truth['id']}.mp4").exists()]
    analyse(folder / "clips" / f"{truths[0]['id']}.mp4", truths[0])
    with tempfile.TemporaryDirectory() as scratch:
        for truth in truths:
            path = folder / "clips" / f"{truth['id']}.mp4"
            yield analyse(transcode(path, width, Path(scratch)) if width else path, truth)


def report(clips: list[ClipResult]) -> Iterator[str]:
    """Yield the figures, a line each."""
    revealing = [(one.motion != "fixed") == (one.truth["motion_class"] != "fixed") for one in clips if one.motion]
    yield f"class             {wilson(sum(one.correct for one in clips), len(clips))}"
    yield f"fixed, revealing  {wilson(sum(revealing), len(clips))}"
    spins = [one for one in clips if one.truth["kind"] == "spin_selfie"]
    turns = [one for one in clips if one.truth["motion_class"] == "pan" and one not in spins]
    yield from _turns("turn", turns)
    yield f"selfie class      {wilson(sum(one.correct for one in spins), len(spins))}"
    yield from _turns("selfie", spins)
    truly = [(one.score, one.truth.get("layout_truth")) for one in clips]
    scored = [(score, truth) for score, truth in truly if score is not None and truth is not None]
    if len(scored) > 4:
        off = [abs(score - truth) for score, truth in scored]
        ranks, errors = spearman_interval(scored), mean_interval(off)
        yield (
            f"score             n {len(scored)} spearman {spearman(scored):.3f} ({ranks[0]:.2f} to {ranks[1]:.2f}), "
            f"mean error {mean(off):.3f} ({errors[0]:.3f} to {errors[1]:.3f})"
        )
    whole, decoding = sum(c.seconds for c in clips), sum(c.decode_seconds for c in clips)
    yield (
        f"cost              analysing adds {(whole - decoding) / decoding:.2f} x decoding the same clip, which all "
        f"readers share; with that decoding {whole / decoding:.2f} x"
    )
    for one in clips:
        if not one.correct:
            yield f"  wrong  {one.truth['id']}: {[shot.motion for shot in one.shots]}"


def _turns(name: str, clips: list[ClipResult]) -> Iterator[str]:
    shots = [(one.truth["yaw_range_deg"], one.shots[0]) for one in clips if one.shots]
    pairs = [(truth, shot.heading_deg, shot.at_least) for truth, shot in shots]
    exact = [measured_deg for _truth, measured_deg, at_least in pairs if measured_deg is not None and not at_least]
    known = [(truth, measured_deg) for truth, measured_deg, _ in pairs if measured_deg is not None]
    if not known:
        yield f"{name}: no angle measured in {len(clips)}"
        return
    close = sum(abs(t - y) <= max(5, 0.1 * t) for t, y in known)
    quarter = sum(abs(t - y) <= 0.25 * t for t, y in known)
    yield (
        f"{name + ' degrees':<17} {wilson(close, len(clips))} within max(5, 10 %), {quarter} within 25 %; "
        f"median {median(abs(t - y) for t, y in known):.1f}, most over {max(y - t for t, y in known):.1f}; "
        f"{len(exact)} as a figure, {len(known) - len(exact)} as at least, {len(clips) - len(known)} not assessed"
    )


def chosen_clips(description: str | None, corpus: str) -> tuple[Path, int | None]:
    """Parse the command line: the folder of the clips, by default a shared corpus, and the width to reduce them to."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--width", type=int)
    chosen = parser.parse_args()
    shared = os.environ.get("OPSEC_SHARED")
    if not chosen.folder and not shared:
        sys.exit("skipped: OPSEC_SHARED does not name the shared folder")
    return Path(chosen.folder) if chosen.folder else Path(shared or "") / "corpus" / corpus, chosen.width


def main() -> None:
    """Measure and print."""
    clips = list(analyse_corpus(*chosen_clips(__doc__, "layout")))
    sys.stdout.write("\n".join(report(clips)) + "\n")
