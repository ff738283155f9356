"""Optional models and data that the readers of images and sound may use.

They are passed to the worker process on its command line: paths of installed software, never of a site, a case file
or a clip.
"""

import json
from dataclasses import asdict, dataclass

from opsec.model.depth import Depth


@dataclass(frozen=True, slots=True)
class ReaderResources:
    """Paths of optional models; a reader without its model reports *not configured*."""

    tessdata: str | None = None
    """Folder with the language data of tesseract (``ara.traineddata``, ``eng.traineddata``)."""
    speech_model: str | None = None
    """Folder of a faster-whisper model."""
    aliked: str | None = None
    """ONNX file of ALIKED, which extracts the features of landmarks."""
    disk: str | None = None
    """ONNX file of DISK, used instead."""
    learned_models: str | None = None
    """Folder of landmark models for clips of which SIFT is not certain; empty: one is configured and does not work."""

    depth: Depth = "normal"
    """``quick``: no frame and no sound is decoded; ``full``: frames that show nothing new are searched too."""

    @property
    def landmark_model(self) -> tuple[str, str] | None:
        """Method and file of the feature extraction model; None: SIFT is used."""
        for method, path in (("aliked", self.aliked), ("disk", self.disk)):
            if path is not None:
                return method, path
        return None

    def to_argument(self) -> str:
        """Encode as one argument of a command line."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_argument(cls, argument: str) -> "ReaderResources":
        """Decode an argument of the command line."""
        return cls(**json.loads(argument))
