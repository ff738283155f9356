"""What to blur of a clip: the boxes of the signs and landmarks by which it was matched with a site."""

from collections.abc import Iterator, Sequence

from opsec.cleaning.records import BlurRegion, ShareBox
from opsec.model import Hint, Match, Result

TEXT_MARGIN = (0.15, 0.35)
"""Margin around a text, as shares of its width and its height: letters reach beyond the box of a line."""
LANDMARK_MARGIN = (0.10, 0.10)
"""Margin around a landmark, as shares of its width and its height."""
MIN_MARGIN = 0.01
"""Least margin, as a share of the frame."""
SPAN_S = 1.0
"""A whole frame is blurred so long before and after the moments in which something is still recognised."""
_WHOLE_FRAME: ShareBox = (0.0, 0.0, 1.0, 1.0)


def blur_regions(result: Result) -> tuple[BlurRegion, ...]:
    """Return the regions that show what the matches of a clip rest on; no site, name or reason is in them."""
    hints = {hint.id: hint for hint in result.clip.hints}
    found = [region for match in result.matches for region in _match_regions(match, hints)]
    return tuple(dict.fromkeys(found))


def whole_frames(regions: Sequence[BlurRegion]) -> tuple[BlurRegion, ...]:
    """Return regions that cover the whole frame while these are in view."""
    return tuple(
        BlurRegion(one.at_s, _WHOLE_FRAME, max(0.0, one.from_s - SPAN_S), one.until_s + SPAN_S, is_fixed=True)
        for one in regions
    )


def _match_regions(match: Match, hints: dict[str, Hint]) -> Iterator[BlurRegion]:
    for hint in (hints[number] for number in match.hint_ids):
        if hint.box is not None:
            left, top, width, height = hint.box
            at_s = hint.box_at_s if hint.box_at_s is not None else hint.at_s or 0.0
            yield BlurRegion(
                at_s=at_s,
                box=_grown((left, top, left + width, top + height), TEXT_MARGIN),
                from_s=min(at_s, hint.at_s or 0.0),
                until_s=max(at_s, hint.until_s or 0.0),
                is_fixed=hint.family == "TEXT",
            )
    if match.sighting is not None and match.sighting.outline:
        times_s = [at_s for at_s, _inliers in match.sighting.pictures] or [0.0]
        across, down = ([point[axis] for point in match.sighting.outline] for axis in (0, 1))
        yield BlurRegion(
            at_s=hints[match.hint_ids[0]].at_s or 0.0,  # the best frame comes first
            box=_grown((min(across), min(down), max(across), max(down)), LANDMARK_MARGIN),
            from_s=min(times_s),
            until_s=max(times_s),
        )


def _grown(box: ShareBox, margin: tuple[float, float]) -> ShareBox:
    """Return a box with a margin on every side, within the frame."""
    left, top, right, bottom = box
    across = max(MIN_MARGIN, margin[0] * (right - left))
    down = max(MIN_MARGIN, margin[1] * (bottom - top))
    return max(0.0, left - across), max(0.0, top - down), min(1.0, right + across), min(1.0, bottom + down)
