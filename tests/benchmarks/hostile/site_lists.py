"""Cases whose bad file is a list of sites: written as site folders of this program, then checked by it.

The set has neutral schemas, so each feature becomes a folder: its properties are keys of ``site.toml``, its geometry
is the fence. A list in YAML is written where ``site.toml`` is expected: this program reads no YAML.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from tests.benchmarks.hostile.program import Done, run


def write_site(place: Path, ring: list[list[float]]) -> Path:
    """Write the one site of the set; return the folder of sites."""
    folder = place / "sites" / "lake"
    geometry = {"type": "Polygon", "coordinates": [ring]}
    _write(folder, 'id = "lake"\nkind = "base"\n[names]\nen = ["Test Site"]\n', geometry)
    return folder.parent


def config_faults(case: dict[str, Any], folder: Path, place: Path) -> list[str]:
    """Return how the program's opinion of a list of sites differs from the manifest."""
    sites = place / "sites"
    sites.mkdir()
    file = folder / case["name"]
    if file.suffix == ".geojson":
        _write_features(sites, file)
    elif file.exists():
        (sites / "site-1").mkdir()
        shutil.copyfile(file, sites / "site-1" / "site.toml")
    done = run(["sites", "check", "--sites", str(sites)], str(place))
    scanned = run(["scan", str(folder / "canary.jpg"), "--sites", str(sites), "--case", f"{place}/c.db"], str(place))
    faults = [f"traceback: {one.stderr[-200:]}" for one in (done, scanned) if "Traceback" in one.stderr + one.stdout]
    return faults + _opinion_faults(case["expect"], done, scanned)


def _opinion_faults(expect: dict[str, Any], checked: Done, scanned: Done) -> list[str]:
    match expect["outcome"]:
        case "config_ok":
            refused = scanned.exit_code == 2 and "Traceback" not in scanned.stderr
            allowed = "refused" in expect["note"] and refused
            return [] if scanned.exit_code in {0, 1, 3} or allowed else [f"sites refused: {scanned.stderr[-150:]}"]
        case "config_error":
            taken = [one for one in (checked, scanned) if one.exit_code != 2]
            return [f"sites accepted: exit {one.exit_code} {one.stdout[-150:]}" for one in taken[:1]]
        case "inert":
            shown = "".join((checked.stdout, checked.stderr, scanned.stdout, scanned.stderr))
            return [f"not inert: {text!r}" for text in expect["must_not_appear"] if "\x1b" in text and text in shown]
    return []


def _write_features(sites: Path, file: Path) -> None:
    """Write every feature as a site of its own."""
    try:
        features = json.loads(file.read_bytes()).get("features", [])
    except (ValueError, AttributeError):
        features = []
    for number, feature in enumerate(features, 1):
        given = feature.get("properties") or {}
        keys = {name: value for name, value in given.items() if name != "name"}
        lines = [f"{name} = {json.dumps(value, ensure_ascii=True)}" for name, value in keys.items()]
        names = json.dumps([given.get("name", "Test Site")], ensure_ascii=True)
        _write(
            sites / f"site-{number}",
            "\n".join([*lines, 'kind = "base"', "[names]", f"en = {names}", ""]),
            feature["geometry"],
        )


def _write(folder: Path, toml: str, geometry: object) -> None:
    folder.mkdir(parents=True)
    (folder / "site.toml").write_text(toml, "utf-8")
    fence = {"type": "Feature", "properties": {"role": "perimeter"}, "geometry": geometry}
    (folder / "fence.geojson").write_text(json.dumps(fence), "utf-8")
