"""How well the viewshed tells what rendered cameras saw, from their true places and headings and drawn footprints.

    OPSEC_SHARED=../shared python -m tests.benchmarks.layout.viewshed

The corpus's own generator is asked for the poses and the plan; it draws no picture here. The truth is in its
``truth.jsonl``: the ground and the zones that were visible at least once within 90 m.
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

from opsec.matching.layout.camera_pose import Camera
from opsec.matching.layout.local_projection import Ground, Plane
from opsec.matching.layout.viewshed import InView, in_view
from opsec.model import Geofence, Point
from tests.benchmarks.statistics import mean_interval, wilson

KINDS = {"static", "handheld", "zoom", "pan", "walk", "walk_pan"}
EVERY = 6
"""Pictures between two that the corpus looked at."""


def generator(folder: Path) -> ModuleType:
    """The corpus's generator, as a module."""
    spec = importlib.util.spec_from_file_location("make_clips", folder / "make_clips.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Plan:
    """What the generator would have drawn: boxes of the compound, and where the camera was."""

    def __init__(self) -> None:
        self.boxes: list[tuple[str, BaseGeometry, str | None]] = []
        self.poses: list[tuple[Any, float, float]] = []
        self.size: tuple[float, float] = (0.0, 0.0)

    def ground(self, left_out: tuple[str, ...]) -> Ground:
        """The officer's plan of the compound: its fence, its zones, the footprints of what stands on it."""
        width, depth = self.size
        names = sorted({zone for _name, _shape, zone in self.boxes if zone})
        zones = tuple((_zone(name), union_all([s for _n, s, zone in self.boxes if zone == name])) for name in names)
        solid = tuple(shape for name, shape, _zone_name in self.boxes if not name.startswith(left_out))
        fence = box(-width / 2, -depth / 2, width / 2, depth / 2)
        return Ground(Plane(Point(31.0, 42.0)), fence, zones, solid)


def _zone(name: str) -> Geofence:
    return Geofence(role="zone", rings=(), name=name)


def planned(module: Any, entry: dict[str, Any], sources: Path) -> Plan:
    """Run the generator on one entry with its pencil taken away."""
    plan = Plan()
    compound = module.Compound
    kept = compound.box, compound.frame, compound.observe, module.Writer

    def boxed(self: Any, name: str, b: Any, *more: Any, zone: str | None = None) -> None:
        kept[0](self, name, b, *more, zone)  # it paints, and the painting moves the dice on
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
    """A writer that writes nothing, and throws the dice as often as the real one before the poses are drawn."""

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


DRAWN = {"all footprints": ("tank",), "buildings and walls only": ("tank", "vehicle", "tower", "gate", "antenna")}
"""What an officer's plan may hold, and names of what is left out of it. The tank stands on legs of four metres."""


@dataclass(slots=True)
class Sum:
    """What one sort of plan came to over all clips."""

    off: list[float] = field(default_factory=list)
    hits: int = 0
    told: int = 0
    there: int = 0

    def add(self, view: InView, truth: dict[str, Any]) -> None:
        """Count one clip."""
        seen, true = set(view.zones), set(truth["zones_seen"])
        self.off.append(view.share - truth["ground_seen"])
        self.hits, self.told, self.there = (
            self.hits + len(seen & true),
            self.told + len(seen),
            self.there + len(true),
        )

    def lines(self) -> Iterator[str]:
        """For people."""
        wrong, (low, high) = [abs(one) for one in self.off], mean_interval([abs(one) for one in self.off])
        yield f"  ground mean error {mean(wrong):.4f} ({low:.3f} to {high:.3f}), bias {mean(self.off):+.4f}, "
        yield f"n {len(wrong)}, worst {max(wrong):.3f}\n"
        yield f"  zones precision {wilson(self.hits, self.told)}, recall {wilson(self.hits, self.there)}\n"


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
    told = Path(chosen.truth) if chosen.truth else folder / "truth.jsonl"
    entries = json.loads((Path(chosen.plan) if chosen.plan else folder / "plan_shared.json").read_text("utf-8"))
    truths = {t["id"]: t for t in map(json.loads, told.read_text("utf-8").splitlines())}
    module = generator(folder)
    sums = {name: Sum() for name in DRAWN}
    for entry in entries:
        truth = truths.get(entry["id"])
        if truth is None or entry["kind"] not in KINDS or "ground_seen" not in truth:
            continue
        plan = planned(module, entry, folder / "sources")
        for name, left_out in DRAWN.items():
            view = in_view([_camera(pose) for pose in plan.poses[::EVERY]], plan.ground(left_out))
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


def _camera(pose: tuple[Any, float, float]) -> Camera:
    at, yaw, hfov = pose
    return Camera(
        east_m=float(at[0]), north_m=float(at[1]), heading_deg=math.degrees(yaw), hfov_deg=hfov, accuracy_m=0.0
    )


if __name__ == "__main__":
    main()
