"""The officer's photos of the landmarks: where each lies and the fingerprint of its content."""

import hashlib
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from opsec.model import Site
from opsec.sites.load import LANDMARKS

PHOTO_MIB = 256
"""A larger file is no photo of a phone; it is not opened."""


@dataclass(frozen=True, slots=True)
class ReferencePhoto:
    """One photo of a landmark."""

    site: str
    landmark: str
    path: Path
    sha256: str | None
    """Of its bytes; none when it cannot be opened."""


def reference_photos(sites: Sequence[Site], folder: Path) -> tuple[ReferencePhoto, ...]:
    """Every photo of every landmark of these sites, which were loaded from this folder; in their order."""
    return tuple(
        ReferencePhoto(site.id, landmark.id, path, _sha256(path))
        for site in sites
        for landmark in site.landmarks
        for path in (folder / site.id / LANDMARKS / landmark.id / name for name in landmark.photos)
    )


def _sha256(path: Path) -> str | None:
    """The fingerprint of a regular file; a pipe or a device is not waited for."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as stream:
            seen = os.fstat(stream.fileno())
            if not stat.S_ISREG(seen.st_mode) or seen.st_size > PHOTO_MIB * 2**20:
                return None
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None  # whoever opens the photo to look at it says why it cannot be
