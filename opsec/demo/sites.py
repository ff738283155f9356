"""Write the two example sites: complete, fictional, placed on open water."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import cos, radians
from pathlib import Path

from opsec.demo.draw_landmarks import reference_photos

MetreBox = tuple[float, float, float, float]
"""West, south, east, north of the centre, in metres."""


@dataclass(frozen=True)
class _Example:
    toml: str
    centre: tuple[float, float]
    """Latitude, longitude: open water."""
    perimeter: tuple[tuple[float, float], ...]
    """Corners, metres east and north of the centre."""
    zones: tuple[tuple[str, str, float, MetreBox], ...]
    """Name, class, sensitivity, outline."""
    buildings: tuple[MetreBox, ...]
    landmarks: Mapping[str, str]
    """Id → ``landmark.toml``, in which {lat} and {lon} stand for the place."""
    places: Mapping[str, tuple[float, float]]
    """Id → metres east and north of the centre."""


FALCON = _Example(
    toml="""\
# Fictional. The fence lies in the open water of Lake Tharthar, where there is nothing.
id = "falcon-camp"
kind = "base"
code = "F-07"                  # what shared reports call it
unit = "3rd Battalion"
sensitivity = 0.8
alert_radius_m = 500
prior = 0.10
time_zone = "Asia/Baghdad"
quiet_hours = ["22:00", "05:30"]

[names]
ar = ["معسكر الصقر", "قاعدة الصقر", "معسكر صقر البحيرة"]
en = ["Falcon Camp", "Camp Falcon", "FOB Falcon Lake"]
ckb = ["سەربازگەی هەڵۆ"]
weak = ["الصقر", "Falcon"]     # everyday words: they count only beside a military one

[names.units]
ar = ["الفوج الثالث لواء ١٤٧"]
en = ["3rd Battalion, 147th Brigade"]
""",
    centre=(34.020, 43.270),
    perimeter=((-620, -430), (80, -470), (640, -400), (660, 250), (420, 460), (-380, 450), (-640, 210)),
    zones=(
        ("Main gate", "gate", 0.7, (-60, -470, 60, -360)),
        ("North tower", "guard_post", 0.6, (-40, 400, 40, 450)),
        ("Armoury", "armoury", 1.0, (350, 120, 520, 260)),
        ("Vehicle park", "vehicle_park", 0.7, (-520, -80, -240, 160)),
        ("Headquarters", "headquarters", 0.9, (-90, 40, 110, 200)),
        ("Housing", "housing", 0.8, (150, -320, 480, -80)),
    ),
    buildings=(
        (-30, -440, -12, -420), (-60, 70, 60, 130), (70, 140, 105, 190), (370, 150, 420, 180), (440, 200, 500, 240),
        (170, -300, 230, -270), (170, -240, 230, -210), (260, -300, 320, -270), (260, -240, 320, -210),
        (-500, 100, -420, 150),
    ),
    landmarks={
        "main-gate": """\
position = [{lat}, {lon}]      # latitude first, as everywhere but in GeoJSON
heading = 180                  # the photographed side faces south
zone = "Main gate"
sensitivity = 0.7

[names]
ar = ["البوابة الرئيسية"]
en = ["Main gate"]
""",
        "water-tower": """\
position = [{lat}, {lon}]
sensitivity = 0.5

[names]
ar = ["خزان الماء"]
en = ["Water tower F-07"]
""",
    },
    places={"main-gate": (0, -440), "water-tower": (-180, 250)},
)  # fmt: skip

PALM = _Example(
    toml="""\
# Fictional. The fence lies in the open sea of the Gulf, where there is nothing.
id = "palm-airfield"
kind = "airbase"
code = "P-12"
unit = "9th Transport Squadron"
sensitivity = 0.7
alert_radius_m = 800
time_zone = "Asia/Baghdad"
quiet_hours = ["23:00", "05:00"]

[names]
ar = ["مطار النخلة العسكري", "قاعدة النخلة الجوية"]
en = ["Palm Airfield", "Palm Air Base"]
ckb = ["فڕۆکەخانەی دارخورما"]
weak = ["النخلة", "Palm"]

[names.units]
ar = ["سرب النقل التاسع"]
en = ["9th Transport Squadron"]
""",
    centre=(29.220, 48.500),
    perimeter=((-1700, -600), (1650, -640), (1720, 380), (900, 640), (-1500, 620), (-1740, 100)),
    zones=(
        ("West gate", "gate", 0.6, (-1735, 40, -1600, 160)),
        ("Radar hill", "antenna", 0.9, (900, 350, 1050, 500)),
        ("Fuel and munitions", "armoury", 1.0, (1300, -500, 1600, -250)),
        ("Apron", "vehicle_park", 0.8, (-400, 80, 500, 300)),
        ("Quarters", "housing", 0.7, (-1300, 250, -900, 540)),
    ),
    buildings=(
        (-380, 310, -300, 390), (-200, 310, -120, 390), (-20, 310, 60, 390), (-1250, 300, -1190, 330),
        (-1250, 380, -1190, 410), (-1100, 300, -1040, 330), (940, 400, 970, 430),
    ),
    landmarks={
        "hangar": """\
position = [{lat}, {lon}]
heading = 180
zone = "Apron"
sensitivity = 0.8

[names]
ar = ["هنكر ٣"]
en = ["Hangar 3"]
""",
        "mural": """\
position = [{lat}, {lon}]
heading = 180
zone = "West gate"
sensitivity = 0.4

[names]
ar = ["جدارية الشروق"]
en = ["Sunrise mural"]
""",
    },
    places={"hangar": (-340, 295), "mural": (-1650, 60)},
)  # fmt: skip

EXAMPLES: Mapping[str, _Example] = {"falcon-camp": FALCON, "palm-airfield": PALM}


def write_example_sites(folder: Path, seed: int = 7) -> None:
    """Write both sites into a folder; the same bytes on every run up to the JPEG encoder."""
    for id_, example in EXAMPLES.items():
        site = folder / id_
        site.mkdir(mode=0o700, parents=True, exist_ok=True)
        (site / "site.toml").write_text(example.toml, "utf-8")
        (site / "fence.geojson").write_text(_fence(example), "utf-8")
        for number, (landmark, toml) in enumerate(example.landmarks.items()):
            place = site / "landmarks" / landmark
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            lon, lat = _lon_lat(example, *example.places[landmark])
            (place / "landmark.toml").write_text(toml.format(lat=lat, lon=lon), "utf-8")
            for side, photo in enumerate(reference_photos(landmark, seed + 100 * number), 1):
                (place / f"{landmark}-{side}.jpg").write_bytes(photo)


def _fence(example: _Example) -> str:
    """GeoJSON with one feature per line, so that a redrawn zone changes one line."""
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in _features(example))
    return '{"type": "FeatureCollection", "features": [\n' + lines + "\n]}\n"


def _features(example: _Example) -> Iterator[dict[str, object]]:
    yield _feature(example, example.perimeter, {"role": "perimeter"})
    for name, class_, sensitivity, box in example.zones:
        about = {"role": "zone", "name": name, "class": class_, "sensitivity": sensitivity}
        yield _feature(example, _corners(box), about)
    for box in example.buildings:
        yield _feature(example, _corners(box), {"role": "building"})


def _feature(
    example: _Example, corners: tuple[tuple[float, float], ...], properties: Mapping[str, object]
) -> dict[str, object]:
    ring = [_lon_lat(example, east_m, north_m) for east_m, north_m in (*corners, corners[0])]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def _corners(box: MetreBox) -> tuple[tuple[float, float], ...]:
    west, south, east, north = box
    return (west, south), (east, south), (east, north), (west, north)


def _lon_lat(example: _Example, east_m: float, north_m: float) -> tuple[float, float]:
    """Degrees of a point near the centre, on a sphere: within a metre over a few kilometres."""
    lat, lon = example.centre
    return round(lon + east_m / (111_195 * cos(radians(lat))), 6), round(lat + north_m / 111_195, 6)
