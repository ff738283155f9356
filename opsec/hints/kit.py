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

    def argument(self) -> str:
        """As it stands on a command line."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def of(cls, argument: str) -> "Kit":
        """From the command line."""
        return cls(**json.loads(argument))
