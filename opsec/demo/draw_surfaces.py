"""What the pieces of the drawn places are covered with: plaster, blocks, metal, sand, painted walls, signs."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

Colour = tuple[int, int, int]
"""Blue, green, red."""
SAND: Colour = (150, 190, 214)
PLASTER: Colour = (172, 199, 214)
CONCRETE: Colour = (160, 165, 168)
RUST: Colour = (70, 95, 140)
OLIVE: Colour = (74, 110, 108)
BLUE: Colour = (150, 110, 60)
WHITE: Colour = (235, 238, 240)
DARK: Colour = (50, 52, 56)


def plain_wall(wide: int, high: int, colour: Colour, seed: int, stains: int = 14) -> "Picture":
    """A wall of one colour with the stains, streaks and grain that every real one has."""
    import cv2
    import numpy as np

    chance = np.random.default_rng(seed)
    wall = np.full((high, wide, 3), colour, np.float32)
    coarse = chance.normal(0, 14, (max(2, high // 24), max(2, wide // 24))).astype(np.float32)
    wall += cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_CUBIC)[:, :, None]
    wall += chance.normal(0, 5, (high, wide, 1)).astype(np.float32)
    painted = np.clip(wall, 0, 255).astype(np.uint8)
    for _stain in range(stains):
        x, y = int(chance.integers(0, wide)), int(chance.integers(0, high))
        length, width = int(chance.integers(4, max(5, high // 4))), int(chance.integers(1, 4))
        shade = float(chance.uniform(0.6, 0.9))
        streak = painted[y : y + length, x : x + width]
        streak[:] = (streak * shade).astype(np.uint8)
    return painted


def block_wall(wide: int, high: int, colour: Colour, seed: int, block_px: int = 40) -> "Picture":
    """Rows of blocks, each of its own shade, with joints between them."""
    import cv2
    import numpy as np

    chance = np.random.default_rng(seed)
    wall = plain_wall(wide, high, colour, seed + 1)
    course = block_px // 2
    for row, top in enumerate(range(0, high, course)):
        for left in range(-(row % 2) * block_px // 2, wide, block_px):
            patch = wall[top : top + course, max(0, left) : left + block_px]
            patch[:] = np.clip(patch * chance.uniform(0.82, 1.12), 0, 255).astype(np.uint8)
            cv2.rectangle(wall, (left, top), (left + block_px, top + course), (105, 120, 128), 1)
    return wall


def ribbed_metal(wide: int, high: int, colour: Colour, seed: int, rib_px: int = 12) -> "Picture":
    """Corrugated sheet: ribs of light and shade, and rust that runs down."""
    import numpy as np

    sheet = plain_wall(wide, high, colour, seed, stains=40).astype(np.float32)
    ribs = 1 + 0.16 * np.sin(np.arange(wide) * 2 * np.pi / rib_px)
    return np.clip(sheet * ribs[None, :, None], 0, 255).astype(np.uint8)


def ground(wide: int, high: int, seed: int, road: bool = True) -> "Picture":
    """Sand with stones and wheel tracks, and a road through its middle."""
    import cv2
    import numpy as np

    chance = np.random.default_rng(seed)
    sand = plain_wall(wide, high, SAND, seed, stains=0)
    for _stone in range(wide * high // 900):
        place = (int(chance.integers(0, wide)), int(chance.integers(0, high)))
        shade = int(chance.integers(90, 160))
        cv2.circle(sand, place, int(chance.integers(1, 4)), (shade - 20, shade, shade + 12), -1)
    if road:
        half = wide // 10
        middle = sand[:, wide // 2 - half : wide // 2 + half]
        middle[:] = plain_wall(middle.shape[1], high, (96, 98, 102), seed + 2, stains=30)
        for top in range(0, high, 60):
            cv2.rectangle(sand, (wide // 2 - 4, top), (wide // 2 + 4, top + 30), (200, 214, 220), -1)
    return sand


def sign(wide: int, high: int, words: str, board: Colour, letters: Colour) -> "Picture":
    """A painted board with Latin words (the drawing library has no Arabic letters)."""
    import cv2
    import numpy as np

    painted = np.full((high, wide, 3), board, np.uint8)
    cv2.rectangle(painted, (5, 5), (wide - 6, high - 6), letters, 4)
    thickness = max(2, high // 22)
    (width_at_one, height_at_one), _base = cv2.getTextSize(words, cv2.FONT_HERSHEY_DUPLEX, 1.0, thickness)
    scale = min((wide - 40) / width_at_one, (high - 40) / height_at_one)
    (across, tall), _base = cv2.getTextSize(words, cv2.FONT_HERSHEY_DUPLEX, scale, thickness)
    at = ((wide - across) // 2, (high + tall) // 2)
    cv2.putText(painted, words, at, cv2.FONT_HERSHEY_DUPLEX, scale, letters, thickness, cv2.LINE_AA)
    return painted


def striped(wide: int, high: int, one: Colour, other: Colour, stripe_px: int) -> "Picture":
    """Slanting stripes, as on a barrier."""
    import numpy as np

    rows, columns = np.indices((high, wide))
    odd = ((rows + columns) // stripe_px % 2).astype(bool)
    painted = np.empty((high, wide, 3), np.uint8)
    painted[odd], painted[~odd] = one, other
    return painted


def mural(wide: int, high: int, seed: int) -> "Picture":
    """A painted wall: a sun, hills, palms, a bird over water, and a border of diamonds."""
    import cv2
    import numpy as np

    wall = plain_wall(wide, high, (206, 186, 140), seed)
    centre = (int(wide * 0.72), int(high * 0.42))
    for ray in range(16):
        angle = ray * np.pi / 8
        tip = (int(centre[0] + high * 0.42 * np.cos(angle)), int(centre[1] + high * 0.42 * np.sin(angle)))
        cv2.line(wall, centre, tip, (70, 190, 240), 7, cv2.LINE_AA)
    cv2.circle(wall, centre, high // 5, (40, 120, 235), -1, cv2.LINE_AA)
    for share, colour in ((0.62, (90, 130, 96)), (0.76, (120, 150, 70)), (0.86, (160, 110, 50))):
        x = np.arange(0, wide + 20, 20)
        crest = high * share + high * 0.05 * np.sin(x / wide * 9 + share * 20)
        outline = np.concatenate([np.stack([x, crest], 1), [[wide, high], [0, high]]]).astype(np.int32)
        cv2.fillPoly(wall, [outline], colour, cv2.LINE_AA)
    for share in (0.10, 0.23, 0.90):
        _palm(wall, int(wide * share), int(high * 0.86), int(high * 0.5))
    _bird(wall, int(wide * 0.42), int(high * 0.30), high // 5)
    for left in range(0, wide, 36):
        for top in (0, high - 24):
            corners = np.array([[left + 18, top], [left + 36, top + 12], [left + 18, top + 24], [left, top + 12]])
            cv2.fillPoly(wall, [corners], (50, 60, 170) if left // 36 % 2 else (180, 120, 40))
    return wall


def _palm(wall: "Picture", x: int, foot: int, tall: int) -> None:
    import cv2

    cv2.line(wall, (x, foot), (x + tall // 12, foot - tall), (48, 74, 104), max(4, tall // 14), cv2.LINE_AA)
    for turn in range(-160, 0, 23):
        cv2.ellipse(
            wall,
            (x + tall // 12, foot - tall),
            (tall // 2, tall // 8),
            turn,
            0,
            55,
            (60, 120, 50),
            tall // 16,
            cv2.LINE_AA,
        )


def _bird(wall: "Picture", x: int, y: int, size: int) -> None:
    """Spread wings, a body and a tail: the falcon of the unit's badge."""
    import cv2
    import numpy as np

    half = np.array([[0, 0.10], [0.35, -0.25], [0.95, -0.50], [1.25, -0.42], [0.85, -0.12], [0.95, 0.02], [0.55, 0.12],
                     [0.60, 0.28], [0.12, 0.28], [0.22, 0.75], [0, 0.68]])  # fmt: skip
    outline = np.concatenate([half, half[::-1] * [-1, 1]]) * size + [x, y]
    cv2.fillPoly(wall, [outline.astype(np.int32)], (40, 60, 92), cv2.LINE_AA)
    cv2.circle(wall, (x, y - size // 10), size // 6, (50, 74, 110), -1, cv2.LINE_AA)


def badge(size: int, seed: int) -> "Picture":
    """A round badge with the falcon on it, on plaster."""
    import cv2

    painted = plain_wall(size, size, PLASTER, seed)
    cv2.circle(painted, (size // 2, size // 2), size // 2 - 8, (70, 120, 40), -1, cv2.LINE_AA)
    cv2.circle(painted, (size // 2, size // 2), size // 2 - 24, (210, 225, 232), -1, cv2.LINE_AA)
    _bird(painted, size // 2, size // 2, size // 4)
    return painted
