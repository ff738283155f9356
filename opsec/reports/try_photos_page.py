"""The page of a trial of landmark photos: each clip beside what was recognised in it, or beside the photos it missed.

The page shows our own places, and belongs to the officer alone.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from opsec.i18n.messages import Lang, Message, _, ngettext, render
from opsec.i18n.safe_text import escape_unsafe
from opsec.model import Landmark, Match, Picture, Result, Site
from opsec.reports.html import render_template
from opsec.reports.landmark_view import LandmarkView, build_landmark_view

_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")

LandmarkRow = tuple[Site, Landmark, Picture | None, int]
"""A landmark, a picture of it, and the number of clips in which it was recognised."""


@dataclass(frozen=True, slots=True)
class TriedClipView:
    """One clip of the trial."""

    path: str
    sentence: str
    recognised: bool
    views: list[LandmarkView]
    frame: str | None
    """``data:`` URL of a frame of the clip, where nothing was recognised in it."""


@dataclass(frozen=True, slots=True)
class TriedLandmarkView:
    """One landmark of the trial."""

    name: str
    site: str
    sentence: str
    recognised: bool
    picture: str | None


def own_name(landmark: Landmark, lang: Lang) -> str:
    """Return the name of a landmark in a language; in another one, or its id, where it has none in this."""
    names = landmark.names.get(lang) or next(iter(landmark.names.values()), ())
    return escape_unsafe(names[0] if names else landmark.id)


def clip_sentence(matches: Sequence[Match], names: Mapping[tuple[str, str | None], str], result: Result) -> Message:
    """Tell which landmarks were recognised in a clip."""
    if matches:
        first = matches[0]
        shown = names.get((first.site, first.landmark), first.landmark or "")
        others = len({(one.site, one.landmark) for one in matches}) - 1
        count = first.sighting.inliers if first.sighting else 0
        if others:
            return _(
                "recognised: {name} ({count} matching points) and {others} more", name=shown, count=count, others=others
            )
        return _("recognised: {name} ({count} matching points)", name=shown, count=count)
    if result.clip.coverage.checks.get("landmarks") != "ran":
        return _("not checked for landmarks")
    return _("no landmark was recognised; if it shows one, add a photo from where this was filmed, at that hour")


def landmark_sentence(recognised: int, clips: int) -> Message:
    """Tell in how many clips a landmark was recognised."""
    if not recognised:
        return _("recognised in none of the clips")
    return ngettext("recognised in {n} clip of {clips}", "recognised in {n} clips of {clips}", recognised, clips=clips)


def render_try_photos_page(
    results: Iterable[tuple[Result, Sequence[Match]]],
    landmarks: Sequence[LandmarkRow],
    photos: Mapping[str, Picture],
    lang: Lang,
) -> bytes:
    """Render the page.

    Parameters
    ----------
    results
        Each clip with the matches that flag it.
    landmarks
        All landmarks that have photos.
    photos
        Reference photos of the matches by ``own_photo_key``.
    lang
        Language of the page.
    """
    names: dict[tuple[str, str | None], str] = {
        (site.id, landmark.id): own_name(landmark, lang) for site, landmark, _picture, _count in landmarks
    }
    clips = [_clip_view(result, matches, names, photos, lang) for result, matches in results]
    rows = [
        TriedLandmarkView(
            name=own_name(landmark, lang),
            site=escape_unsafe(site.code),
            sentence=render(landmark_sentence(count, len(clips)), lang),
            recognised=count > 0,
            picture=_source(picture),
        )
        for site, landmark, picture, count in landmarks
    ]
    return render_template("try_photos.html", lang, {"clips": clips, "landmarks": rows})


def _clip_view(
    result: Result,
    matches: Sequence[Match],
    names: Mapping[tuple[str, str | None], str],
    photos: Mapping[str, Picture],
    lang: Lang,
) -> TriedClipView:
    hints = {hint.id: hint for hint in result.clip.hints}
    views = [view for match in matches if (view := build_landmark_view(match, hints, photos, lang))]
    pictures = [hint.picture for hint in result.clip.hints if hint.kind == "features" and hint.picture]
    return TriedClipView(
        path=escape_unsafe(result.clip.path),
        sentence=render(clip_sentence(matches, names, result), lang),
        recognised=bool(matches),
        views=views,
        frame=None if views or not pictures else _source(pictures[len(pictures) // 2]),
    )


def _source(picture: Picture | None) -> str | None:
    """Return a ``data:`` URL (RFC 2397); None for a picture that is not base64, which may come from a hostile clip."""
    if picture is None or not _BASE64.fullmatch(picture.jpeg_base64):
        return None
    return f"data:image/jpeg;base64,{picture.jpeg_base64}"
