"""A landmark as it was recognised, for a person to check at a glance: the frame with what was recognised outlined and,
on the officer's own page only, our photo beside it with a line between each two places that agree.

The pictures are put into one drawing (SVG) and opened by the browser alone: this program never decodes a picture
that came from a clip.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from opsec.i18n.messages import Lang, Message, _, say
from opsec.model import Hint, Match, Picture, Sighting
from opsec.model.own_photos import photo_key

_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_GAP_PX = 12.0
_HIGH_PX = 420.0
"""Height to which both pictures are drawn."""
_MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class Drawn:
    """One picture in the drawing."""

    source: str
    """A ``data:`` address (RFC 2397)."""
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class LandmarkView:
    """What the template draws; all measures in units of the drawing."""

    frame: Drawn
    photo: Drawn | None
    """Our own photo; none in a report that travels."""
    width: float
    height: float
    outline: str
    """Corners, as ``points`` of a polygon."""
    lines: tuple[tuple[str, str, str, str], ...]
    """From a place of the frame to that of the photo."""
    places: tuple[tuple[str, str], ...]
    """Places of the frame that agree."""
    alt: str
    facts: tuple[str, ...]


def landmark_view(
    match: Match, hints: Mapping[str, Hint], photos: Mapping[str, Picture], lang: Lang
) -> LandmarkView | None:
    """The view of a match; none when it is of another rule or its picture was not kept."""
    picture = hints[match.hint_ids[0]].picture
    if match.sighting is None or picture is None or not _BASE64.fullmatch(picture.jpeg_base64):
        return None
    sighting = match.sighting
    own = photos.get(photo_key(match.site, match.landmark, sighting.photo))
    frame = _drawn(picture, 0.0)
    photo = _drawn(own, frame.width + _GAP_PX) if own else None
    outline = (_at(x, y, frame) for x, y in sighting.outline)
    lines = [(*_at(x, y, frame), *_at(x2, y2, photo)) for x, y, x2, y2 in sighting.lines[:_MOST_LINES]] if photo else []
    return LandmarkView(
        frame=frame,
        photo=photo,
        width=round(photo.left + photo.width if photo else frame.width, 1),
        height=_HIGH_PX,
        outline=" ".join(f"{x},{y}" for x, y in outline),
        lines=tuple(lines),
        places=tuple(_at(x, y, frame) for x, y, _x2, _y2 in sighting.lines),
        alt=say(_alt(photo is not None), lang),
        facts=tuple(_facts(sighting, lang)),
    )


def _drawn(picture: Picture, left: float) -> Drawn:
    source = f"data:image/jpeg;base64,{picture.jpeg_base64}"
    return Drawn(source, left, round(_HIGH_PX * picture.width_px / picture.height_px, 1))


def _at(x: float, y: float, drawn: Drawn) -> tuple[str, str]:
    return f"{drawn.left + x * drawn.width:.1f}", f"{y * _HIGH_PX:.1f}"


def _alt(beside: bool) -> Message:
    if beside:
        return _("the frame, what was recognised outlined, beside our photo; lines join places that agree")
    return _("the frame, what was recognised outlined; dots are places that agree with our photo")


def _facts(sighting: Sighting, lang: Lang) -> list[str]:
    times = ", ".join(
        f"{at_s:.1f}\N{NO-BREAK SPACE}s\N{NO-BREAK SPACE}({inliers})" for at_s, inliers in sighting.pictures
    )
    facts = [
        _(
            "pictures looked at that show it, and agreeing places in each (two that look like others count as one): "
            "{times}",
            times=times,
        )
    ]
    facts.append(_("landmarks compared: {count}", count=sighting.compared))
    if sighting.mirrored:
        facts.append(_("the clip is flipped left and right"))
    if sighting.one_of:
        facts.append(_("other landmarks that look alike: {count}", count=len(sighting.one_of)))
    return [say(fact, lang) for fact in facts]
