"""How well signs are read in clips.

    OPSEC_SHARED=… python -m tests.benchmarks.ocr.clips [SEED] [CLIPS OF EACH KIND]

Makes clips with a seed: a board with a name of our own gazetteer hangs in a wide scene that a camera turns over, held
in a hand; blurred by the turn, seen at an angle, posted again at 320 pixels, or burnt in as a caption. Backgrounds are
the photographs of the shared corpus where they are on this machine, else textures. Told: clips whose base is matched,
the family, hints for one sign, false alarms on boards with other words, and what reading costs.
"""

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

from opsec.matching.names.matcher import Names
from opsec.model import Hint
from opsec.model.resources import Kit
from opsec.vision.decoding.video import Film
from tests.benchmarks.corpus.metadata import shared_folder
from tests.benchmarks.names.names import OWN, sites_of
from tests.benchmarks.ocr.frames import viewer

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
    """What became of the clips of one kind."""

    clips: int = 0
    matched: int = 0
    family: int = 0
    """Of those matched, the ones all of whose words are told as burnt in, or not, as they truly are."""
    hints: int = 0
    missed: list[str] = field(default_factory=list)


def fonts(names: tuple[str, ...]) -> list[str]:
    """Those of these fonts that are installed here."""
    files = {path.stem: str(path) for path in sorted(Path("/usr/share/fonts").rglob("*.[to]tf"))}
    return [files[name] for name in names if name in files]


def board(text: str, chance: random.Random, size_px: int, *, bare: bool = False) -> Pixels:
    """A board with these words, large enough to be made smaller; ``bare``: white words with a dark rim, no board."""
    from PIL import Image, ImageDraw, ImageFont

    arabic = any("\u0600" <= char <= "\u06ff" for char in text)
    name = chance.choice(fonts(ARABIC_FONTS if arabic else LATIN_FONTS))
    font = ImageFont.truetype(name, size_px, layout_engine=ImageFont.Layout.RAQM)
    rim = max(2, size_px // 14) if bare else 0
    left, top, right, bottom = font.getbbox(text, direction="rtl" if arabic else "ltr", stroke_width=rim)
    pad = size_px // 2
    ground, ink = ((0, 0, 0), 255) if bare else chance.choice(BOARDS)
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


def scene(chance: random.Random, photos: list[Path], wide_px: int) -> Pixels:
    """A wide view without words."""
    if photos:
        photo = cv2.imread(str(chance.choice(photos)))
        assert photo is not None
        scale = max(wide_px / photo.shape[1], HEIGHT_PX / photo.shape[0])
        sized: Pixels = cv2.resize(photo, None, fx=scale, fy=scale).astype(np.uint8)
        return sized[:HEIGHT_PX, :wide_px]
    noise = np.random.default_rng(chance.getrandbits(32))
    view = np.full((HEIGHT_PX, wide_px, 3), 110.0)
    for grain, strength in ((4, 10), (16, 20), (64, 35), (200, 45)):
        coarse = noise.standard_normal((HEIGHT_PX // grain + 2, wide_px // grain + 2, 3))
        view += cv2.resize(coarse, (wide_px, HEIGHT_PX), interpolation=cv2.INTER_CUBIC) * strength
    return np.asarray(np.clip(view, 0, 255), np.uint8)


def hang(view: Pixels, sign: Pixels, at: tuple[float, float], height_px: float, angle_deg: float) -> None:
    """Draw a board into a scene, its middle there, so high, turned away by an angle."""
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
    turn = cv2.getPerspectiveTransform(here, there)
    drawn = cv2.warpPerspective(sign, turn, (view.shape[1], view.shape[0]), flags=cv2.INTER_AREA).astype(np.float32)
    share = drawn[:, :, 3:] / 255
    view[:] = (view * (1 - share) + drawn[:, :, :3] * share).astype(np.uint8)


def clip(kind: str, text: str, chance: random.Random, photos: list[Path]) -> bytes:
    """One clip of a kind, with these words in it, as H.264 in MP4."""
    turn_px = {"still": 0, "pan": 260, "fast pan": 620, "angle": 200, "repost": 200, "caption": 320}[kind]
    view = scene(chance, photos, WIDTH_PX + turn_px + 40)
    letters_px = chance.choice((26, 34, 44))
    sign = board(text, chance, 72, bare=kind == "caption")
    widest = (WIDTH_PX * (0.6 if "pan" in kind else 0.9)) / (sign.shape[1] / sign.shape[0])
    height_px = min(letters_px * sign.shape[0] / 72 * 1.6, widest)
    angle_deg = chance.choice((-1, 1)) * chance.uniform(30, 45) if kind == "angle" else chance.uniform(-12, 12)
    middle = (view.shape[1] / 2, chance.uniform(250, 750))
    if kind != "caption":
        hang(view, sign, middle, height_px, angle_deg)
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
            hang(frame, sign, (WIDTH_PX / 2, middle[1]), height_px, 0)
        frames.append(frame)
    small = (320, 568) if kind == "repost" else (WIDTH_PX, HEIGHT_PX)
    return encoded(
        [cv2.resize(frame, small, interpolation=cv2.INTER_AREA) for frame in frames], "32" if kind == "repost" else "28"
    )


def encoded(frames: list[Any], crf: str) -> bytes:
    """These frames as a film."""
    import av

    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as film:
        track = film.add_stream("libx264", rate=RATE, options={"crf": crf, "preset": "veryfast"})
        assert isinstance(track, av.VideoStream)
        track.height, track.width = frames[0].shape[:2]
        track.pix_fmt = "yuv420p"
        for frame in frames:
            film.mux(track.encode(av.VideoFrame.from_ndarray(frame, "bgr24")))
        film.mux(track.encode())
    return out.getvalue()


def read(film: bytes) -> tuple[list[Hint], float, float]:
    """The hints of a film, and processor seconds for decoding it and for reading its signs."""
    looking, reading_s = viewer(Kit()), 0.0
    began = time.process_time()
    for frame in Film(io.BytesIO(film), "mp4").frames():
        now = time.process_time()
        looking.see(frame)
        reading_s += time.process_time() - now
    found = [one for one in looking.found() if isinstance(one, Hint)]
    return found, time.process_time() - began - reading_s, reading_s


def measure(seed: int, each: int, photos: list[Path]) -> Iterator[str]:
    """Make, read and count; the figures a line at a time."""
    chance = random.Random(seed)
    sites = sites_of(OWN / "own_gazetteer.json")
    names = Names(sites)
    wanted = [
        (site.id, name) for site in sites for tongue, own in site.names.items() for name in own if tongue != "ckb"
    ]
    by_language: dict[str, list[int]] = {"arabic": [0, 0], "english": [0, 0]}
    decoding_s = reading_s = 0.0
    for kind in KINDS:
        counts = Counts()
        for number in range(each):
            site, text = chance.choice([one for one in wanted if one[1].isascii() == bool(number % 2)])
            hints, decoded_s, read_s = read(clip(kind, text, chance, photos))
            decoding_s, reading_s = decoding_s + decoded_s, reading_s + read_s
            texts = [hint.text or "" for hint in hints if hint.kind == "text"]
            matched = any(met.site.id == site for line in texts for met in names.meet(line, from_a_picture=True))
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
    alarms = [text for text in OTHERS if any(_alarms(text, chance, photos, names))]
    yield f"false alarms on {len(OTHERS)} clips with other boards: {len(alarms)} {alarms or ''}"
    yield f"reading costs {reading_s / max(1e-9, decoding_s):.1f} times the decoding of the film"


def _alarms(text: str, chance: random.Random, photos: list[Path], names: Names) -> Iterator[str]:
    hints, _, _ = read(clip("pan", text, chance, photos))
    yield from (met.site.id for hint in hints if hint.text for met in names.meet(hint.text, from_a_picture=True))


def main() -> int:
    """Measure and print."""
    cv2.setNumThreads(1)
    seed, each = (
        (int(value) for value in (*sys.argv[1:], "11", "6")[:2]) if len(sys.argv) < 3 else map(int, sys.argv[1:3])
    )
    shared = shared_folder(None)
    photos = sorted((shared / "corpus" / "landmarks" / "photos").glob("*.jpg")) if shared else []
    sys.stdout.write(f"seed {seed}, backgrounds: {f'{len(photos)} photographs' if photos else 'textures'}\n")
    for line in measure(seed, each, photos):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
