"""Compare what a scan found in a hostile file with what the manifest says about it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Outputs:
    """Everything that a scan has written."""

    clips: list[dict[str, Any]]
    """From the JSON."""
    files: Mapping[str, str]
    """Text of the page, the CSV and the table of the terminal."""
    shown: str
    """What went to the terminal while the program ran."""
    exit_code: int
    wall_s: float
    cpu_s: float


def outcome_faults(expect: dict[str, Any], name: str, clips: list[dict[str, Any]]) -> list[str]:
    """Return how what was read of the bad file differs from the manifest."""
    hints = [hint for clip in clips for hint in clip["hints"]]
    places = [(hint["lat"], hint["lon"]) for hint in hints if hint.get("lat") is not None]
    places += [(lat, lon) for hint in hints for _at_s, lat, lon, *_ in hint.get("points") or ()]
    match expect["outcome"]:
        case "finding":
            near = any(distance_m(one, (expect["lat"], expect["lon"])) <= expect["within_m"] for one in places)
            return [] if near else [f"finding lost: {places[:2]}"]
        case "no_location":
            return [f"location made up: {places[:2]}"] if places else []
        case "unreadable":
            mine = [clip for clip in clips if clip["path"].endswith(f"/{name}")]
            whole = [clip for clip in mine if clip["coverage"]["status"] == "read"]
            return [f"read without a word: {whole[0]['path'][-40:]}"] if whole and not places else []
        case "inert":
            return [] if clips else ["not in the results: "]
    return []


def inert_faults(expect: dict[str, Any], outputs: Outputs) -> list[str]:
    """Return the texts of the bad file that a page, a spreadsheet or the terminal would act on."""
    if expect["outcome"] != "inert":
        return []
    listed = expect["must_not_appear"]
    faults = []
    for text in [listed] if isinstance(listed, str) else listed:
        is_markup = "<" in text  # harmless in a spreadsheet and on a terminal
        acted_on_by = {"html"} if is_markup else {"csv"} if "=" in text else {"table", "terminal"}
        shown = {**outputs.files, "terminal": outputs.shown}
        faults += [f"not inert: {text!r} in {name}" for name in sorted(acted_on_by) if text in shown[name]]
        if not is_markup and "=" in text and not outputs.files["csv"]:
            faults.append("no spreadsheet was written: ")
    if not outputs.files["html"]:
        faults.append("no page was written: ")
    return faults


def distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance of two near places, by a flat Earth."""
    north, east = one[0] - other[0], (one[1] - other[1]) * math.cos(math.radians(one[0]))
    return math.hypot(north, east) * METRES_PER_DEGREE
