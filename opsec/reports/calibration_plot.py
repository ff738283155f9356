"""Two plots of a calibration as one SVG (W3C, SVG 1.1): reliability, and the curves of Tippett.

They are drawn here and not by a plotting library, which the program would need for nothing else. The browser shapes the
Arabic of the labels.
"""

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from opsec.i18n.messages import Lang, Message, _, render
from opsec.verdict.calibration.evaluation import LabelledSample
from opsec.verdict.calibration.measures import reliability, tippett

PLOT_PX, MARGIN_PX, GAP_PX = 360.0, 56.0, 40.0
MAX_POWER = 4.0
"""Likelihood ratios are drawn from ``10 ** -MAX_POWER`` to ``10 ** MAX_POWER``."""
BEFORE_COLOUR, AFTER_COLOUR = "#8a8a8a", "#0b5fa5"
MAX_CURVE_POINTS = 400


def draw_calibration(before: LabelledSample, after: LabelledSample, title: Message, lang: Lang) -> bytes:
    """Draw the plots.

    Parameters
    ----------
    before, after
        Posts of both classes with what the table in use and the fitted one say of them.
    title
        What posts they are.
    lang
        Language of the labels.

    Returns
    -------
    bytes
        The SVG in UTF-8; it holds shares and no data of a post.
    """
    width, height = 2 * PLOT_PX + 2 * MARGIN_PX + GAP_PX, PLOT_PX + 3 * MARGIN_PX
    drawn = ((before, BEFORE_COLOUR), (after, AFTER_COLOUR))
    parts = [
        *_axes(0.0, _("printed likelihood"), _("share that truly exposes"), ("0", "0.5", "1"), lang),
        f'<path d="M{_x(0, 0.0):.1f} {_y(0.0):.1f}L{_x(0, 1.0):.1f} {_y(1.0):.1f}" stroke="#bbb" fill="none"/>',
        *(line for sample, colour in drawn for line in _reliability(sample, colour)),
        *_axes(1.0, _("likelihood ratio (power of ten)"), _("share at or above"), ("−4", "0", "4"), lang),
        *(line for sample, colour in drawn for line in _tippett(sample, colour)),
        *_legend(width, height, title, lang),
    ]
    direction = ' direction="rtl"' if lang == "ar" else ""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" font-family="sans-serif" font-size="13" xml:lang="{lang}"{direction}>'
    )
    return "\n".join([head, '<rect width="100%" height="100%" fill="#fff"/>', *parts, "</svg>\n"]).encode()


def _x(plot: float, share: float) -> float:
    return MARGIN_PX + plot * (PLOT_PX + GAP_PX) + share * PLOT_PX


def _y(share: float) -> float:
    return MARGIN_PX + (1.0 - share) * PLOT_PX


def _axes(plot: float, below: Message, beside: Message, ticks: Sequence[str], lang: Lang) -> Iterable[str]:
    yield (
        f'<rect x="{_x(plot, 0):.1f}" y="{_y(1):.1f}" width="{PLOT_PX:g}" height="{PLOT_PX:g}" fill="none" '
        f'stroke="#444"/>'
    )
    for number, tick in enumerate(ticks):
        yield _text(_x(plot, number / 2), _y(0) + 18, tick)
    yield _text(_x(plot, 0.5), _y(0) + 38, render(below, lang))
    yield _text(_x(plot, 0.5), _y(1) - 10, render(beside, lang))


def _reliability(sample: LabelledSample, colour: str) -> Iterable[str]:
    bins = reliability(sample.likelihoods, sample.exposes, sample.weights)
    points = [(_x(0, one.mean_likelihood), _y(one.true_share), one.posts) for one in bins]
    yield _curve([(x, y) for x, y, _posts in points], colour)
    for x, y, posts in points:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{2 + min(6.0, np.log10(posts) * 2):.1f}" fill="{colour}"/>'


def _tippett(sample: LabelledSample, colour: str) -> Iterable[str]:
    data = tippett(sample.log_ratios / np.log(10.0), sample.exposes)
    shares = np.clip((data.log_odds / MAX_POWER + 1) / 2, 0.0, 1.0)
    chosen = np.unique(np.linspace(0, len(shares) - 1, MAX_CURVE_POINTS).astype(int))
    for values, dashes in ((data.exposing, ""), (data.others, "5 4")):
        points = [(_x(1, shares[one]), _y(values[one])) for one in chosen.tolist()]
        yield _curve([(_x(1, 0.0), _y(1.0)), *points, (_x(1, 1.0), points[-1][1])], colour, dashes)


def _curve(points: Sequence[tuple[float, float]], colour: str, dashes: str = "") -> str:
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path d="{path}" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes or "none"}" fill="none"/>'


def _legend(width: float, height: float, title: Message, lang: Lang) -> Iterable[str]:
    yield _text(width / 2, 22, render(title, lang), size=15)
    entries = (
        (_("grey: table in use; blue: fitted, on posts that it has not seen"), height - 44),
        (_("solid: posts that expose a site; dashed: others"), height - 22),
    )
    for message, y in entries:
        yield _text(width / 2, y, render(message, lang))


def _text(x: float, y: float, text: str, size: int = 13) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-size="{size}">{escape(text)}</text>'
