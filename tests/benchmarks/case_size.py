"""Size of a case file: bytes per clip, and what they are spent on.

    python -m tests.benchmarks case-size FOLDER [--case FILE]

The clips of a folder are scanned with one site that none of them shows, into a case file of its own; with ``--case``
one that exists is measured. The size of a clip is that of its rows (readings, hashes of frames and post), without
indexes and free pages.
"""

import argparse
import base64
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import fmean, median
from tempfile import TemporaryDirectory

from opsec.app.scan import scan
from opsec.casefile.serialisation import pack, unpack
from opsec.casefile.stored_post import PostRow
from opsec.model import Reading

SITE = 'id = "nowhere"\nkind = "base"\nposition = [-54.43, 3.39]\nradius_m = 100\n[names]\nen = ["Nowhere Camp"]\n'
ASKED_BYTES = 150_000
"""Mean size of a clip that is asked for, at most."""


def main() -> int:
    """Print the sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="of clips")
    parser.add_argument("--case", type=Path, help="a case file to measure instead")
    wanted = parser.parse_args()
    if wanted.case is not None:
        _report(wanted.case)
    elif wanted.folder is not None and wanted.folder.is_dir():
        with TemporaryDirectory() as folder:
            _report(_scanned(wanted.folder, Path(folder)))
    else:
        _print_line("no folder of clips was given; nothing was measured")
    return 0


def _scanned(clips: Path, folder: Path) -> Path:
    """Scan the clips into a new case file and return its path."""
    site = folder / "sites" / "nowhere"
    site.mkdir(parents=True)
    (site / "site.toml").write_text(SITE, "utf-8")
    scan([str(clips)], sites=str(site.parent), case=str(folder / "case.db"))
    return folder / "case.db"


def _report(case: Path) -> None:
    """Print the sizes of the rows of a case file, and the mean bytes of each part."""
    with sqlite3.connect(f"{case.resolve().as_uri()}?mode=ro", uri=True) as connection:
        readings = dict(connection.execute("SELECT sha256, reading FROM readings"))
        hashes = dict(connection.execute("SELECT sha256, hashes FROM frame_hashes"))
        posts = [row for (row,) in connection.execute("SELECT post FROM posts")]
    sizes, parts = [], Counter[str]()
    for data in posts:
        row = unpack(PostRow, data)
        own = [readings[part.sha256] for part in row.parts if part.reading is None and part.sha256 in readings]
        of_frames = sum(len(hashes.get(part.sha256, b"")) for part in row.parts)
        sizes.append(len(data) + of_frames + sum(map(len, own)))
        parts["posts"] += len(data)
        parts["hashes of frames"] += of_frames
        for reading in own:
            for name, amount in _parts(unpack(Reading, reading), len(reading)):
                parts[name] += amount
    if not sizes:
        _print_line("the case file has no clips")
        return
    verdict = "within" if fmean(sizes) <= ASKED_BYTES else "above"
    _print_line(
        f"{len(sizes)} clips: mean {fmean(sizes) / 1e3:.1f} KB ({verdict} {ASKED_BYTES / 1e3:.0f}), "
        f"median {median(sizes) / 1e3:.1f}, max {max(sizes) / 1e3:.1f}; file {case.stat().st_size / 1e3:.0f} KB"
    )
    for name, total in sorted(parts.items()):
        of = "" if name.startswith("number") else " bytes"
        _print_line(f"  {name}: {total / len(sizes):,.1f}{of} a clip")


def _parts(reading: Reading, size: int) -> Iterator[tuple[str, int]]:
    """Yield the parts of a reading and what each takes of its packed size; some parts are numbers."""
    without = replace(reading, hints=tuple(replace(hint, features=None) for hint in reading.hints))
    yield "features", size - len(pack(without))
    yield "all else", len(pack(replace(without, hints=tuple(replace(hint, picture=None) for hint in without.hints))))
    seen: set[str] = set()
    for hint in reading.hints:
        if hint.features is not None:
            yield "number of features", hint.features.count
            yield "number of key frames", 1
        if hint.picture is not None and hint.picture.jpeg_base64 not in seen:
            seen.add(hint.picture.jpeg_base64)
            yield f"pictures of {hint.reader}", len(base64.b64decode(hint.picture.jpeg_base64))


def _print_line(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
