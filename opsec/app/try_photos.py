"""Trial of the landmark photos: a few clips of the officer's own show which landmarks would be recognised.

The clips are scanned as any others are, without a case file, so that nothing of the trial is kept.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from opsec.app.scan import scan
from opsec.errors import SitesError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import decode_path, escape_unsafe
from opsec.matching.landmarks.photo_loader import DecodedPhoto, decode_photo
from opsec.model import Landmark, Match, Picture, Result, Scan, Site
from opsec.settings import Settings
from opsec.sites.load import load_sites
from opsec.sites.pack import open_sites
from opsec.sites.reference_photos import reference_photos

FLAGGING = ("probable", "strong")


@dataclass(frozen=True, slots=True)
class TriedLandmark:
    """A landmark and the clips of the trial in which it was recognised."""

    site: Site
    landmark: Landmark
    photo: Picture | None
    """Small picture of its first usable photo."""
    clips: tuple[str, ...]
    """Paths of the clips."""


@dataclass(frozen=True, slots=True)
class PhotoTrial:
    """What a trial showed."""

    scan: Scan
    landmarks: tuple[TriedLandmark, ...]


def recognised(result: Result) -> list[Match]:
    """Return the landmarks that a clip shows surely enough to flag it."""
    return [match for match in result.matches if match.sighting is not None and match.grade in FLAGGING]


def try_photos(
    clips: Path, *, sites: str | os.PathLike[str] | None = None, settings: Settings | None = None
) -> PhotoTrial:
    """Scan clips of the officer's own and tell which landmarks are recognised in them.

    Parameters
    ----------
    clips
        Folder, archive or file.
    sites
        Folder of site folders; default: the one of the settings.
    settings
        Default: the defaults.

    Raises
    ------
    UsageError, SettingsError, SitesError
        As ``scan`` raises them; ``SitesError`` also when no landmark has a photo.
    """
    settings = settings or Settings()
    where = Path(sites or settings.sites)
    own = load_sites(open_sites(where), settings.home)
    if not any(landmark.photos for site in own for landmark in site.landmarks):
        raise SitesError(
            _(
                "no landmark under {folder} has a photo; put photos into landmarks/NAME of a site",
                folder=escape_unsafe(decode_path(where)),
            )
        )
    done = scan([clips], sites=where, settings=settings, own_photos=True)
    return PhotoTrial(done, tuple(_tried_landmarks(own, where, done.results)))


def _tried_landmarks(sites: Sequence[Site], where: Path, results: Sequence[Result]) -> list[TriedLandmark]:
    photos = reference_photos(sites, open_sites(where))
    shown = {(match.site, match.landmark, result.clip.path) for result in results for match in recognised(result)}
    tried = []
    for site in sites:
        for landmark in (one for one in site.landmarks if one.photos):
            own = (photo for photo in photos if (photo.site, photo.landmark) == (site.id, landmark.id))
            decoded = (decode_photo(photo) for photo in own)
            picture = next((one.thumbnail for one in decoded if isinstance(one, DecodedPhoto)), None)
            paths = tuple(path for one, other, path in sorted(shown, key=str) if (one, other) == (site.id, landmark.id))
            tried.append(TriedLandmark(site, landmark, picture, paths))
    return tried
