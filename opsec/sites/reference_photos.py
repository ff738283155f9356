"""Reference photos of landmarks: path and content hash."""

import hashlib
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass

from opsec.model import Site
from opsec.sites.file_names import LANDMARKS
from opsec.sites.pack import open_sites
from opsec.sites.packed_tree import PackedPath, SitePath

PHOTO_MIB = 256
"""Larger files are not photos from a phone or camera and are not opened."""


@dataclass(frozen=True, slots=True)
class ReferencePhoto:
    """One reference photo of a landmark."""

    site: str
    landmark: str
    path: SitePath
    sha256: str | None
    """SHA-256 of the file; None when it cannot be opened."""


def reference_photos(sites: Sequence[Site], folder: SitePath) -> tuple[ReferencePhoto, ...]:
    """List the photos of all landmarks of these sites, which were loaded from ``folder``, in their order."""
    folder = open_sites(folder)
    return tuple(
        ReferencePhoto(site.id, landmark.id, path, _sha256(path))
        for site in sites
        for landmark in site.landmarks
        for path in (folder / site.id / LANDMARKS / landmark.id / name for name in landmark.photos)
    )


def _sha256(path: SitePath) -> str | None:
    """Hash a regular file without blocking on a pipe or device."""
    if isinstance(path, PackedPath):
        content = path.read(PHOTO_MIB * 2**20 + 1)
        return hashlib.sha256(content).hexdigest() if len(content) <= PHOTO_MIB * 2**20 else None
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as stream:
            seen = os.fstat(stream.fileno())
            if not stat.S_ISREG(seen.st_mode) or seen.st_size > PHOTO_MIB * 2**20:
                return None
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None  # enrolment opens the photo again and reports the error
