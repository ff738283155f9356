"""Count the modules in which a function runs on the way of one post from file to verdict.

    python -m tests.benchmarks modules-entered [--list]

Two runs through the bundled example: a caption in an ``.info.json`` that becomes a flag, and a video whose frames
show a landmark. The worker calls ``read_file``, the parent ``scan_clip``; imports do not count.
"""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, Literal, TypeVar

from opsec.app.scan import resources_from
from opsec.app.scan_clip import scan_clip
from opsec.ingest.file_type import HEAD_BYTES, detect_file_kind
from opsec.matching.landmarks.feature_cache import FeatureCache
from opsec.matching.matcher import build_site_index
from opsec.model import PostFile, Reading, ReadPost
from opsec.readers.registry import configured_readers, read_file
from opsec.settings import Settings
from opsec.sites.load import load_sites
from opsec.sites.reference_photos import reference_photos

ROOT = Path(__file__).parents[2]
Answer = TypeVar("Answer")


def _modules_entered(work: Callable[[], Answer]) -> tuple[Answer, list[str], int]:
    """Run something; return its answer, the modules of opsec in which a function ran, and the number of functions."""
    functions: set[tuple[str, str]] = set()

    def enter(frame: FrameType, event: str, _argument: Any) -> None:
        module = frame.f_globals.get("__name__", "")
        if event == "call" and module.startswith("opsec.") and frame.f_code.co_name != "<module>":
            functions.add((module, frame.f_code.co_qualname))

    sys.setprofile(enter)
    try:
        answer = work()
    finally:
        sys.setprofile(None)
    return answer, sorted({module for module, _function in functions}), len(functions)


def _read(file: Path) -> Reading:
    settings = Settings()
    with file.open("rb") as stream:
        kind = detect_file_kind(stream.read(HEAD_BYTES), file.name)
        stream.seek(0)
        return read_file(stream, kind, configured_readers(resources_from(settings)))


def main() -> int:
    """Count both runs and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="name the modules, too")
    wanted = parser.parse_args()
    settings = Settings()
    sites = load_sites(ROOT / "geofences", settings.home)
    index = build_site_index(sites, reference_photos(sites, ROOT / "geofences"), FeatureCache(None))
    posts = ROOT / "examples" / "posts"
    sidecar = next(posts.glob("*.info.json"))
    trips: tuple[tuple[str, Path, Literal["media", "sidecar"]], ...]
    trips = (("caption", sidecar, "sidecar"), ("frame", posts / "on_duty.mp4", "media"))
    for trip, file, role in trips:
        _read(file)  # whatever is loaded once
        reading, in_worker, worker_functions = _modules_entered(partial(_read, file))
        part = PostFile(role=role, path=file.name, sha256="0" * 64, kind=None, reading=reading)
        post = ReadPost(path=file.name, parts=(part,))
        scan_clip(post, index, settings)
        result, in_parent, parent_functions = _modules_entered(partial(scan_clip, post, index, settings))
        rules = ", ".join(finding.rule for finding in result.findings) or "no finding"
        sys.stdout.write(
            f"{trip}: worker {len(in_worker)} modules, {worker_functions} functions; "
            f"parent {len(in_parent)} modules, {parent_functions} functions; {rules}\n"
        )
        for name, modules in (("worker", in_worker), ("parent", in_parent)) if wanted.list else ():
            sys.stdout.write(f"  {name}: {' '.join(module.removeprefix('opsec.') for module in modules)}\n")
    return 0
