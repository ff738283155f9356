"""On-disk cache of enrolled reference photos, beside the case file, by the fingerprint of each photo.

It shows our own places: only its owner may read the folder (0700, files 0600), and files that belong to no photo of the
current sites are removed. A file that cannot be used is computed anew; a cache without a folder stores nothing.
"""

import base64
import io
import os
import secrets
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsec.errors import CaseError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import decode_path, escape_unsafe
from opsec.matching.landmarks.enrolment import VERSION, ReferenceFeatures
from opsec.matching.landmarks.photo_loader import EnrolledPhoto
from opsec.model import Picture
from opsec.vision.features.local_features import SIFT, SIFT_DESCRIPTOR_SIZE, LocalFeatures

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SUFFIX = ".npz"


@dataclass(frozen=True, slots=True)
class FeatureCache:
    """A folder of enrolled photos."""

    folder: Path | None
    """None: nothing is stored."""
    extractor: str = SIFT
    """Name of the extractor; features of another extractor are not returned."""

    def subfolder(self, name: str) -> "FeatureCache":
        """Return a cache in a folder inside this one, for the same photos by another extractor."""
        return FeatureCache(None if self.folder is None else self.folder / name)

    def load_photo(self, sha256: str) -> EnrolledPhoto | None:
        """Load a photo by its fingerprint; None when nothing usable is stored."""
        arrays = self._read(self._file_name(sha256))
        try:
            return _decode_photo(arrays, self.extractor) if arrays else None
        except (KeyError, ValueError, IndexError):
            return None

    def store_photo(self, sha256: str, photo: EnrolledPhoto) -> None:
        """Store an enrolled photo under its fingerprint.

        Raises
        ------
        CaseError
            The folder cannot be written.
        """
        features, mirrored, thumbnail = photo.features.features, photo.features.mirrored, photo.thumbnail
        more = {} if mirrored is None else {
            "flipped_keypoints": mirrored.keypoints,
            "flipped_descriptors": mirrored.descriptors,
            "flipped_own": [photo.features.mirrored_n_original],
        }  # fmt: skip
        self._write(
            self._file_name(sha256),
            {
                "keypoints": features.keypoints,
                "descriptors": features.descriptors,
                "numbers": [features.width_px, features.height_px, photo.features.n_original],
                "picture_px": [thumbnail.width_px, thumbnail.height_px],
                "jpeg": list(base64.b64decode(thumbnail.jpeg_base64)),
                **more,
            },
        )

    def load_index(self, sha256: str) -> bytes | None:
        """Load the serialised index of a set of photos, by the fingerprint of the set; None when there is none."""
        arrays = self._read(f"index-{self._file_name(sha256)}")
        return bytes(arrays["index"].tobytes()) if arrays and "index" in arrays else None

    def store_index(self, sha256: str, serialised: bytes) -> None:
        """Store the serialised index of a set of photos. Raises ``CaseError`` as ``store_photo`` does."""
        import numpy as np

        self._write(f"index-{self._file_name(sha256)}", {"index": np.frombuffer(serialised, np.uint8)})

    def prune(self, wanted: Collection[str]) -> None:
        """Remove the files of photos and sets that are not among the wanted fingerprints."""
        if self.folder is None or not self.folder.is_dir():
            return
        names = {name for sha256 in wanted for name in (self._file_name(sha256), f"index-{self._file_name(sha256)}")}
        for path in self.folder.iterdir():
            if path.suffix == _SUFFIX and path.name not in names:
                path.unlink(missing_ok=True)

    def _file_name(self, sha256: str) -> str:
        extractor = "" if self.extractor == SIFT else f"-{self.extractor}"
        return f"{sha256}-{VERSION}{extractor}{_SUFFIX}"

    def _read(self, name: str) -> "Mapping[str, NDArray[Any]] | None":
        import numpy as np

        if self.folder is None:
            return None
        try:
            raw = (self.folder / name).read_bytes()
            with np.load(io.BytesIO(raw), allow_pickle=False) as stored:
                return {key: stored[key] for key in stored.files}
        except (OSError, ValueError, EOFError, zipfile.BadZipFile):
            return None  # missing or damaged: it is computed anew

    def _write(self, name: str, arrays: Mapping[str, Any]) -> None:
        import numpy as np

        if self.folder is None:
            return
        stream = io.BytesIO()
        kinds: dict[str, Any] = {"numbers": np.int64, "picture_px": np.int64, "jpeg": np.uint8, "flipped_own": np.int64}
        typed: dict[str, Any] = {key: np.asarray(one, kinds.get(key)) for key, one in arrays.items()}
        np.savez(stream, allow_pickle=False, **typed)
        try:
            if not self.folder.parent.is_dir():
                self.folder.parent.mkdir(mode=0o700, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            _write_atomically(self.folder / name, stream.getvalue())
        except OSError as error:
            raise CaseError(
                _(
                    "{file} cannot be written ({error}); the features of landmark photos are cached there, so make "
                    "that folder writable",
                    file=escape_unsafe(decode_path(self.folder)),
                    error=error.strerror or "",
                )
            ) from error


def _write_atomically(path: Path, data: bytes) -> None:
    """Write all of the data or nothing, readable by its owner only."""
    partial = path.parent / f".{secrets.token_hex(8)}.part"
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as stream:
            stream.write(data)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _decode_photo(arrays: "Mapping[str, NDArray[Any]]", extractor: str) -> EnrolledPhoto:
    width_px, height_px, n_original = (int(number) for number in arrays["numbers"])
    thumbnail_width_px, thumbnail_height_px = (int(number) for number in arrays["picture_px"])
    features = _validated(LocalFeatures(width_px, height_px, arrays["keypoints"], arrays["descriptors"], extractor))
    jpeg = base64.b64encode(arrays["jpeg"].tobytes()).decode("ascii")
    thumbnail = Picture(thumbnail_width_px, thumbnail_height_px, jpeg)
    if features.has_orientation:
        return EnrolledPhoto(ReferenceFeatures(features, n_original), thumbnail)
    mirrored = _validated(
        replace(features, keypoints=arrays["flipped_keypoints"], descriptors=arrays["flipped_descriptors"])
    )
    mirrored_n_original = int(arrays["flipped_own"][0])
    return EnrolledPhoto(ReferenceFeatures(features, n_original, mirrored, mirrored_n_original), thumbnail)


def _validated(features: LocalFeatures) -> LocalFeatures:
    """Return the features if the shapes of their arrays agree. Raises ``ValueError``."""
    rows, size = features.descriptors.shape
    wrong_size = features.extractor == SIFT and size != SIFT_DESCRIPTOR_SIZE
    if features.keypoints.shape != (rows, 4) or wrong_size:
        raise ValueError("shape")
    return features
