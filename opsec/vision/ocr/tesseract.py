"""Tesseract as a recogniser of single lines, in this process: Arabic and English apart, never as one language.

Language data come from the system or from a folder that the officer names; nothing is downloaded. "Raw line" (page
segmentation mode 13) keeps tesseract from looking for columns in a line, which loses half of all Arabic.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from opsec.vision.ocr.rover_voting import Recognition
from opsec.vision.ocr.text_cleanup import arabic_share, clean_ocr_text

if TYPE_CHECKING:
    from tesserocr import PyTessBaseAPI

    from opsec.vision.arrays import GrayImage

OcrLanguage = Literal["ara", "eng"]
"""Language code as tesseract names its data."""
OCR_LANGUAGES: tuple[OcrLanguage, ...] = ("ara", "eng")
SYSTEM_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tesseract-ocr/4.00/tessdata", "/usr/share/tessdata",
    "/usr/local/share/tessdata", "/opt/homebrew/share/tessdata",
)  # fmt: skip
_RAW_LINE, _LSTM_ONLY = 13, 1
_DPI = "150"
_MIN_ARABIC_SHARE = 0.5


def find_language_data(language: OcrLanguage, folder: str | None) -> Path | None:
    """Find the data file of a language; None if it is missing.

    Parameters
    ----------
    language
        The language.
    folder
        Where to look; None: in the folder that the environment variable ``TESSDATA_PREFIX`` names (tesseract's manual,
        section "Environment"), then in the folders of the system.
    """
    own = os.environ.get("TESSDATA_PREFIX")
    system = (*((own, f"{own}/tessdata") if own else ()), *SYSTEM_FOLDERS)
    folders = system if folder is None else (folder,)
    files = (Path(place) / f"{language}.traineddata" for place in folders)
    return next((file for file in files if file.is_file()), None)


def language_of(text: str) -> OcrLanguage:
    """Return the language of a text by its letters: Arabic if more than half of them are."""
    return "ara" if arabic_share(text) > _MIN_ARABIC_SHARE else "eng"


class Tesseract:
    """One engine per language, loaded once and used for all lines of a clip."""

    def __init__(self, folder: str | None) -> None:
        """Load the language data found in ``folder``, or in the system's folders for None.

        Raises
        ------
        RuntimeError
            There are no language data, or tesseract cannot load them.
        """
        self._engines: dict[OcrLanguage, PyTessBaseAPI] = {}
        for language in OCR_LANGUAGES:
            data = find_language_data(language, folder)
            if data is not None:
                self._engines[language] = _open_engine(data, language)
        if not self._engines:
            raise RuntimeError("no language data")

    @property
    def languages(self) -> tuple[OcrLanguage, ...]:
        """The languages whose data are loaded."""
        return tuple(self._engines)

    def recognise(self, gray: "GrayImage", languages: tuple[OcrLanguage, ...] = OCR_LANGUAGES) -> Iterator[Recognition]:
        """Recognise a line in each of these languages; yield nothing for one that sees no letter.

        Parameters
        ----------
        gray
            The line, dark on light, shape (height, width), uint8.
        languages
            Languages to try; those without data are skipped.

        Yields
        ------
        Recognition
            With tesseract's mean confidence, scaled by the share of letters that belong to the language.
        """
        height_px, width_px = gray.shape
        for language in languages:
            engine = self._engines.get(language)
            if engine is None:
                continue
            engine.SetImageBytes(gray.tobytes(), width_px, height_px, 1, width_px)
            text = clean_ocr_text(engine.GetUTF8Text())
            if text:
                share = arabic_share(text)
                script_share = share if language == "ara" else 1 - share
                yield Recognition(text, engine.MeanTextConf() / 100 * script_share, language)


def _open_engine(data: Path, language: OcrLanguage) -> "PyTessBaseAPI":
    import tesserocr

    engine = tesserocr.PyTessBaseAPI(path=str(data.parent) + os.sep, lang=language, psm=_RAW_LINE, oem=_LSTM_ONLY)
    engine.SetVariable("user_defined_dpi", _DPI)
    engine.SetVariable("debug_file", os.devnull)
    return engine
