"""Copies fit to post of 30 made clips that expose the example sites: what is left, and what else changed.

    python -m tests.benchmarks cleaning [--sheets DIR] [--only WORD]

Pans past the landmarks of the example sites, boards and captions with their names, positions in metadata and tracks,
and mixtures, in several containers, with and without sound. Each is cleaned with ``opsec.app.clean`` and scanned again.
With ``--sheets`` frames of each original and copy are written side by side, to look at the blur.
"""

import argparse
import hashlib
import io
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np

from opsec.app.clean import CleanedCopy, CopyChoices, clean
from opsec.demo.draw_landmarks import render_pan
from opsec.demo.media import clip, photo
from opsec.demo.media_boxes import with_apple_place, with_item_xyz, with_loci, with_xyz
from opsec.demo.media_exif import Shot
from opsec.demo.sites import write_example_sites
from opsec.model import FLAGGING, Fix, Point
from opsec.settings import Settings
from tests.cleaning.made_films import Picture, decode, encode
from tests.fixtures.media.tracks import with_camm5, with_gps5
from tests.vision.decoding.test_video import set_rotation

ARMOURY, APRON = (34.0217, 43.2747), (29.2220, 48.5000)
SIZE_PX, RATE = (360, 640), 10
PHONE = Shot(lat=ARMOURY[0], lon=ARMOURY[1], accuracy_m=8.0, taken_at="2026:11:17 16:05:00", offset="+03:00")
ROUTE = [Fix(float(second), Point(34.0217 + second * 1e-5, 43.2747)) for second in range(3)]
WORDS = ("FALCON CAMP", "PALM AIRFIELD", "CAMP FALCON", "PALM AIR BASE")


def pan(place: str, seed: int, eye: tuple[float, float, float], turn_deg: float, frames: int = 24) -> list[Picture]:
    """A hand-held turn past a landmark, RGB."""
    unsteady = np.random.default_rng(seed).normal(0, 0.25, frames).cumsum()
    headings = np.linspace(-turn_deg, turn_deg, frames) + unsteady - unsteady.mean()
    return [
        np.asarray(cv2.cvtColor(view, cv2.COLOR_BGR2RGB), np.uint8)
        for view in render_pan(place, seed, eye=eye, headings_deg=headings.tolist(), size_px=SIZE_PX)
    ]


def board(words: str, seed: int, frames: int = 24) -> list[Picture]:
    """A board with words on a wall of stones; the camera pans, and comes nearer for odd seeds."""
    random = np.random.default_rng(seed)
    wall = np.full((900, 1100, 3), 165, np.uint8)
    for _ in range(700):
        x, y = int(random.integers(0, 1100)), int(random.integers(0, 900))
        shade = tuple(int(one) for one in random.integers(90, 200, 3))
        cv2.rectangle(wall, (x, y), (x + int(random.integers(10, 50)), y + int(random.integers(8, 30))), shade, -1)
    left, top = 430, 400
    cv2.rectangle(wall, (left, top), (left + 310, top + 80), (30, 80, 40), -1)
    cv2.putText(wall, words, (left + 14, top + 52), cv2.FONT_HERSHEY_DUPLEX, 1.0, (250, 250, 250), 2, cv2.LINE_AA)
    found = []
    for number, share in enumerate(np.linspace(0, 1, frames)):
        zoom = 1 + (0.5 * share if seed % 2 else 0)
        x = 300 + 160 * share + 2 * np.sin(number)
        place = np.array([[zoom, 0, -zoom * x], [0, zoom, -zoom * (130 + 60 * share)]])
        found.append(np.asarray(cv2.warpAffine(wall, place, SIZE_PX, flags=cv2.INTER_LINEAR), np.uint8))
    return found


def captioned(pictures: list[Picture], words: str) -> list[Picture]:
    """The same film with words burnt in for its second half."""
    found = [picture.copy() for picture in pictures]
    for picture in found[len(found) // 2 :]:
        cv2.putText(picture, words, (40, 560), cv2.FONT_HERSHEY_DUPLEX, 1.05, (0, 0, 0), 6, cv2.LINE_AA)
        cv2.putText(picture, words, (40, 560), cv2.FONT_HERSHEY_DUPLEX, 1.05, (255, 255, 255), 2, cv2.LINE_AA)
    return found


def quiet(seed: int) -> list[Picture]:
    """A pan that shows nothing of a site."""
    frames, _sound = decode(clip(seed, 2.4))
    return [np.asarray(cv2.resize(picture, SIZE_PX), np.uint8) for _at_s, picture in frames]


def _film(pictures: list[Picture], **more: Any) -> bytes:
    return encode(pictures, rate=RATE, **more)


CLIPS: dict[str, Callable[[], bytes]] = {
    "gate-1.mp4": lambda: _film(pan("main-gate", 7, (0.5, -17.0, 1.7), 48)),
    "gate-2.mp4": lambda: _film(pan("main-gate", 7, (-4.0, -14.0, 1.7), 30), sound="aac"),
    "gate-3.mov": lambda: _film(pan("main-gate", 7, (3.0, -20.0, 1.6), 20), kind="mov", sound="pcm_s16le"),
    "tower-1.mp4": lambda: _film(pan("water-tower", 107, (0.0, -22.0, 1.7), 25)),
    "tower-2.mkv": lambda: _film(pan("water-tower", 107, (6.0, -24.0, 1.7), 18), kind="matroska", sound="flac"),
    "hangar-1.mp4": lambda: _film(pan("hangar", 7, (0.0, -30.0, 1.7), 30)),
    "hangar-2.mp4": lambda: _film(pan("hangar", 7, (-6.0, -26.0, 1.7), 25), sound="aac"),
    "mural-1.mp4": lambda: _film(pan("mural", 107, (0.0, -12.0, 1.7), 30)),
    "mural-2.mp4": lambda: _film(pan("mural", 107, (2.0, -10.0, 1.7), 20), codec="libx264"),
    "board-1.mp4": lambda: _film(board(WORDS[0], 2)),
    "board-2.mp4": lambda: _film(board(WORDS[1], 3), sound="aac"),
    "board-3.webm": lambda: _film(board(WORDS[2], 4), kind="webm", codec="libvpx", sound="libopus"),
    "board-4.mp4": lambda: _film(board(WORDS[3], 5)),
    "board-5.avi": lambda: _film(board(WORDS[0], 6), kind="avi", sound="libmp3lame"),
    "board-turned.mp4": lambda: set_rotation(
        _film([np.ascontiguousarray(np.rot90(one)) for one in board(WORDS[0], 8)]), 1
    ),
    "board-uneven.mp4": lambda: _film(
        board(WORDS[1], 9), times_ms=[90 * number + 37 * (number % 3) for number in range(24)], sound="aac"
    ),
    "caption-1.mp4": lambda: _film(captioned(quiet(11), WORDS[0])),
    "caption-2.mp4": lambda: _film(captioned(quiet(12), WORDS[1]), sound="aac"),
    "caption-3.mp4": lambda: _film(captioned(pan("mural", 107, (0.0, -12.0, 1.7), 30), WORDS[2])),
    "xyz.mp4": lambda: with_xyz(_film(quiet(13), sound="aac"), *ARMOURY),
    "apple.mov": lambda: with_apple_place(_film(quiet(14), kind="mov"), PHONE),
    "loci.mp4": lambda: with_loci(_film(quiet(15)), *ARMOURY),
    "items.mp4": lambda: with_item_xyz(_film(quiet(16)), *APRON),
    "gopro.mp4": lambda: with_gps5(_film(quiet(17)), ROUTE),
    "camm.mp4": lambda: with_camm5(_film(quiet(18)), ROUTE),
    "tags.mkv": lambda: _film(quiet(19), kind="matroska", tags={"comment": "Falcon Camp, 34.0217, 43.2747"}),
    "photo-1.jpg": lambda: photo(20, PHONE),
    "photo-2.png": lambda: _photo(board(WORDS[0], 2)[3]),
    "mixed-1.mp4": lambda: with_xyz(_film(captioned(board(WORDS[0], 21), WORDS[2]), sound="aac"), *ARMOURY),
    "mixed-2.mp4": lambda: with_gps5(_film(pan("main-gate", 7, (0.0, -16.0, 1.7), 35), sound="aac"), ROUTE),
}


def _photo(picture: Picture) -> bytes:
    return cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1].tobytes()


def main() -> int:
    """Print one line for each clip and the totals."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sheets", type=Path, help="folder for pictures of originals and copies")
    parser.add_argument("--only", default="", help="clips whose names contain this word")
    wanted = parser.parse_args()
    if wanted.sheets:
        wanted.sheets.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        root = Path(folder)
        write_example_sites(root / "sites")
        settings = Settings(sites=str(root / "sites"), case=str(root / "case.db"))
        (root / "case.db").touch()  # the features of the landmarks are kept beside it
        (root / "in").mkdir()
        (root / "out").mkdir()
        failed = [name for name in CLIPS if wanted.only in name and not _measure(name, root, settings, wanted.sheets)]
    _print_line(
        f"{sum(wanted.only in name for name in CLIPS)} clips; not clean or changed otherwise: {failed or 'none'}"
    )
    return 0


def _measure(name: str, root: Path, settings: Settings, sheets: Path | None) -> bool:
    """Clean one clip and print what became of it; return whether all that is asked for holds."""
    original, raw = root / "in" / name, CLIPS[name]()
    original.write_bytes(raw)
    is_photo = original.suffix in {".jpg", ".png"}
    copy = root / "out" / f"{original.stem}{original.suffix if is_photo else '.mp4'}"
    started_s = time.process_time()
    made = clean(original, copy, settings=settings, choices=CopyChoices(keep_unclean=True))
    took_s = time.process_time() - started_s
    untouched = hashlib.sha256(original.read_bytes()).digest() == hashlib.sha256(raw).digest()
    flagged = made.before.verdict.action in FLAGGING
    kept, shown = (True, "") if is_photo else _compare(raw, copy.read_bytes())
    if sheets is not None:
        _write_sheet(sheets / f"{name}.png", raw, copy.read_bytes(), is_photo=is_photo)
    _print_line(
        f"{name:<18}{made.before.verdict.action:<10} {made.outcome:<12}"
        f"blurred {made.facts.blurred_frames:>3}/{made.facts.frames:<3} up to {made.facts.blurred_share:4.0%}  "
        f"{shown}{'' if untouched else ' ORIGINAL CHANGED'}  {took_s:.1f} s"
    )
    _print_rest(made)
    return flagged and made.outcome == "clean" and untouched and kept


def _compare(original: bytes, copy: bytes) -> tuple[bool, str]:
    """Compare frames, times and sound of an original and its copy; each may differ by one frame."""
    (before, sound_before), (after, sound_after) = decode(original), decode(copy)
    apart_s = max(
        (abs((one[0] - before[0][0]) - (other[0] - after[0][0])) for one, other in zip(before, after, strict=False)),
        default=0.0,
    )
    sound_apart_s = abs(sound_before - sound_after)
    same_size = before[0][1].shape == after[0][1].shape
    kept = len(before) == len(after) and same_size and max(apart_s, sound_apart_s) <= 1 / RATE
    return kept, f"frames {len(before)}/{len(after)}, times ±{apart_s:.3f} s, sound ±{sound_apart_s:.3f} s"


def _print_rest(made: CleanedCopy) -> None:
    for match, in_words in made.remaining():
        _print_line(f"    left: {match.rule} {match.grade} {'in words' if in_words else 'in the copy'}")
    for reason in made.after.clip.coverage.reasons if made.outcome == "not_checked" else ():
        _print_line(f"    not checked: {reason.code}")


def _write_sheet(path: Path, original: bytes, copy: bytes, *, is_photo: bool) -> None:
    """Write six frames of the original above the same of the copy."""
    rows = [np.hstack(list(_shown(one, is_photo=is_photo))) for one in (original, copy)]
    wide = min(row.shape[1] for row in rows)
    cv2.imwrite(str(path), cv2.cvtColor(np.vstack([row[:, :wide] for row in rows]), cv2.COLOR_RGB2BGR))


def _shown(content: bytes, *, is_photo: bool) -> Iterator[Picture]:
    if is_photo:
        from PIL import Image

        with Image.open(io.BytesIO(content)) as picture:
            yield np.asarray(picture.convert("RGB"))
        return
    frames = decode(content)[0]
    for number in np.linspace(0, len(frames) - 1, 6).astype(int):
        picture = frames[number][1]
        yield np.asarray(cv2.resize(picture, (round(picture.shape[1] * 320 / picture.shape[0]), 320)), np.uint8)


def _print_line(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
