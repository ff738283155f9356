"""Write the example posts: eight small ones about the two example sites, each with or without a leak of its own."""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path

from opsec.demo.draw_landmarks import render_pan
from opsec.demo.media import clip, encode_video, photo
from opsec.demo.media_boxes import with_apple_place, with_moov_first, with_xyz
from opsec.demo.media_exif import Shot

ARMOURY = (34.0217, 43.2747)
GATE = (34.0163, 43.2700)
BESIDE_THE_AIRFIELD = (29.2285, 48.5000)
FAR_AWAY = (33.4000, 42.6000)


def write_example_posts(folder: Path, seed: int = 7) -> None:
    """Write the posts into a folder, creating it if necessary."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in example_posts(seed).items():
        (folder / name).write_bytes(data)


def example_posts(seed: int = 7) -> Mapping[str, bytes]:
    """File contents by name, the same on every run up to the encoders of the libraries."""
    lat, lon = BESIDE_THE_AIRFIELD
    phone = Shot(lat=lat, lon=lon, accuracy_m=12.0, taken_at="2026:11:17 16:05:00", offset="+03:00", model="Phone")
    at_the_gate = Shot(lat=GATE[0], lon=GATE[1], taken_at="2026:11:17 06:10:00", offset="+03:00")
    return {
        # An original, sent "as a file": the phone wrote where it was filmed.
        "morning_run.mp4": with_xyz(clip(seed), *ARMOURY),
        # Filmed from the road beside the airfield.
        "IMG_2041.mov": with_apple_place(clip(seed + 1, kind="mov"), phone),
        # A download without coordinates: the caption gives the base away.
        "VID_20261116_0530.mp4": clip(seed + 2),
        "VID_20261116_0530.info.json": _sidecar(),
        # A photo at the gate.
        "IMG_2042.jpg": photo(seed + 3, at_the_gate),
        # No word of where it is, and no coordinates: somebody on duty turns round at the gate.
        "on_duty.mp4": _turn_at_the_gate(seed),
        # Nothing to see: a match of football, far away.
        "football.mp4": with_xyz(clip(seed + 4), *FAR_AWAY),
        # Broken on the way: its index is missing.
        "cut_off.mp4": with_moov_first(clip(seed + 5))[:600],
        # Posts that were only written down.
        "posts.csv": _list(),
    }


def _turn_at_the_gate(seed: int) -> bytes:
    """Three and a half seconds in portrait, panning along the wall past the gate."""
    import cv2
    import numpy as np

    size_px = (360, 640)
    unsteady = np.random.default_rng(seed).normal(0, 0.25, 36).cumsum()
    headings_deg = np.linspace(-48, 48, 36) + unsteady - unsteady.mean()
    views = render_pan("main-gate", seed, eye=(0.5, -17.0, 1.7), headings_deg=headings_deg.tolist(), size_px=size_px)
    pictures = (cv2.cvtColor(view, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False) for view in views)
    return encode_video(pictures, size_px=size_px, bits_a_second=700_000)


def _sidecar() -> bytes:
    facts = {
        "id": "7300000000000000001",
        "uploader": "example_soldier",
        "description": "صباح الخير من معسكر الصقر ☀️ #واجب",
        "timestamp": 1794796200,
        "webpage_url": "https://posts.example/7300000000000000001",
    }
    return json.dumps(facts, ensure_ascii=False, indent=1).encode()


def _list() -> bytes:
    rows = (
        {
            "url": "https://posts.example/11",
            "caption": "لقاء الليلة ٣٤٫٠١٩٥، ٤٣٫٢٧٠٢",
            "author": "example_driver",
            "posted_at": "2026-11-17T19:30:00+03:00",
        },
        {
            "url": "https://posts.example/12",
            "caption": "What a goal!",
            "author": "example_fan",
            "posted_at": "2026-11-15T21:00:00+03:00",
            "media": "football.mp4",
        },
    )
    text = io.StringIO()
    table = csv.DictWriter(text, ("url", "caption", "author", "posted_at", "media"), lineterminator="\r\n")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
