"""Words as the world writes them: ``python -m tests.benchmarks word-cases [--kind TEXT] [--show] [--shared FOLDER]``.

Each case of the shared set ``cases-words`` is a caption, a frame or a short clip, with the sites and the positions that
it must give, and no others.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from opsec.app.scan import scan
from opsec.geo.positions import haversine_distance_m
from opsec.model import Point, Result
from opsec.settings import Settings
from tests.benchmarks.corpus.metadata import shared_folder

DEFAULT_TOLERANCE_M = 150.0
ANYWHERE = Settings(home=(-90.0, -180.0, 90.0, 180.0))


def main() -> int:
    """Print the kinds, each with its cases held; with ``--show`` the cases that do not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", default="", help="only kinds whose name contains this text")
    parser.add_argument("--show", action="store_true", help="print each case that does not hold")
    parser.add_argument("--shared", type=Path, default=None)
    wanted = parser.parse_args()
    shared = wanted.shared or shared_folder()
    if shared is None:
        sys.stdout.write("not measured: OPSEC_SHARED does not name the shared data\n")
        return 2
    folder = shared / "corpus" / "cases-words"
    lines = (folder / "cases.jsonl").read_text("utf-8").split("\n")
    cases = [case for line in lines if line.strip() and wanted.kind in (case := json.loads(line))["kind"]]
    results = scan_cases(folder, cases)
    print_outcomes(cases, results, show=wanted.show)
    return 0


def scan_cases(folder: Path, cases: Sequence[dict[str, Any]]) -> Mapping[str, Result]:
    """Scan captions as one list and media as one folder; id of the case → result."""
    results: dict[str, Result] = {}
    with tempfile.TemporaryDirectory() as made:
        words = [case for case in cases if "text" in case]
        if words:
            posts = Path(made) / "posts.jsonl"
            posts.write_text("".join(json.dumps({"caption": case["text"]}) + "\n" for case in words), "utf-8")
            done = scan([posts], sites=folder / "sites", settings=ANYWHERE)
            by_row = {int(one.clip.path.rpartition("#")[2]): one for one in done.results if "#" in one.clip.path}
            results |= {case["id"]: by_row[row] for row, case in enumerate(words, 1) if row in by_row}
        media = [case for case in cases if "file" in case]
        if media:
            inbox = Path(made) / "media"
            inbox.mkdir()
            for number, case in enumerate(media):
                shutil.copy(folder / case["file"], inbox / f"{number}{Path(case['file']).suffix}")
            done = scan([inbox], sites=folder / "sites", settings=ANYWHERE)
            results |= {media[int(Path(one.clip.path).stem)]["id"]: one for one in done.results}
    return results


def holds(case: dict[str, Any], result: Result | None) -> tuple[bool, bool]:
    """Whether a case holds, and whether it gives a site or position that it must not give."""
    expect = case["expect"]
    sites = _named_sites(result) if result else set()
    points = [hint.point for hint in result.clip.hints if hint.point] if result else []
    places = [Point(*place) for place in expect["places"]]
    tolerance_m = case.get("tol_m") or DEFAULT_TOLERANCE_M
    met = {n for n, place in enumerate(places) for p in points if haversine_distance_m(p, place) <= tolerance_m}
    stray = [p for p in points if all(haversine_distance_m(p, place) > tolerance_m for place in places)]
    context = result is not None and any(hint.family == "CONTEXT" for hint in result.clip.hints)
    false_alarm = bool(sites - set(expect["sites"]) or stray)
    whole = sites == set(expect["sites"]) and len(met) == len(places) and not stray
    return whole and expect.get("context", context) == context, false_alarm


def _named_sites(result: Result) -> set[str]:
    """Sites that words name; a position inside a fence is judged as a position."""
    placed = {hint.id for hint in result.clip.hints if hint.point}
    return {match.site for match in result.matches if match.hint_ids[0] not in placed}


def print_outcomes(cases: Sequence[dict[str, Any]], results: Mapping[str, Result], *, show: bool) -> None:
    """Print a line for each kind, then the sums."""
    every: Counter[str] = Counter()
    held: Counter[str] = Counter()
    false_alarms = 0
    for case in cases:
        result = results.get(case["id"])
        good, false_alarm = holds(case, result)
        every[case["kind"]] += 1
        held[case["kind"]] += good
        false_alarms += false_alarm
        if show and not good:
            found = sorted({match.site for match in result.matches}) if result else []
            points = [(one.point.lat, one.point.lon) for one in result.clip.hints if one.point] if result else []
            given = case.get("text") or case["file"]
            sys.stdout.write(f"{case['id']}: {given!r} wanted {case['expect']} found {found} {points}\n")
    for kind, count in every.items():
        sys.stdout.write(f"{kind:<24}{held[kind]:>3} of {count:>3}\n")
    sys.stdout.write(f"all: {sum(held.values())} of {sum(every.values())} hold, {false_alarms} false alarms\n")


if __name__ == "__main__":
    sys.exit(main())
