"""Are the formats that officers receive read? ``python -m tests.benchmarks inbox [--only TEXT] [--shared FOLDER]``.

Each case of the shared set ``cases-media`` is a small inbox with one site. It holds when the scan finds the position or
the name that it asks for; a case that does not hold and is not reported as unread is a false all-clear.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opsec.app.scan import scan
from opsec.errors import OpsecError
from opsec.geo.positions import haversine_distance_m
from opsec.model import Hint, Point, Scan
from opsec.settings import Settings
from opsec.sites.importing.import_sites import import_places
from tests.benchmarks.corpus.metadata import shared_folder

ANYWHERE = Settings(home=(-90.0, -180.0, 90.0, 180.0))
SITE = "own-site"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case."""

    holds: bool
    not_checked: int
    detail: str = ""


def main() -> int:
    """Print each case that does not hold, then the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="only cases whose id contains this text")
    parser.add_argument("--shared", type=Path, default=None)
    wanted = parser.parse_args()
    shared = wanted.shared or shared_folder()
    if shared is None:
        sys.stdout.write("not measured: OPSEC_SHARED does not name the shared data\n")
        return 2
    folder = shared / "corpus" / "cases-media"
    counts: Counter[str] = Counter()
    silent = []
    for case in json.loads((folder / "cases.json").read_text()):
        if wanted.only not in case["id"]:
            continue
        outcome = run_case(folder, case)
        kind = "guard" if case["guard"] else "optional" if case["optional"] else "asked"
        counts[f"{kind}, all"] += 1
        counts[f"{kind}, held"] += outcome.holds
        if not outcome.holds:
            silent += [] if outcome.not_checked else [case["id"]]
            outcome_text = f"{outcome.not_checked} not fully checked" if outcome.not_checked else "FALSE ALL-CLEAR"
            sys.stdout.write(f"{kind:<9}{case['id']:<30}{outcome_text}  {outcome.detail}\n")
    for kind in ("asked", "guard", "optional"):
        sys.stdout.write(f"{kind}: {counts[f'{kind}, held']} of {counts[f'{kind}, all']} hold\n")
    sys.stdout.write(f"neither found nor reported as unread: {len(silent)}\n")
    return 0


def run_case(folder: Path, case: dict[str, Any]) -> Outcome:
    """Scan one case with its site."""
    inbox = folder / "cases" / case["id"]
    with tempfile.TemporaryDirectory() as made:
        sites = Path(made) / "sites"
        try:
            if case["mode"] == "import":
                sites.mkdir()
                import_places(inbox / case["map"], sites, ANYWHERE.home)
                inbox /= "posts"
            else:
                _write_site(sites / SITE, case["site"])
            done = scan([inbox], sites=sites, settings=ANYWHERE)
        except OpsecError as error:
            return Outcome(holds=False, not_checked=1, detail=f"error: {error}")
    return Outcome(_holds(done, case["expect"]), done.counts.not_fully_checked, _detail(done))


def _write_site(folder: Path, site: dict[str, Any]) -> None:
    folder.mkdir(parents=True)
    names = "\n".join(
        f"{language} = {json.dumps(words, ensure_ascii=False)}" for language, words in site["names"].items()
    )
    place = f"position = {site['position']}\nradius_m = {site['radius_m']}"
    (folder / "site.toml").write_text(f'id = "{SITE}"\nkind = "base"\n{place}\n[names]\n{names}\n')


def _holds(done: Scan, expect: dict[str, Any]) -> bool:
    matched = [result for result in done.results if result.matches]
    if "none" in expect:
        return not matched and not any(hint.point for result in done.results for hint in result.clip.hints)
    if "inside" in expect:
        return bool(matched) and all(result.clip.path.endswith("inside.jpg") for result in matched)
    if "words" in expect:
        return bool(matched)
    place = Point(*expect["place"])
    return any(
        result.clip.path.endswith(expect.get("on", ""))
        and any(
            haversine_distance_m(point, place) <= expect["tol_m"]
            for hint in result.clip.hints
            for point in _points(hint)
        )
        for result in matched
    )


def _points(hint: Hint) -> list[Point]:
    return [*([hint.point] if hint.point else []), *(fix.point for fix in hint.fixes)]


def _detail(done: Scan) -> str:
    reasons = Counter(reason.code for result in done.results for reason in result.clip.coverage.reasons)
    skipped = Counter(one.reason.code for one in done.skipped)
    return f"{len(done.results)} posts {dict(reasons)} skipped {dict(skipped)}"


if __name__ == "__main__":
    sys.exit(main())
