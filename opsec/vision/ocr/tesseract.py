"""Tesseract as a reader of single lines, in this process: Arabic and English apart, never as one language.

Language data come from the system or from a folder that the officer names; nothing is fetched. "Raw line" (page
segmentation mode 13) keeps tesseract from looking for columns in a line, which loses half of all Arabic.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from opsec.vision.ocr.rover_voting import Reading
from opsec.vision.ocr.text_cleanup import arabic_share, tidy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tesserocr import PyTessBaseAPI

Tongue = Literal["ara", "eng"]
TONGUES: tuple[Tongue, ...] = ("ara", "eng")
SYSTEM_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tesseract-ocr/4.00/tessdata", "/usr/share/tessdata",
    "/usr/local/share/tessdata", "/opt/homebrew/share/tessdata",
)  # fmt: skip
_RAW_LINE, _LSTM_ONLY = 13, 1
_DPI = "150"


def data_of(tongue: Tongue, folder: str | None) -> Path | None:
    """The language data of a tongue: in this folder, or where systems keep them; none if they are not there."""
    folders = SYSTEM_FOLDERS if folder is None else (folder,)
    files = (Path(place) / f"{tongue}.traineddata" for place in folders)
    return next((file for file in files if file.is_file()), None)


class Tesseract:
    """Both tongues, loaded once and used for all lines of a clip."""

    def __init__(self, folder: str | None) -> None:
        """Load the language data that are there.

        Raises
        ------
        RuntimeError
            There are none, or tesseract cannot load them.
        """
        self._engines: dict[Tongue, PyTessBaseAPI] = {}
        for tongue in TONGUES:
            data = data_of(tongue, folder)
            if data is not None:
                self._engines[tongue] = _engine(data, tongue)
        if not self._engines:
            raise RuntimeError("no language data")

    @property
    def tongues(self) -> tuple[Tongue, ...]:
        """The tongues that it reads here."""
        return tuple(self._engines)

    def read(self, grey: "NDArray[np.uint8]", tongues: tuple[Tongue, ...] = TONGUES) -> Iterator[Reading]:
        """What each tongue makes of a line, dark on light, shape (h, w); nothing from one that sees no letter."""
        height_px, width_px = grey.shape
        for tongue in tongues:
            engine = self._engines.get(tongue)
            if engine is None:
                continue
            engine.SetImageBytes(grey.tobytes(), width_px, height_px, 1, width_px)
            text = tidy(engine.GetUTF8Text())
            if text:
                share = arabic_share(text)
                fits = share if tongue == "ara" else 1 - share
                yield Reading(text, engine.MeanTextConf() / 100 * fits, tongue)


def _engine(data: Path, tongue: Tongue) -> "PyTessBaseAPI":
    import tesserocr

    engine = tesserocr.PyTessBaseAPI(path=str(data.parent) + os.sep, lang=tongue, psm=_RAW_LINE, oem=_LSTM_ONLY)
    engine.SetVariable("user_defined_dpi", _DPI)
    engine.SetVariable("debug_file", os.devnull)
    return engine
