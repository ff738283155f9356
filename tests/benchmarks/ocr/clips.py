"""Accuracy of sign reading in synthetic clips.

    OPSEC_SHARED=… python -m tests.benchmarks ocr-clips [--seed 11] [--each 6]

The clips are made from a seed: a board with a name of the project's own gazetteer hangs in a wide scene that a
hand-held camera pans over; blurred by the pan, seen at an angle, reposted at 320 pixels, or burnt in as a caption.
Backgrounds are the photographs of the shared corpus if they are on this machine, else textures. Reported are the clips
whose base is matched, the family of the hints, hints per clip, false alarms on boards with other words, and the cost.
"""

import argparse
import io
import math
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from opsec.matching.names.matcher import NameMatcher
from opsec.model import Hint
from opsec.model.resources import ReaderResources
from opsec.vision.decoding.video import VideoDecoder
from tests.benchmarks.corpus.metadata import shared_folder
from tests.benchmarks.names.names import OWN_TEXTS, load_gazetteer
from tests.benchmarks.ocr.frames import create_analyser

Pixels = NDArray[np.uint8]
WIDTH_PX, HEIGHT_PX, RATE, SECONDS = 576, 1024, 24, 2.5
KINDS = ("still", "pan", "fast pan", "angle", "repost", "caption")
BOARDS = (((150, 70, 20), 255), ((60, 110, 20), 255), ((245, 245, 245), 10), ((40, 170, 200), 0), ((30, 30, 150), 255))
OTHERS = ("صيدلية الرحمة", "مطعم ابو علي", "ممنوع الوقوف", "NO PARKING", "Fresh Juice", "مدرسة الأمل", "Car Wash 24h")
ARABIC_FONTS = (
    "NotoKufiArabic-Bold", "NotoSansArabic-Bold", "NotoNaskhArabic-Regular", "Amiri-Bold", "KacstOne-Bold", "KacstBook",
    "Thabit-Bold", "titr", "Harmattan-Bold", "Lateef-Bold",
)  # fmt: skip
LATIN_FONTS = ("DejaVuSans-Bold", "DejaVuSansCondensed", "NotoSans-Bold", "FreeSerifBold")


@dataclass(slots=True)
class Counts:
    """Counts over the clips of one kind."""

    clips: int = 0
    matched: int = 0
    family: int = 0
    """Matched clips of which all text hints have the right family."""
    hints: int = 0
    missed: list[str] = field(default_factory=list)


def fonts(names: tuple[str, ...]) -> list[str]:
    """Return the paths of those fonts that are installed."""
    files = {path.stem: str(path) for path in sorted(Path("/usr/share/fonts").rglob("*.[to]tf"))}
    return [files[name] for name in names if name in files]


def render_board(text: str, rng: random.Random, size_px: int, *, bare: bool = False) -> Pixels:
    """Render a board with a text as BGRA, larger than needed; ``bare``: white text with a dark outline, no board."""
    from PIL import Image, ImageDraw, ImageFont

    arabic = any("\u0600" <= char <= "\u06ff" for char in text)
    name = rng.choice(fonts(ARABIC_FONTS if arabic else LATIN_FONTS))
    font = ImageFont.truetype(name, size_px, layout_engine=ImageFont.Layout.RAQM)
    rim = max(2, size_px // 14) if bare else 0
    left, top, right, bottom = font.getbbox(text, direction="rtl" if arabic else "ltr", stroke_width=rim)
    pad = size_px // 2
    ground, ink = ((0, 0, 0), 255) if bare else rng.choice(BOARDS)
    drawn = Image.new("RGBA", (int(right - left) + 2 * pad, int(bottom - top) + 2 * pad), (*ground, 0 if bare else 255))
    pen = ImageDraw.Draw(drawn)
    if not bare:
        pen.rectangle(
            (4, 4, drawn.width - 5, drawn.height - 5), outline=(ink, ink, ink, 255), width=max(2, size_px // 20)
        )
    pen.text(
        (pad - left, pad - top), text, font=font, fill=(ink, ink, ink, 255), direction="rtl" if arabic else "ltr",
        stroke_width=rim, stroke_fill=(0, 0, 0, 255),
    )  # fmt: skip
    return np.asarray(drawn, np.uint8)


def make_scene(rng: random.Random, photos: list[Path], wide_px: int) -> Pixels:
    """Make a wide view without text."""
    if photos:
        photo = cv2.imread(str(rng.choice(photos)))
        assert photo is not None
        scale = max(wide_px / photo.shape[1], HEIGHT_PX / photo.shape[0])
        sized: Pixels = cv2.resize(photo, None, fx=scale, fy=scale).astype(np.uint8)
        return sized[:HEIGHT_PX, :wide_px]
    noise = np.random.default_rng(rng.getrandbits(32))
    view = np.full((HEIGHT_PX, wide_px, 3), 110.0)
    for grain, strength in ((4, 10), (16, 20), (64, 35), (200, 45)):
        coarse = noise.standard_normal((HEIGHT_PX // grain + 2, wide_px // grain + 2, 3))
        view += cv2.resize(coarse, (wide_px, HEIGHT_PX), interpolation=cv2.INTER_CUBIC) * strength
    return np.asarray(np.clip(view, 0, 255), np.uint8)


def draw_board(view: Pixels, sign: Pixels, at: tuple[float, float], height_px: float, angle_deg: float) -> None:
    """Draw a board into a scene, at a centre, with a height, turned away by an angle."""
    high, wide = sign.shape[:2]
    scale = height_px / high
    across, down = wide * scale * math.cos(math.radians(angle_deg)), high * scale
    squeeze = 1 - 0.35 * math.sin(math.radians(abs(angle_deg)))
    near, far = (down, down * squeeze) if angle_deg >= 0 else (down * squeeze, down)
    (x, y) = at
    corners = [
        (x - across / 2, y - near / 2),
        (x + across / 2, y - far / 2),
        (x + across / 2, y + far / 2),
        (x - across / 2, y + near / 2),
    ]
    there = np.array(corners, np.float32)
    here = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    homography = cv2.getPerspectiveTransform(here, there)
    drawn = cv2.warpPerspective(sign, homography, (view.shape[1], view.shape[0]), flags=cv2.INTER_AREA).astype(
        np.float32
    )
    share = drawn[:, :, 3:] / 255
    view[:] = (view * (1 - share) + drawn[:, :, :3] * share).astype(np.uint8)


def make_clip(kind: str, text: str, rng: random.Random, photos: list[Path]) -> bytes:
    """Make one clip of a kind with this text, as H.264 in MP4."""
    turn_px = {"still": 0, "pan": 260, "fast pan": 620, "angle": 200, "repost": 200, "caption": 320}[kind]
    view = make_scene(rng, photos, WIDTH_PX + turn_px + 40)
    letter_px = rng.choice((26, 34, 44))
    sign = render_board(text, rng, 72, bare=kind == "caption")
    widest = (WIDTH_PX * (0.6 if "pan" in kind else 0.9)) / (sign.shape[1] / sign.shape[0])
    height_px = min(letter_px * sign.shape[0] / 72 * 1.6, widest)
    angle_deg = rng.choice((-1, 1)) * rng.uniform(30, 45) if kind == "angle" else rng.uniform(-12, 12)
    middle = (view.shape[1] / 2, rng.uniform(250, 750))
    if kind != "caption":
        draw_board(view, sign, middle, height_px, angle_deg)
    frames = []
    for number in range(round(RATE * SECONDS)):
        along = 20 + turn_px * number / (RATE * SECONDS) + 3 * math.sin(number / 5)
        speed_px = turn_px / (RATE * SECONDS)
        moved = cv2.warpAffine(
            view, np.array([[1, 0, -along], [0, 1, 2 * math.sin(number / 7)]]), (WIDTH_PX, HEIGHT_PX)
        )
        if speed_px > 4:
            moved = cv2.blur(moved, (round(speed_px * 0.6), 1))
        frame = moved.astype(np.uint8)
        if kind == "caption":
            draw_board(frame, sign, (WIDTH_PX / 2, middle[1]), height_px, 0)
        frames.append(frame)
    small = (320, 568) if kind == "repost" else (WIDTH_PX, HEIGHT_PX)
    return encode(
        [cv2.resize(frame, small, interpolation=cv2.INTER_AREA) for frame in frames], "32" if kind == "repost" else "28"
    )


def encode(frames: list[Any], crf: str) -> bytes:
    """Encode frames as H.264 in MP4."""
    import av

    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as video:
        track = video.add_stream("libx264", rate=RATE, options={"crf": crf, "preset": "veryfast"})
        assert isinstance(track, av.VideoStream)
        track.height, track.width = frames[0].shape[:2]
        track.pix_fmt = "yuv420p"
        for frame in frames:
            video.mux(track.encode(av.VideoFrame.from_ndarray(frame, "bgr24")))
        video.mux(track.encode())
    return out.getvalue()


def read_clip(video: bytes) -> tuple[list[Hint], float, float]:
    """Return the hints of a video, and the processor seconds for decoding it and for reading its signs."""
    analyser, reading_s = create_analyser(ReaderResources()), 0.0
    started_s = time.process_time()
    for frame in VideoDecoder(io.BytesIO(video), "mp4").frames():
        now = time.process_time()
        analyser.process_frame(frame)
        reading_s += time.process_time() - now
    found = [one for one in analyser.finish() if isinstance(one, Hint)]
    return found, time.process_time() - started_s - reading_s, reading_s


def measure(seed: int, each: int, photos: list[Path]) -> Iterator[str]:
    """Make, read and score the clips; yield the figures line by line."""
    rng = random.Random(seed)
    sites = load_gazetteer(OWN_TEXTS / "own_gazetteer.json")
    names = NameMatcher(sites)
    wanted = [
        (site.id, name) for site in sites for language, own in site.names.items() for name in own if language != "ckb"
    ]
    by_language: dict[str, list[int]] = {"arabic": [0, 0], "english": [0, 0]}
    decoding_s = reading_s = 0.0
    for kind in KINDS:
        counts = Counts()
        for number in range(each):
            site, text = rng.choice([one for one in wanted if one[1].isascii() == bool(number % 2)])
            hints, decoded_s, read_s = read_clip(make_clip(kind, text, rng, photos))
            decoding_s, reading_s = decoding_s + decoded_s, reading_s + read_s
            texts = [hint.text or "" for hint in hints if hint.kind == "text"]
            matched = any(match.site.id == site for line in texts for match in names.find(line, from_ocr=True))
            counts.clips += 1
            counts.matched += matched
            counts.hints += len(texts)
            family = "TEXT" if kind == "caption" else "SIGN"
            counts.family += matched and all(hint.family == family for hint in hints if hint.kind == "text")
            language = by_language["english" if text.isascii() else "arabic"]
            language[0], language[1] = language[0] + 1, language[1] + matched
            counts.missed += [] if matched else [f"{text} | {texts}"]
        yield (
            f"{kind}: {counts.matched} of {counts.clips} matched, family right in {counts.family}, "
            f"{counts.hints / max(1, counts.clips):.1f} hints a clip"
        )
        yield from (f"    missed {line}" for line in counts.missed)
    yield ", ".join(f"{language}: {hit} of {count}" for language, (count, hit) in by_language.items())
    alarms = [text for text in OTHERS if any(_false_alarms(text, rng, photos, names))]
    yield f"false alarms on {len(OTHERS)} clips with other boards: {len(alarms)} {alarms or ''}"
    yield f"reading costs {reading_s / max(1e-9, decoding_s):.1f} times the decoding of the video"


def _false_alarms(text: str, rng: random.Random, photos: list[Path], names: NameMatcher) -> Iterator[str]:
    hints, _, _ = read_clip(make_clip("pan", text, rng, photos))
    yield from (match.site.id for hint in hints if hint.text for match in names.find(hint.text, from_ocr=True))


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--each", type=int, default=6, help="clips of each kind")
    wanted = parser.parse_args()
    cv2.setNumThreads(1)
    shared = shared_folder(None)
    photos = sorted((shared / "corpus" / "landmarks" / "photos").glob("*.jpg")) if shared else []
    sys.stdout.write(f"seed {wanted.seed}, backgrounds: {f'{len(photos)} photographs' if photos else 'textures'}\n")
    for line in measure(wanted.seed, wanted.each, photos):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    return 0
