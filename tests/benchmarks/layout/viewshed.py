"""Measure the viewshed against what rendered cameras saw, from their true poses and drawn footprints.

    OPSEC_SHARED=../shared python -m tests.benchmarks viewshed

The corpus's own generator gives the poses and the plan, without writing a video. The truth is in its ``truth.jsonl``:
the ground and the zones that were visible at least once within 90 m.
"""

import argparse
import contextlib
import importlib.util
import json
import math
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from types import ModuleType
from typing import Any

from shapely import box, union_all
from shapely.geometry.base import BaseGeometry

from opsec.matching.layout.camera_pose import CameraPose
from opsec.matching.layout.local_projection import LocalProjection, ProjectedSite
from opsec.matching.layout.viewshed import Viewshed, compute_viewshed
from opsec.model import Geofence, Point
from tests.benchmarks.statistics import mean_interval, wilson

KINDS = {"static", "handheld", "zoom", "pan", "walk", "walk_pan"}
EVERY = 6
"""Frames between two for which the corpus has the truth."""


def load_generator(folder: Path) -> ModuleType:
    """Load the corpus's generator as a module."""
    spec = importlib.util.spec_from_file_location("make_clips", folder / "make_clips.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class RecordedCompound:
    """What the generator would have drawn: boxes of the compound, and the poses of the camera."""

    def __init__(self) -> None:
        self.boxes: list[tuple[str, BaseGeometry, str | None]] = []
        self.poses: list[tuple[Any, float, float]] = []
        self.size: tuple[float, float] = (0.0, 0.0)

    def ground(self, left_out: tuple[str, ...]) -> ProjectedSite:
        """The officer's plan of the compound: fence, zones and footprints."""
        width, depth = self.size
        names = sorted({zone for _name, _shape, zone in self.boxes if zone})
        zones = tuple((_zone(name), union_all([s for _n, s, zone in self.boxes if zone == name])) for name in names)
        solid = tuple(shape for name, shape, _zone_name in self.boxes if not name.startswith(left_out))
        fence = box(-width / 2, -depth / 2, width / 2, depth / 2)
        return ProjectedSite(LocalProjection(Point(31.0, 42.0)), fence, zones, solid)


def _zone(name: str) -> Geofence:
    return Geofence(role="zone", rings=(), name=name)


def record_compound(module: Any, entry: dict[str, Any], sources: Path) -> RecordedCompound:
    """Run the generator on one entry, recording what it would draw."""
    plan = RecordedCompound()
    compound = module.Compound
    kept = compound.box, compound.frame, compound.observe, module.Writer

    def boxed(self: Any, name: str, b: Any, *more: Any, zone: str | None = None) -> None:
        kept[0](self, name, b, *more, zone)  # it draws, and drawing advances the random numbers
        plan.boxes.append((name, box(*b), zone))

    def posed(self: Any, at: Any, yaw: float, *more: float) -> None:
        plan.poses.append((at, yaw, more[-1]))
        plan.size = (self.w, self.d)

    compound.box, compound.frame, compound.observe = boxed, posed, lambda self, seen: None
    module.Writer = _no_writer(module)
    try:
        with tempfile.TemporaryDirectory() as scratch, contextlib.suppress(FileNotFoundError):
            module.make(entry, str(sources), scratch)
    finally:
        compound.box, compound.frame, compound.observe, module.Writer = kept
    return plan


def _no_writer(module: Any) -> type:
    """A writer that writes nothing, and draws as many random numbers as the real one before the poses are drawn."""

    class NoWriter:
        def __init__(self, _path: str, rng: Any, noise: float = 2.0, flick: float = 0.05) -> None:
            for _ in range(4 if noise else 0):
                rng.normal(0, noise, (module.H, module.W, 1))
            module.smooth_noise(rng, 4000, 0.6, flick)

        def put(self, *_args: Any) -> None:
            return

        def close(self) -> None:
            return

    return NoWriter


PLAN_TYPES = {"all footprints": ("tank",), "buildings and walls only": ("tank", "vehicle", "tower", "gate", "antenna")}
"""What an officer's plan may contain, and names of what it leaves out. The tank stands on legs of four metres."""


@dataclass(slots=True)
class PlanErrors:
    """Errors of one type of plan over all clips."""

    share_errors: list[float] = field(default_factory=list)
    zones_correct: int = 0
    zones_found: int = 0
    zones_true: int = 0

    def add(self, view: Viewshed, truth: dict[str, Any]) -> None:
        """Add one clip."""
        seen, true = set(view.zones), set(truth["zones_seen"])
        self.share_errors.append(view.share - truth["ground_seen"])
        self.zones_correct += len(seen & true)
        self.zones_found += len(seen)
        self.zones_true += len(true)

    def lines(self) -> Iterator[str]:
        """Yield the figures."""
        wrong = [abs(one) for one in self.share_errors]
        low, high = mean_interval(wrong)
        yield f"  ground mean error {mean(wrong):.4f} ({low:.3f} to {high:.3f}), bias {mean(self.share_errors):+.4f}, "
        yield f"n {len(wrong)}, worst {max(wrong):.3f}\n"
        precision = wilson(self.zones_correct, self.zones_found)
        yield f"  zones precision {precision}, recall {wilson(self.zones_correct, self.zones_true)}\n"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--truth", help="truth.jsonl of other clips of the generator")
    parser.add_argument("--plan", help="and the plan that they were made by")
    chosen = parser.parse_args()
    shared = os.environ.get("OPSEC_SHARED")
    if not shared:
        sys.exit("skipped: OPSEC_SHARED does not name the shared folder")
    folder = Path(shared) / "corpus" / "layout"
    truth_file = Path(chosen.truth) if chosen.truth else folder / "truth.jsonl"
    entries = json.loads((Path(chosen.plan) if chosen.plan else folder / "plan_shared.json").read_text("utf-8"))
    truths = {t["id"]: t for t in map(json.loads, truth_file.read_text("utf-8").splitlines())}
    module = load_generator(folder)
    sums = {name: PlanErrors() for name in PLAN_TYPES}
    for entry in entries:
        truth = truths.get(entry["id"])
        if truth is None or entry["kind"] not in KINDS or "ground_seen" not in truth:
            continue
        plan = record_compound(module, entry, folder / "sources")
        for name, left_out in PLAN_TYPES.items():
            view = compute_viewshed([_camera(pose) for pose in plan.poses[::EVERY]], plan.ground(left_out))
            assert view is not None
            sums[name].add(view, truth)
            sys.stdout.write(f"{entry['id']}: {view.share:.3f} of {truth['ground_seen']:.3f}; {name}; zones ")
            missed, made_up = (
                sorted(set(truth["zones_seen"]) - set(view.zones)),
                set(view.zones) - set(truth["zones_seen"]),
            )
            sys.stdout.write(f"missed {missed}, made up {sorted(made_up)}\n")
    for name, one in sums.items():
        sys.stdout.write(f"{name}\n" + "".join(one.lines()))


def _camera(pose: tuple[Any, float, float]) -> CameraPose:
    at, yaw, hfov = pose
    return CameraPose(
        east_m=float(at[0]), north_m=float(at[1]), heading_deg=math.degrees(yaw), hfov_deg=hfov, accuracy_m=0.0
    )
