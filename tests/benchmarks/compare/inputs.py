"""Write the files and sites of the sets."""

import json
import math
import shutil
import struct
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

Item = TypeVar("Item")

# ── made inputs ───────────────────────────────────────────────────────────────────────────────
METRES_PER_DEGREE = 111_200.0

MADE_SITE = "dulvanora"

MADE_CAPTIONS = ("first week at Camp Dulvanora", "صباح الخير من معسكر دولفانورة")

MADE_POSITION = (33.98, 43.25)
"""Open water in a lake."""


def evenly(items: Sequence[Item], most: int) -> list[Item]:
    """At most so many items, evenly spaced, always the same ones.

    >>> evenly("abcdefg", 3)
    ['a', 'c', 'e']
    """
    return [items[number * len(items) // most] for number in range(most)] if len(items) > most else list(items)


def scene_of(photo: str) -> str:
    """The scene that a photo of the landmark corpus shows: the first part of its name."""
    return photo.partition("__")[0]


def copy_files(source: Path, target: Path) -> None:
    """Copy the files of a folder, without the rights that make the shared ones read-only."""
    for path in sorted(source.rglob("*")):
        if path.is_file():
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)


def json_lines(path: Path) -> list[dict[str, Any]]:
    """The records of a JSON Lines file; only U+000A ends a line."""
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]


def write_json(path: Path, value: Any) -> None:
    """One JSON document."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


def write_list(path: Path, posts: Iterable[Mapping[str, str]]) -> None:
    """A list of posts, one on a line."""
    path.write_text("".join(json.dumps(post) + "\n" for post in posts), "utf-8")


def listed(id_: str, caption: str) -> dict[str, str]:
    """A row of a list of posts."""
    url, posted = f"https://posts.invalid/{id_}", "2026-11-16T05:30:00+03:00"
    return {"url": url, "caption": caption, "author": "someone", "posted_at": posted}


def record(id_: str, **more: Any) -> dict[str, Any]:
    """An ``.info.json`` as yt-dlp writes it."""
    url = f"https://posts.invalid/{id_}"
    return {"id": id_, "webpage_url": url, "uploader": "someone", "timestamp": 1_794_796_200, **more}


def write_site(
    folder: Path,
    kind: str,
    names: Mapping[str, Sequence[str]],
    *,
    weak: Sequence[str] = (),
    position: Sequence[float] = (),
    radius_m: float = 0.0,
) -> None:
    """``site.toml``; strings and lists of JSON are TOML too."""
    lines = [f'id = "{folder.name}"', f'kind = "{kind}"', 'time_zone = "Asia/Baghdad"']
    if position:
        lines += [f"position = [{float(position[0])}, {float(position[1])}]", f"radius_m = {float(radius_m)}"]
    lists = {**names, "weak": weak} if weak else names
    lines += ["[names]", *(f"{key} = {json.dumps(list(some), ensure_ascii=False)}" for key, some in lists.items())]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "site.toml").write_text("\n".join(lines) + "\n", "utf-8")


def write_gazetteer(corpus: Path, sites: Path) -> None:
    """The bases of the text corpus as site folders."""
    for base in json.loads((corpus / "text" / "gazetteer.json").read_text("utf-8"))["bases"]:
        names: dict[str, list[str]] = {}
        for name in base["names"]:
            names.setdefault("weak" if name["weak"] else name["lang"], []).append(name["text"])
        position = (base["lat"], base["lon"])
        weak = names.pop("weak", [])
        write_site(
            sites / base["id"].lower(), base["kind"], names, weak=weak, position=position, radius_m=base["radius_m"]
        )


def write_made_site(sites: Path) -> None:
    """One site with zones and buildings, for clips that have none."""
    write_site(sites / MADE_SITE, "base", MADE_NAMES)
    zones = {"gate": (0, -50, 20, 10), "armoury": (50, 40, 30, 20), "vehicle_park": (-50, 30, 40, 30)}
    buildings = [(20, 0, 15, 25), (-30, -20, 20, 10)]
    write_fence(sites / MADE_SITE, MADE_POSITION, perimeter=(0, 0, 160, 120), zones=zones, buildings=buildings)


Box = tuple[float, float, float, float]
"""Metres east and north of a site's middle, width, depth."""


def write_fence(
    folder: Path,
    position: tuple[float, float],
    *,
    perimeter: Box,
    zones: Mapping[str, Box],
    buildings: Sequence[Box] = (),
) -> None:
    """``fence.geojson`` of rectangles."""
    parts: list[tuple[dict[str, Any], Box]] = [({"role": "perimeter"}, perimeter)]
    parts += [({"role": "zone", "name": name, "class": name, "sensitivity": 0.7}, box) for name, box in zones.items()]
    parts += [({"role": "building"}, box) for box in buildings]
    features = [{"type": "Feature", "properties": words, "geometry": rectangle(position, box)} for words, box in parts]
    write_json(folder / "fence.geojson", {"type": "FeatureCollection", "features": features})


def rectangle(position: tuple[float, float], box: Box) -> dict[str, Any]:
    """A rectangle as a GeoJSON polygon, longitude first."""
    east_m, north_m, width_m, depth_m = box
    corners = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    places = [moved(position, east_m + x * width_m / 2, north_m + y * depth_m / 2) for x, y in corners]
    return {"type": "Polygon", "coordinates": [[[lon, lat] for lat, lon in places]]}


def moved(position: tuple[float, float], east_m: float, north_m: float) -> tuple[float, float]:
    """Latitude and longitude so many metres away."""
    lat, lon = position
    east_deg = east_m / METRES_PER_DEGREE / math.cos(math.radians(lat))
    return round(lat + north_m / METRES_PER_DEGREE, 7), round(lon + east_deg, 7)


def walk(number: int) -> Iterator[tuple[int, float, float, float]]:
    """Second, latitude, longitude and heading of a person who crosses the site and turns, by clip."""
    for second in range(7):
        lat, lon = moved(MADE_POSITION, number - 20.0, 5.0 * second - 20.0)
        yield second, lat, lon, (number * 37 + second * 20) % 360


def drone_subtitles(number: int, height_m: float) -> str:
    """Telemetry as DJI drones write it beside a video."""
    cues = (
        f"{second + 1}\n00:00:{second:02},000 --> 00:00:{second + 1:02},000\n"
        f"[latitude: {lat:.7f}] [longitude: {lon:.7f}] [rel_alt: {height_m} abs_alt: {height_m + 40}] "
        f"[gb_yaw: {heading:.1f} gb_pitch: -10.0 gb_roll: 0.0]\n"
        for second, lat, lon, heading in walk(number)
    )
    return "\n".join(cues)


def route(number: int) -> str:
    """The same route as GPX 1.0, with the course."""
    points = "".join(
        f'<trkpt lat="{lat:.7f}" lon="{lon:.7f}"><ele>41.6</ele><time>2026-11-16T05:30:{second:02}Z</time>'
        f"<course>{heading:.1f}</course></trkpt>\n"
        for second, lat, lon, heading in walk(number)
    )
    head = '<gpx version="1.0" creator="compare" xmlns="http://www.topografix.com/GPX/1/0">'
    return f"{head}<trk><trkseg>\n{points}</trkseg></trk></gpx>\n"


def plain_png(side_px: int = 64) -> bytes:
    """A gray image without content, for posts of which only the file name matters."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side_px, side_px, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * side_px) * side_px)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


# ── the sets ──────────────────────────────────────────────────────────────────────────────────
EXAMPLES = "examples"

POSTS, SITES, SETTINGS, RUNS = "posts", "sites", "opsec.toml", "runs.json"

MADE_NAMES: Mapping[str, Sequence[str]] = {"en": ["Camp Dulvanora"], "ar": ["معسكر دولفانورة"]}


def print_line(text: str) -> None:
    """Write one line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
