"""Plot of a run of the speed benchmark as SVG: the stages of each class of clips, and the growth curves."""

import math
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from tests.benchmarks.speed.measures import Figure

WIDTH, HEIGHT = 1_100, 460
_COLORS = ("#4269d0", "#efb118", "#ff725c", "#6cc5b0", "#3ca951", "#a463f2", "#97bbf5", "#9c6b4e", "#9498a0", "#ff8ab7")
_STAGE, _PART = "stage: ", "stage: signs, "
_BASE_Y, _TOP_Y = 420.0, 40.0


def plot_figures(figures: Sequence[Figure]) -> str:
    """Draw stacked stages on the left, in D, and growth on the right, both axes logarithmic."""
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="11"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {box}>'
    return "\n".join(
        [head, '<rect width="100%" height="100%" fill="#fff"/>', *_stages(figures), *_growth(figures), "</svg>"]
    )


def _stages(figures: Sequence[Figure]) -> Iterator[str]:
    """Yield a column for each class of clips, its stages upon each other."""
    stages = [one for one in figures if one.name.startswith(_STAGE) and not one.name.startswith(_PART)]
    names = list(dict.fromkeys(one.name for one in stages))
    sizes = list(dict.fromkeys(one.of for one in stages))
    tallest = max((sum(one.value for one in stages if one.of == size) for size in sizes), default=1.0)
    scale = (_BASE_Y - _TOP_Y) / tallest
    yield _text(20, 20, "CPU time of reading, in D")
    for column, size in enumerate(sizes):
        x, y = 30 + 110 * column, _BASE_Y
        for one in (one for one in stages if one.of == size):
            height, color = one.value * scale, _COLORS[names.index(one.name) % len(_COLORS)]
            y -= height
            yield f'<rect x="{x}" y="{y:.1f}" width="80" height="{height:.1f}" fill="{color}"/>'
        yield _text(x, _BASE_Y + 16, f"{size}: {sum(one.value for one in stages if one.of == size):.1f} D")
    for row, name in enumerate(names):
        y = 40 + 16 * row
        yield f'<rect x="370" y="{y - 9}" width="10" height="10" fill="{_COLORS[row % len(_COLORS)]}"/>'
        yield _text(385, y, name.removeprefix(_STAGE))


def _growth(figures: Sequence[Figure]) -> Iterator[str]:
    """Yield a line for each figure that was measured at several sizes."""
    curves: dict[str, list[tuple[float, float]]] = {}
    for one in figures:
        count, _space, kind = one.of.partition(" ")
        if kind and count.replace(",", "").isdigit() and one.value > 0:
            points = curves.setdefault(f"{one.name} by {kind}, {one.unit}", [])
            points.append((math.log10(int(count.replace(",", ""))), math.log10(one.value)))
    if not curves:
        return
    xs, ys = zip(*(point for points in curves.values() for point in points), strict=True)
    yield _text(540, 20, f"growth, from {10 ** min(xs):,.0f} to {10 ** max(xs):,.0f}; both axes logarithmic")
    for number, (name, points) in enumerate(curves.items()):
        color = _COLORS[number % len(_COLORS)]
        placed = [(540 + 280 * _share(x, xs), _BASE_Y - (_BASE_Y - _TOP_Y) * _share(y, ys)) for x, y in sorted(points)]
        for (left, top), (right, bottom) in pairwise(placed):
            yield f'<line x1="{left:.1f}" y1="{top:.1f}" x2="{right:.1f}" y2="{bottom:.1f}" stroke="{color}"/>'
        yield f'<rect x="840" y="{31 + 16 * number}" width="10" height="10" fill="{color}"/>'
        yield _text(855, 40 + 16 * number, f"{name}: {10 ** points[0][1]:.3g} to {10 ** points[-1][1]:.3g}")


def _share(value: float, values: Sequence[float]) -> float:
    low, high = min(values), max(values)
    return (value - low) / (high - low) if high > low else 0.5


def _text(x: float, y: float, text: str) -> str:
    return f'<text x="{x:g}" y="{y:g}">{escape(text)}</text>'
