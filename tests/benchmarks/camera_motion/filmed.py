"""Measure camera motion, turns, layout shares and coverage on the shared clips that somebody filmed.

    OPSEC_SHARED=../shared python -m tests.benchmarks filmed [folder with clips and manifest.json] [--width 320]

The truth of every clip is in the manifest. A class is scored where the truth is clear, that is where no class outside
its list can be right. A turn is right within 8° or 15 % of the truth (or within the clip's own ``turn_tol``), or as "at
least" a figure no higher than that. The cost is the CPU time of the camera analyser alone, per frame it was given.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from opsec.ingest.file_type import HEAD_BYTES, detect_file_kind
from opsec.matching.layout.scoring import build_layout, shot_motions
from opsec.model import Hint, Layout
from opsec.model.resources import ReaderResources
from opsec.readers.video.camera_motion import ANALYSER, CameraMotionAnalyser
from opsec.vision.decoding.video import VideoDecoder
from tests.benchmarks.layout.corpus import chosen_clips, transcode
from tests.benchmarks.statistics import wilson

MAX_STATIC_SCORE = 0.15
"""Layout score above which a still view would count as one that shows much."""
MIN_MOVING_SCORE = 0.11
"""Layout score below which a walk or a pan would be taken for a still view."""
TURN_TOLERANCE_DEG, TURN_TOLERANCE = 8.0, 0.15
MIN_FRAMES_SHARE = 0.9
"""Share of a clip's frames that a full reading must have decoded."""


@dataclass(frozen=True, slots=True)
class FilmedClip:
    """What was measured in one clip, and its truth."""

    name: str
    entry: dict[str, Any]
    layout: Layout
    gaps: tuple[str, ...]
    """Reasons why the decoder read the clip in part."""
    frames_read: int
    frames_analysed: int
    analysis_s: float
    """CPU seconds of the analyser, without decoding."""

    @property
    def truth(self) -> dict[str, Any]:
        """Truth of the clip."""
        truth: dict[str, Any] = self.entry["truth"]
        return truth

    @property
    def class_is_right(self) -> bool:
        """Whether the class is one that the truth accepts."""
        return self.layout.motion in self.truth["motion"]

    @property
    def turn_deg(self) -> float | None:
        """True range of headings, where one was measured."""
        turned = self.truth.get("turn_deg", self.truth.get("yaw_deg"))
        return None if turned is None else float(turned)

    @property
    def turn_is_right(self) -> bool:
        """Whether a turn was measured and is right."""
        true_deg = self.turn_deg
        return true_deg is not None and is_turn_right(self.layout, true_deg, float(self.truth.get("turn_tol", 0.0)))


def analyse(path: Path, entry: dict[str, Any]) -> FilmedClip:
    """Analyse one clip as the worker does."""
    analyser = ANALYSER.create(ReaderResources())
    assert isinstance(analyser, CameraMotionAnalyser)
    analysis_s, frames = 0.0, 0
    with path.open("rb") as file:
        kind = detect_file_kind(file.read(HEAD_BYTES), path.name)
        file.seek(0)
        decoder = VideoDecoder(file, kind)
        for frame in decoder.frames():
            frame.gray(max(frame.width_px, frame.height_px))  # the planes are shared by all readers
            start = time.process_time()
            analyser.process_frame(frame)
            analysis_s, frames = analysis_s + time.process_time() - start, frames + 1
    start = time.process_time()
    hints = [found for found in analyser.finish() if isinstance(found, Hint)]
    analysis_s += time.process_time() - start
    layout = build_layout(shot_motions(hints), None, None)
    gaps = tuple(gap.reason.code for gap in decoder.gaps)
    n_known = decoder.frames_read + decoder.frames_left_out
    return FilmedClip(path.stem, entry, layout, gaps, n_known, frames, analysis_s)


def analyse_corpus(folder: Path, width: int | None) -> Iterator[FilmedClip]:
    """Analyse every clip of the manifest that is there."""
    entries = json.loads((folder / "manifest.json").read_text("utf-8"))["clips"]
    with tempfile.TemporaryDirectory() as scratch:
        for entry in entries:
            path = folder / "clips" / entry["file"]
            if path.exists():
                yield analyse(transcode(path, width, Path(scratch)) if width else path, entry)


def is_turn_right(layout: Layout, true_deg: float, tolerance_deg: float = 0.0) -> bool:
    """Whether the range of headings is the true one, or a lower bound that the truth reaches."""
    if layout.heading_deg is None:
        return False
    tolerance_deg = max(TURN_TOLERANCE_DEG, TURN_TOLERANCE * true_deg, tolerance_deg)
    is_bound = layout.at_least and layout.heading_deg < true_deg
    return is_bound or abs(layout.heading_deg - true_deg) <= tolerance_deg


def report(clips: list[FilmedClip]) -> Iterator[str]:
    """Yield the figures, a line each."""
    clear = [one for one in clips if one.truth["clear"] and one.truth["filmed"]]
    yield f"class, clear truth     {wilson(sum(one.class_is_right for one in clear), len(clear))}"
    yield f"class, all             {wilson(sum(one.class_is_right for one in clips), len(clips))}"
    turned = [one for one in clips if one.turn_deg is not None]
    right = sum(one.turn_is_right for one in turned)
    bounds = sum(one.layout.heading_deg is not None and one.layout.at_least for one in turned)
    yield f"turns                  {wilson(right, len(turned))}; {bounds} as at least"
    static = [one for one in clips if one.truth.get("static")]
    low = [one for one in static if (one.layout.score or 0.0) <= MAX_STATIC_SCORE]
    yield f"still view scores low  {wilson(len(low), len(static))}"
    moving = [one for one in clips if one.truth.get("walk") or one.truth.get("pan")]
    high = [one for one in moving if one.layout.score is None or one.layout.score >= MIN_MOVING_SCORE]
    unassessed = sum(one.layout.score is None for one in moving)
    yield f"walk or pan found      {wilson(len(high), len(moving))}; {unassessed} not assessed"
    said = [one for one in clips if one.gaps or one.frames_read >= MIN_FRAMES_SHARE * one.entry["frames"]]
    yield f"coverage is stated     {wilson(len(said), len(clips))}; {sum(bool(one.gaps) for one in clips)} with a gap"
    frames = sum(one.frames_analysed for one in clips)
    per_clip = [1_000 * one.analysis_s / one.frames_analysed for one in clips if one.frames_analysed]
    whole_s = sum(one.analysis_s for one in clips)
    yield f"cost                   {1_000 * whole_s / frames:.2f} ms a frame, median of clips {median(per_clip):.2f}"
    for one in clips:
        if not one.class_is_right:
            kind = "wrong" if one in clear else "outside"
            yield f"  {kind:<8} {one.name}: {one.layout.motion}, not {one.truth['motion']}"
    for one in turned:
        yield f"  turn   {one.name}: {one.layout.heading_deg} (at least: {one.layout.at_least}), true {one.turn_deg}"
    for one in [*(one for one in static if one not in low), *(one for one in moving if one not in high)]:
        yield f"  score  {one.name}: {one.layout.score} ({one.layout.motion})"
    for one in clips:
        if one not in said:
            yield f"  part   {one.name}: {one.frames_read} of {one.entry['frames']} frames, reported as all"


def main() -> None:
    """Measure and print."""
    clips = list(analyse_corpus(*chosen_clips(__doc__, "realvid")))
    sys.stdout.write("\n".join(report(clips)) + "\n")
