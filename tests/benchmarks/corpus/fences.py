"""Do fences flag? ``python -m tests.benchmarks fences [--shared FOLDER]`` scans the shared files twice.

Once with a fence of 400 m around each file's true point, once with every fence 50 km further north: each
file that carries a place must be flagged for its own fence the first time, and none for its own the second.
"""

import argparse
import json
import math
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from opsec.app.scan import scan
from opsec.settings import Settings
from tests.benchmarks.corpus.metadata import entries, shared_folder

HALF_M = 200.0
AWAY_M = 50_000.0
METRES_PER_DEGREE = 111_200.0
ANYWHERE = Settings(home=(-90.0, -180.0, 90.0, 180.0))


def entries_with_position(shared: Path) -> Mapping[str, dict[str, Any]]:
    """File name → entry of the manifest, of every file with a position that counts."""
    return {
        entry["file"]: entry
        for entry in entries(shared)
        if entry["expected"]["location"] and not entry["expected"].get("optional")
    }


def flagged(shared: Path, entries: Mapping[str, dict[str, Any]], north_m: float, case: str | None = None) -> set[str]:
    """Names of the files that are flagged for the fence around their own point, moved north by so much.

    ``case`` keeps what was read: the same files are not read twice for two sets of fences.
    """
    own = {name: f"site-{number}" for number, name in enumerate(entries)}
    with tempfile.TemporaryDirectory() as folder:
        for name, entry in entries.items():
            _draw(Path(folder) / own[name], entry["expected"]["first"], north_m)
        files = [shared / "corpus" / "metadata" / "files" / name for name in entries]
        done = scan(files, sites=folder, settings=ANYWHERE, case=case)
    return {
        name
        for result in done.results
        for finding in result.findings
        if own.get(name := Path(result.clip.path).name) == finding.site
    }


def _draw(folder: Path, point: tuple[float, float], north_m: float) -> None:
    """A site whose fence is a square around the point."""
    up = HALF_M / METRES_PER_DEGREE
    lat, lon = point[0] + north_m / METRES_PER_DEGREE, point[1]
    lat = lat if abs(lat) < 89 else point[0] - north_m / METRES_PER_DEGREE
    across = up / math.cos(math.radians(lat))
    ring = [(lon + x * across, lat + y * up) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]
    folder.mkdir()
    (folder / "site.toml").write_text(
        f'id = "{folder.name}"\nkind = "other"\n[names]\nen = ["{folder.name}"]\n', "utf-8"
    )
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"role": "perimeter"}, "geometry": geometry}
    (folder / "fence.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared")
    shared = shared_folder(parser.parse_args().shared)
    if shared is None:
        sys.exit("the shared reference files are not on this machine; name their folder with --shared")
    entries = entries_with_position(shared)
    here, away = flagged(shared, entries, 0.0), flagged(shared, entries, AWAY_M)
    sorts = Counter("made" if name.startswith("made_") else "real" for name in entries)
    hits = Counter("made" if name.startswith("made_") else "real" for name in here)
    for sort, count in sorted(sorts.items()):
        sys.stdout.write(f"{sort}: {hits[sort]} of {count} flagged with a fence around their own point\n")
    sys.stdout.write(f"{len(away)} of {len(entries)} flagged with that fence {AWAY_M / 1000:.0f} km away\n")
    for name in sorted(set(entries) - here):
        sys.stdout.write(f"missed: {name}\n")
    for name in sorted(away):
        sys.stdout.write(f"false: {name}\n")
