"""What was worked out of the reference photos, kept beside the case file under the fingerprint of each photo.

It shows our own places: the folder is for its owner's eyes (0700, files 0600), and what belongs to no photo of
today's sites is removed. A file that cannot be used any more is made anew; a shelf without a folder keeps nothing.
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
from opsec.i18n.safe_text import path_text, plain
from opsec.matching.landmarks.enrolment import VERSION, Enrolled
from opsec.matching.landmarks.photo_loader import KnownPhoto
from opsec.model import Picture
from opsec.vision.features.local_features import COMPONENTS, SIFT, Extracted

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ENDING = ".npz"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of enrolled photos."""

    folder: Path | None
    maker: str = SIFT
    """What finds the features; those of another are not taken for its own."""

    def photo(self, sha256: str) -> KnownPhoto | None:
        """What is kept of a photo; none when nothing usable is."""
        arrays = self._arrays(self._name(sha256))
        try:
            return _rebuilt(arrays, self.maker) if arrays else None
        except (KeyError, ValueError, IndexError):
            return None

    def keep_photo(self, sha256: str, known: KnownPhoto) -> None:
        """Keep what a photo gave."""
        features, flipped, picture = known.enrolled.features, known.enrolled.flipped, known.picture
        more = {} if flipped is None else {
            "flipped_keypoints": flipped.keypoints,
            "flipped_descriptors": flipped.descriptors,
            "flipped_own": [known.enrolled.flipped_own],
        }  # fmt: skip
        self._write(
            self._name(sha256),
            {
                "keypoints": features.keypoints,
                "descriptors": features.descriptors,
                "numbers": [features.width_px, features.height_px, known.enrolled.own],
                "picture_px": [picture.width_px, picture.height_px],
                "jpeg": list(base64.b64decode(picture.jpeg_base64)),
                **more,
            },
        )

    def index(self, sha256: str) -> bytes | None:
        """The index of a set of photos, by the fingerprint of the set."""
        arrays = self._arrays(f"index-{self._name(sha256)}")
        return bytes(arrays["index"].tobytes()) if arrays and "index" in arrays else None

    def keep_index(self, sha256: str, packed: bytes) -> None:
        """Keep the index of a set of photos."""
        import numpy as np

        self._write(f"index-{self._name(sha256)}", {"index": np.frombuffer(packed, np.uint8)})

    def clear_but(self, wanted: Collection[str]) -> None:
        """Remove what belongs to none of these fingerprints."""
        if self.folder is None or not self.folder.is_dir():
            return
        names = {name for sha256 in wanted for name in (self._name(sha256), f"index-{self._name(sha256)}")}
        for path in self.folder.iterdir():
            if path.suffix == _ENDING and path.name not in names:
                path.unlink(missing_ok=True)

    def _name(self, sha256: str) -> str:
        maker = "" if self.maker == SIFT else f"-{self.maker}"
        return f"{sha256}-{VERSION}{maker}{_ENDING}"

    def _arrays(self, name: str) -> "Mapping[str, NDArray[Any]] | None":
        import numpy as np

        if self.folder is None:
            return None
        try:
            raw = (self.folder / name).read_bytes()
            with np.load(io.BytesIO(raw), allow_pickle=False) as kept:
                return {key: kept[key] for key in kept.files}
        except (OSError, ValueError, EOFError, zipfile.BadZipFile):
            return None  # not there, or damaged: it is made anew

    def _write(self, name: str, arrays: Mapping[str, Any]) -> None:
        import numpy as np

        if self.folder is None:
            return
        stream = io.BytesIO()
        kinds: dict[str, Any] = {"numbers": np.int64, "picture_px": np.int64, "jpeg": np.uint8, "flipped_own": np.int64}
        typed: dict[str, Any] = {key: np.asarray(one, kinds.get(key)) for key, one in arrays.items()}
        np.savez(stream, allow_pickle=False, **typed)
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            _put(self.folder / name, stream.getvalue())
        except OSError as error:
            raise CaseError(
                _(
                    "{file} cannot be written ({error}); what is known of the landmarks is kept there",
                    file=plain(path_text(self.folder)),
                    error=error.strerror or "",
                )
            ) from error


def _put(path: Path, data: bytes) -> None:
    """All of it or nothing, for its owner's eyes."""
    half = path.parent / f".{secrets.token_hex(8)}.part"
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as stream:
            stream.write(data)
        half.replace(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise


def _rebuilt(arrays: "Mapping[str, NDArray[Any]]", maker: str) -> KnownPhoto:
    width_px, height_px, own = (int(number) for number in arrays["numbers"])
    across, down = (int(number) for number in arrays["picture_px"])
    features = _sound(Extracted(width_px, height_px, arrays["keypoints"], arrays["descriptors"], maker))
    jpeg = base64.b64encode(arrays["jpeg"].tobytes()).decode("ascii")
    picture = Picture(across, down, jpeg)
    if not features.upright:
        return KnownPhoto(Enrolled(features, own), picture)
    kept = _sound(replace(features, keypoints=arrays["flipped_keypoints"], descriptors=arrays["flipped_descriptors"]))
    return KnownPhoto(Enrolled(features, own, kept, int(arrays["flipped_own"][0])), picture)


def _sound(features: Extracted) -> Extracted:
    """The features, if every row has its keypoint. Raises ``ValueError``."""
    rows, components = features.descriptors.shape
    by_sift = features.maker == SIFT and components != COMPONENTS
    if features.keypoints.shape != (rows, 4) or by_sift:
        raise ValueError("shape")
    return features
