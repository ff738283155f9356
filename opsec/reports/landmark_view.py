"""A recognised landmark as a drawing that a person can verify: the frame with the recognised area outlined and, on the
officer's own page only, the reference photo beside it with lines between matching points.

Both images are embedded in one SVG and decoded by the browser alone: this process never decodes an image from a clip.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from opsec.i18n.messages import Lang, Message, _, render
from opsec.i18n.safe_text import escape_unsafe
from opsec.model import Hint, Match, Picture, Sighting
from opsec.model.finding import own_photo_key
from opsec.reports.value_format import join_list
from opsec.vision.features.model_folder import is_learned

_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_GAP_PX = 12.0
_HEIGHT_PX = 420.0
"""Height of both images in the drawing."""
_MAX_LINES = 40


@dataclass(frozen=True, slots=True)
class PlacedImage:
    """An image and its position in the drawing."""

    source: str
    """A ``data:`` URL (RFC 2397)."""
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class LandmarkView:
    """What the template draws; all lengths in units of the drawing."""

    frame: PlacedImage
    photo: PlacedImage | None
    """Our reference photo; None in reports that leave the machine."""
    width: float
    height: float
    outline: str
    """Corners of the recognised area, as ``points`` of a polygon."""
    lines: tuple[tuple[str, str, str, str], ...]
    """x1, y1, x2, y2 of lines from a point of the frame to the matching point of the photo."""
    points: tuple[tuple[str, str], ...]
    """x, y of the matching points of the frame."""
    alt: str
    """Alternative text of the drawing."""
    facts: tuple[str, ...]


def build_landmark_view(
    match: Match, hints: Mapping[str, Hint], photos: Mapping[str, Picture], lang: Lang
) -> LandmarkView | None:
    """Build the drawing of a landmark match.

    Parameters
    ----------
    match
        A match of any rule.
    hints
        The hints of the clip by id.
    photos
        Reference photos by ``own_photo_key``; empty for reports that leave the machine.
    lang
        Language of the captions.

    Returns
    -------
    LandmarkView | None
        None for matches of other rules and for matches whose frame was not stored.
    """
    picture = hints[match.hint_ids[0]].picture
    if match.sighting is None or picture is None or not _BASE64.fullmatch(picture.jpeg_base64):
        return None
    sighting = match.sighting
    own = photos.get(own_photo_key(match.site, match.landmark, sighting.photo))
    frame = _place_image(picture, 0.0)
    photo = _place_image(own, frame.width + _GAP_PX) if own else None
    outline = (_to_drawing(x, y, frame) for x, y in sighting.outline)
    lines = (
        [(*_to_drawing(x, y, frame), *_to_drawing(x2, y2, photo)) for x, y, x2, y2 in sighting.lines[:_MAX_LINES]]
        if photo
        else []
    )
    return LandmarkView(
        frame=frame,
        photo=photo,
        width=round(photo.left + photo.width if photo else frame.width, 1),
        height=_HEIGHT_PX,
        outline=" ".join(f"{x},{y}" for x, y in outline),
        lines=tuple(lines),
        points=tuple(_to_drawing(x, y, frame) for x, y, _x2, _y2 in sighting.lines),
        alt=render(_alt_text(photo is not None), lang),
        facts=(*(_name_facts(match, sighting, lang) if own else ()), *_facts(sighting, lang)),
    )


def _place_image(picture: Picture, left: float) -> PlacedImage:
    source = f"data:image/jpeg;base64,{picture.jpeg_base64}"
    return PlacedImage(source, left, round(_HEIGHT_PX * picture.width_px / picture.height_px, 1))


def _to_drawing(x: float, y: float, drawn: PlacedImage) -> tuple[str, str]:
    return f"{drawn.left + x * drawn.width:.1f}", f"{y * _HEIGHT_PX:.1f}"


def _alt_text(beside: bool) -> Message:
    if beside:
        return _("the frame with the recognised area outlined, beside our photo; lines join matching points")
    return _("the frame with the recognised area outlined; dots mark points that match our photo")


def _time_message(at_s: float, inliers: int) -> Message:
    return _("{time}\N{NO-BREAK SPACE}s\N{NO-BREAK SPACE}({count})", time=f"{at_s:.1f}", count=inliers)


def landmark_name(sighting: Sighting, landmark: str | None, lang: Lang) -> str:
    """Return the name of a landmark in a language; in another one, or its id, where it has none in this."""
    names = dict(sighting.names)
    return names.get(lang) or next(iter(names.values()), landmark or "")


def _name_facts(match: Match, sighting: Sighting, lang: Lang) -> list[str]:
    """Name the landmark and its zone, on the officer's own page."""
    name = escape_unsafe(landmark_name(sighting, match.landmark, lang))
    if not match.zone:
        return [render(_("landmark: {name}", name=name), lang)]
    return [render(_("landmark: {name}, in {zone}", name=name, zone=escape_unsafe(match.zone)), lang)]


def _facts(sighting: Sighting, lang: Lang) -> list[str]:
    times = join_list((render(_time_message(at_s, inliers), lang) for at_s, inliers in sighting.pictures), lang)
    facts = [
        _(
            "frames that show it, with the number of matching points (repeated patterns count once): {times}",
            times=times,
        ),
    ]
    facts.append(_("landmarks compared: {count}", count=sighting.compared))
    if is_learned(sighting.extractor):
        facts.append(_("recognised by the landmark model, where the built-in features were not certain"))
    if sighting.mirrored:
        facts.append(_("the clip is mirrored"))
    if sighting.one_of:
        facts.append(_("other landmarks that look the same: {count}", count=len(sighting.one_of)))
    return [render(fact, lang) for fact in facts]
