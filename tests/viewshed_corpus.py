"""How well the viewshed tells what rendered cameras saw, from their true places and headings and drawn footprints.

    OPSEC_SHARED=../shared python -m tests.viewshed_corpus

The corpus's own generator is asked for the poses and the plan; it draws no picture here. The truth is in its
``truth.jsonl``: the ground and the zones that were visible at least once within 90 m.
"""

import contextlib
import importlib.util
import json
import math
import os
import sys
import tempfile
from pathlib import Path
from statistics import mean
from types import ModuleType
from typing import Any

from shapely import box, union_all
from shapely.geometry.base import BaseGeometry

from opsec.layout.plane import Ground, Plane
from opsec.layout.viewshed import Camera, in_view
from opsec.model import Geofence, Point
from tests.statistics import wilson

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

    def ground(self) -> Ground:
        """The officer's plan of the compound: its fence, its zones, the footprints of its buildings."""
        width, depth = self.size
        names = sorted({zone for _name, _shape, zone in self.boxes if zone})
        zones = tuple((_zone(name), union_all([s for _n, s, zone in self.boxes if zone == name])) for name in names)
        solid = [s for name, s, _zone_name in self.boxes if not name.startswith(("vehicle", "tower", "gate", "tank"))]
        fence = box(-width / 2, -depth / 2, width / 2, depth / 2)
        return Ground(Plane(Point(31.0, 42.0)), fence, zones, tuple(s for s in solid if s.area > 2.0))


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


def main() -> None:
    """Measure and print."""
    shared = os.environ.get("OPSEC_SHARED")
    if not shared:
        sys.exit("skipped: OPSEC_SHARED does not name the shared folder")
    folder = Path(shared) / "corpus" / "layout"
    truths = {t["id"]: t for t in map(json.loads, (folder / "truth.jsonl").read_text("utf-8").splitlines())}
    module = generator(folder)
    off, hits, told, there = [], 0, 0, 0
    for entry in json.loads((folder / "plan_shared.json").read_text("utf-8")):
        truth = truths[entry["id"]]
        if entry["kind"] not in KINDS or "ground_seen" not in truth:
            continue
        plan = planned(module, entry, folder / "sources")
        ground = plan.ground()
        view = in_view([_camera(pose) for pose in plan.poses[::EVERY]], ground)
        assert view is not None
        off.append(abs(view.share - truth["ground_seen"]))
        seen, true = set(view.zones), set(truth["zones_seen"])
        hits, told, there = hits + len(seen & true), told + len(seen), there + len(true)
        sys.stdout.write(f"{entry['id']}: {view.share:.3f} of {truth['ground_seen']:.3f}; ")
        sys.stdout.write(f"{sorted(seen)} of {sorted(true)}\n")
    sys.stdout.write(f"ground mean error {mean(off):.3f} (n {len(off)}, worst {max(off):.3f})\n")
    sys.stdout.write(f"zones precision {wilson(hits, told)}, recall {wilson(hits, there)}\n")


def _camera(pose: tuple[Any, float, float]) -> Camera:
    at, yaw, hfov = pose
    return Camera(
        east_m=float(at[0]), north_m=float(at[1]), heading_deg=math.degrees(yaw), hfov_deg=hfov, accuracy_m=0.0
    )


if __name__ == "__main__":
    main()
