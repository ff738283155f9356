"""What the readers of pictures and sound may use besides the file: data and models that the officer installed.

It crosses to the reading process on its command line. It names folders of this machine's software and
never a site, a case file or a clip.
"""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Kit:
    """Each piece is optional; a reader without its piece says *not configured*."""

    tessdata: str | None = None
    """Folder with the language data of tesseract (``ara.traineddata``, ``eng.traineddata``)."""
    speech_model: str | None = None
    """Folder of a faster-whisper model."""
    aliked: str | None = None
    """ONNX file that finds the features of landmarks."""
    disk: str | None = None
    """Another, instead."""

    @property
    def landmark_model(self) -> tuple[str, str] | None:
        """The method and the file of the model that finds the features of landmarks; none: SIFT does."""
        for method, path in (("aliked", self.aliked), ("disk", self.disk)):
            if path is not None:
                return method, path
        return None

    def argument(self) -> str:
        """As it stands on a command line."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def of(cls, argument: str) -> "Kit":
        """From the command line."""
        return cls(**json.loads(argument))
