"""Takes of the kinds that people film, rendered in the world of ``synthetic_scene``; each is a function of its seed."""

import io
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import av
import numpy as np
from numpy.typing import NDArray

from tests.vision.camera_motion import synthetic_scene as scene
from tests.vision.camera_motion.synthetic_scene import FRAMES_PER_S, Actors, GrayImage, Panel, Scene, View
from tests.vision.camera_motion.synthetic_street import add_noise, hand_tremor

SIZE = (320, 180)
UPRIGHT = (180, 320)
_BLUR_SAMPLES = 4
_ROAD_X = 32.0
"""Middle of the road in the ground texture."""


@dataclass(frozen=True, slots=True)
class Take:
    """The frames of a take, and the range of headings of its camera."""

    frames: list[GrayImage]
    yaw_deg: float


def film(
    world: Scene, path: Callable[[float], View], seed: int, seconds: float = 4.0, size: tuple[int, int] = SIZE, *,
    shake_deg: float = 0.0, shutter_s: float = 0.0, distorted_hfov_deg: float | None = None,
) -> Take:  # fmt: skip
    """Film a world along a path; ``shutter_s`` blurs, ``distorted_hfov_deg`` bends like an action camera."""
    count = round(seconds * FRAMES_PER_S) + 1
    tremor = hand_tremor(seed, count, shake_deg) if shake_deg else np.zeros((count, 2))
    frames, headings = [], []
    for number in range(count):
        at_s = number / FRAMES_PER_S
        samples = _BLUR_SAMPLES if shutter_s and _turns(path, at_s, shutter_s) else 1
        exposed = []
        for part in range(samples):
            view = path(at_s + shutter_s * part / samples)
            shaken = replace(view, heading_deg=view.heading_deg + tremor[number, 0],
                             pitch_deg=view.pitch_deg + tremor[number, 1])  # fmt: skip
            exposed.append(world.render(shaken, at_s, size).astype(np.float32))
            headings.append(shaken.heading_deg)
        frame = np.mean(exposed, axis=0).astype(np.uint8)
        if distorted_hfov_deg is not None:
            frame = scene.fisheye(frame, path(at_s).hfov_deg, distorted_hfov_deg)
        frames.append(frame)
    return Take(list(add_noise(frames, seed, 1.5)), float(np.ptp(headings)))


def _turns(path: Callable[[float], View], at_s: float, shutter_s: float) -> bool:
    return abs(path(at_s + shutter_s).heading_deg - path(at_s).heading_deg) > 0.2


def street(rng: np.random.Generator, actors: Actors = lambda _at_s: (), length_m: float = 100.0) -> Scene:
    """A road between two rows of houses with gaps."""
    fronts = [scene.facade_texture(rng) for _ in range(5)]
    panels: list[Panel] = []
    for side in (-1, 1):
        at_m = -20.0
        while at_m < length_m:
            wide, long, high = rng.uniform(6, 10), rng.uniform(6, 12), rng.uniform(3.5, 10)
            x = _ROAD_X + side * (rng.uniform(8, 14) + wide / 2)
            panels += scene.box((x, at_m + long / 2), (wide, long, high), list(rng.permutation(np.array(fronts))))
            at_m += long + rng.uniform(1, 6)
    return Scene(panels, scene.road_texture(rng), actors)


def traffic(rng: np.random.Generator, cars: int, speed_mps: float) -> Actors:
    """Cars in both lanes."""
    paints = [[scene.noise_texture(rng, 0.9, float(rng.uniform(40, 220)), 128) for _ in range(3)] for _ in range(4)]
    starts, senses = rng.uniform(-30, 90, cars), rng.choice([-1, 1], cars)

    def at(at_s: float) -> list[Panel]:
        panels: list[Panel] = []
        for number, (start, sense) in enumerate(zip(starts, senses, strict=True)):
            y = (start + sense * speed_mps * (1 + 0.1 * (number % 3)) * at_s + 40) % 140 - 40
            panels += scene.box((_ROAD_X + 2.0 * sense, y), (1.8, 4.5, 1.5), paints[number % 4])
        return panels

    return at


def speaker(rng: np.random.Generator, x: float, y: float, sway_m: float = 0.06) -> Actors:
    """A person who talks: sways, leans and nods, to and fro."""
    face, cloth = scene.noise_texture(rng, 0.6, 165.0, 128), scene.noise_texture(rng, 0.7, 95.0, 128)
    phase, rate = rng.uniform(0, 6, 3), rng.uniform(0.8, 2.2, 3)

    def at(at_s: float) -> list[Panel]:
        sway = [sway_m * math.sin(rate[k] * at_s + phase[k]) for k in range(3)]
        head, body = scene.person(x + sway[0], y + sway[1], [face, cloth])
        return [body, head.moved(0.6 * sway[2], 0.0, 0.25 * sway[2])]

    return at


def walkers(rng: np.random.Generator, count: int, y_range: tuple[float, float]) -> Actors:
    """People who walk across, at different depths."""
    looks = [[scene.noise_texture(rng, 0.7, float(rng.uniform(60, 180)), 128) for _ in range(2)] for _ in range(3)]
    x, y, speed = rng.uniform(-6, 6, count), rng.uniform(*y_range, count), rng.uniform(-1.6, 1.6, count)
    return lambda at_s: [
        panel
        for k in range(count)
        for panel in scene.person(_ROAD_X + (x[k] + speed[k] * at_s + 8) % 16 - 8, y[k], looks[k % 3])
    ]


def room(rng: np.random.Generator, contrast: float, distance_m: float = 3.5) -> list[Panel]:
    """A wall behind the subject; with contrast 0 it is plain."""
    return [scene.wall((_ROAD_X - 8, distance_m), (_ROAD_X + 8, distance_m), 6.0,
                       scene.noise_texture(rng, contrast, 170.0), -1.0)]  # fmt: skip


def talking_head(seed: int, rng: np.random.Generator, wall: float = 0.0, shake_deg: float = 0.0) -> Take:
    """Somebody talks before a wall; a camera on a tripod or in a hand."""
    distance = float(rng.uniform(1.1, 2.0))
    world = Scene(room(rng, wall), None, speaker(rng, _ROAD_X, distance, float(rng.uniform(0.03, 0.09))))
    size = SIZE if seed % 2 else UPRIGHT
    view = View(_ROAD_X, 0.0, 1.5, hfov_deg=60.0 if seed % 2 else 40.0)
    return film(world, lambda _at_s: view, seed, size=size, shake_deg=shake_deg)


def thing_before_wall(seed: int, rng: np.random.Generator) -> Take:
    """A thing flies or is carried about before a wall of little texture; tripod."""
    paint = [scene.noise_texture(rng, 1.0, 90.0, 64)]
    swing, rate, rise = rng.uniform(0.5, 1.5), rng.uniform(0.6, 1.5), rng.uniform(-0.2, 0.2)
    size_m = float(rng.uniform(0.25, 0.7))

    def at(at_s: float) -> list[Panel]:
        x = _ROAD_X + swing * math.sin(rate * at_s)
        return scene.box((x, 3.0 + 0.5 * math.cos(rate * at_s)), (size_m, 0.3, size_m), paint, 1.3 + rise * at_s)

    view = View(_ROAD_X, 0.0, 1.5, hfov_deg=60.0)
    return film(Scene(room(rng, float(rng.choice([0.05, 0.3])), 5.0), None, at), lambda _at_s: view, seed)


def mast(seed: int, rng: np.random.Generator, sway_deg: float = 0.0) -> Take:
    """A road with traffic, seen from a mast or an upper floor."""
    world = street(rng, traffic(rng, int(rng.integers(6, 16)), float(rng.uniform(5, 14))))
    if seed % 3 == 0:
        world = replace(world, panels=[])
    side = float(rng.choice([-1, 1]) * rng.uniform(2, 9))
    view = View(_ROAD_X + side, -8.0, float(rng.uniform(7, 12)), -side * 2.0, float(rng.uniform(-28, -12)), hfov_deg=55)
    return film(world, lambda _at_s: view, seed, shake_deg=sway_deg)


def crowd(seed: int, rng: np.random.Generator) -> Take:
    """People cross a street close to a camera in a hand."""
    world = street(rng, walkers(rng, 7, (3.0, 9.0)))
    return film(world, lambda _at_s: View(_ROAD_X, 0.0), seed, shake_deg=0.3)


def sea(seed: int, rng: np.random.Generator) -> Take:
    """Waves under a sky, from the shore; a still camera."""
    layers = [scene.noise_texture(rng, float(rng.uniform(0.4, 1.0)), 110.0, 1024) for _ in range(2)]
    speed = rng.uniform(-30, 30, (2, 2))

    def waves(at_s: float) -> GrayImage:
        moved = [np.roll(one, (speed[k] * at_s).astype(int), (0, 1)) for k, one in enumerate(layers)]
        return ((moved[0].astype(np.uint16) + moved[1]) // 2).astype(np.uint8)

    world = Scene([], layers[0], moving_ground=waves)
    return film(world, lambda _at_s: View(_ROAD_X, 0, 2.5, pitch_deg=-4.0), seed, shake_deg=0.05)


def drive(seed: int, rng: np.random.Generator, look_deg: float = 0.0, *, open_land: bool = False) -> Take:
    """Out of the windscreen, or of the side window, of a car with a bonnet in view."""
    speed = float(rng.uniform(6, 16))
    world = street(rng, length_m=160.0)
    if open_land:
        posts = [scene.box((_ROAD_X + side * 7, at_m), (0.3, 0.3, 1.2), [np.full((16, 16), 230, np.uint8)])
                 for at_m in range(0, 160, 20) for side in (-1, 1)]  # fmt: skip
        world = Scene([panel for post in posts for panel in post], scene.road_texture(rng, 0.25))
    paint = scene.noise_texture(rng, 0.1, 60.0, 128)
    rough = hand_tremor(seed, 80, 0.25)

    def path(at_s: float) -> View:
        return View(_ROAD_X + 2, speed * at_s, 1.3, look_deg, -3.0 + rough[round(at_s * 8), 1], hfov_deg=70)

    def bonnet(at_s: float) -> list[Panel]:
        y = speed * at_s
        corners = np.array([[_ROAD_X + 1.2, y + 2.0, 0.95], [_ROAD_X + 2.8, y + 2.0, 0.95],
                            [_ROAD_X + 2.9, y + 0.9, 1.0], [_ROAD_X + 1.1, y + 0.9, 1.0]])  # fmt: skip
        return [Panel(corners, paint)]

    return film(replace(world, actors=bonnet) if not look_deg else world, path, seed)


def walk(seed: int, rng: np.random.Generator, turn_deg: float = 0.0) -> Take:
    """Somebody walks along a street, the camera in the hand, and may turn meanwhile."""
    world, speed, start = street(rng), float(rng.uniform(1.0, 1.8)), float(rng.uniform(-15, 15))

    def path(at_s: float) -> View:
        step = 0.03 * math.sin(11 * at_s)
        return View(_ROAD_X + 3 + step, speed * at_s, 1.6 + abs(step), start + turn_deg * at_s / 4.0)

    return film(world, path, seed, shake_deg=0.5)


def near_turn(
    seed: int, rng: np.random.Generator, degrees: float, seconds: float = 4.0, *, turn_s: float | None = None,
    arm_m: float = 0.4, hfov_deg: float = 62.0, distorted_hfov_deg: float | None = None, people: int = 0,
) -> Take:  # fmt: skip
    """Somebody turns, the camera at arm's length from the axis; at rest before and after if ``turn_s`` is shorter."""
    world = street(rng, walkers(rng, people, (2.0, 6.0)))
    sense, start, turn_s = float(rng.choice([-1, 1])), float(rng.uniform(-40, 40)), turn_s or seconds
    begin_s = (seconds - turn_s) / 2

    def path(at_s: float) -> View:
        share = min(1.0, max(0.0, (at_s - begin_s) / turn_s))
        eased = share * share * (3 - 2 * share) if turn_s < seconds else share
        heading = start + sense * degrees * (eased - 0.5)
        along = math.radians(heading)
        return View(_ROAD_X + arm_m * math.sin(along), 10 + arm_m * math.cos(along), 1.6, heading, hfov_deg=hfov_deg)

    return film(world, path, seed, seconds, shake_deg=0.3, shutter_s=0.02, distorted_hfov_deg=distorted_hfov_deg)


def follow(seed: int, rng: np.random.Generator) -> Take:
    """The camera turns after somebody who passes and stays in the middle of the image."""
    world, looks = street(rng), [scene.noise_texture(rng, 0.7, 120.0, 128) for _ in range(2)]
    speed, near = float(rng.choice([-1, 1]) * rng.uniform(1.0, 2.0)), float(rng.uniform(3.0, 4.5))

    def runner(at_s: float) -> list[Panel]:
        return scene.person(_ROAD_X + speed * (at_s - 2), 10 + near, looks)

    def path(at_s: float) -> View:
        return View(_ROAD_X, 10.0, 1.6, math.degrees(math.atan2(speed * (at_s - 2), near)))

    return film(replace(world, actors=runner), path, seed, shake_deg=0.3)


def flight(seed: int, rng: np.random.Generator, pitch_deg: float) -> Take:
    """A drone flies over the houses."""
    world, speed, height = street(rng), float(rng.uniform(3, 9)), float(rng.uniform(30, 60))

    def path(at_s: float) -> View:
        return View(_ROAD_X, speed * at_s, height, 0.0, pitch_deg)

    return film(world, path, seed)


def transcoded(take: Take, crf: int = 34) -> Take:
    """The same take as a repost shows it: H.264 of low quality."""
    file = io.BytesIO()
    height, width = take.frames[0].shape
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=8, options={"crf": str(crf), "preset": "veryfast", "threads": "1"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for gray in take.frames:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(gray, format="gray").reformat(format="yuv420p")))
        out.mux(stream.encode(None))
    file.seek(0)
    return replace(take, frames=list(_decoded(file)))


def _decoded(file: io.BytesIO) -> Iterator[NDArray[np.uint8]]:
    with av.open(file, "r") as back:
        yield from (frame.to_ndarray(format="gray").astype(np.uint8) for frame in back.decode(video=0))


@dataclass(frozen=True, slots=True)
class TakeKind:
    """How one kind of take is rendered, the classes that are right, and whether its turn is scored."""

    render: Callable[[int, np.random.Generator], Take]
    right: Sequence[str]
    is_turn_scored: bool = False


KINDS: dict[str, TakeKind] = {
    "head, plain wall": TakeKind(talking_head, ["fixed", "unknown"]),
    "head, wall, hand": TakeKind(lambda s, r: talking_head(s, r, 0.5, 0.4), ["fixed"]),
    "thing before wall": TakeKind(thing_before_wall, ["fixed"]),
    "mast, traffic": TakeKind(mast, ["fixed"]),
    "mast in the wind": TakeKind(lambda s, r: mast(s, r, 0.15), ["fixed"]),
    "crowd": TakeKind(crowd, ["fixed"]),
    "sea": TakeKind(sea, ["fixed", "unknown"]),
    "drive": TakeKind(drive, ["travel"]),
    "drive, open land": TakeKind(lambda s, r: drive(s, r, open_land=True), ["travel"]),
    "drive, side": TakeKind(lambda s, r: drive(s, r, 80.0), ["travel"]),
    "walk": TakeKind(walk, ["travel"]),
    "walk and turn": TakeKind(lambda s, r: walk(s, r, float(r.uniform(30, 70))), ["travel", "mixed"], True),
    "short turn": TakeKind(lambda s, r: near_turn(s, r, float(r.uniform(14, 40))), ["turn"], True),
    "turn, people": TakeKind(lambda s, r: near_turn(s, r, float(r.uniform(40, 90)), people=4), ["turn"], True),
    "whip pan": TakeKind(
        lambda s, r: near_turn(s, r, float(r.uniform(35, 80)), 2.5, turn_s=float(r.uniform(0.5, 0.9))), ["turn"], True
    ),
    "action camera": TakeKind(
        lambda s, r: near_turn(s, r, float(r.uniform(25, 90)), hfov_deg=110.0, distorted_hfov_deg=100.0), ["turn"], True
    ),
    "follow": TakeKind(follow, ["turn"], True),
    "flight, nadir": TakeKind(lambda s, r: flight(s, r, -89.9), ["overhead"]),
    "flight, oblique": TakeKind(lambda s, r: flight(s, r, float(r.uniform(-60, -35))), ["overhead", "travel"]),
}
