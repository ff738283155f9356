"""Packages, models and language data that reading signs needs on this machine; none of them is loaded here."""

from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from opsec.i18n.reasons import make_reason
from opsec.model import Reason
from opsec.model.resources import ReaderResources
from opsec.vision.ocr.tesseract import OCR_LANGUAGES, find_language_data

ENGINES = ("tesserocr",)
LINE_RECOGNISER_VERSION = 4
"""Increase it whenever the weights of ``opsec.vision.ocr.line_recogniser`` or their decoding change."""
DETECTOR_FILE = "ch_PP-OCRv4_det_infer.onnx"
"""File name of the text detector's model, which the build puts beside our own weights (``hatch_build.py``)."""


def find_detector_model() -> Path | None:
    """Find the model file of the text detector; None in a source tree from which nothing was ever built."""
    file = Path(str(files("opsec.assets") / "ocr" / DETECTOR_FILE))
    return file if file.is_file() else None


def missing_resource(resources: ReaderResources) -> Reason | None:
    """Return the reason why signs cannot be read on this machine; None if they can."""
    for package in ENGINES:
        if find_spec(package) is None:
            return make_reason("no_sign_package", package=package)
    if find_detector_model() is None:
        return make_reason("no_sign_model", file=DETECTOR_FILE)
    if all(find_language_data(language, resources.tessdata) is None for language in OCR_LANGUAGES):
        return make_reason("no_sign_data")
    return None


def describe_resources(resources: ReaderResources) -> str:
    """Describe everything that a reading depends on: the detector and the language data, each with its size.

    A reading made with other resources has another description, so it is not reused.
    """
    missing = missing_resource(resources)
    if missing is not None:
        return f"[{missing.code}]"
    parts = [find_detector_model(), *(find_language_data(language, resources.tessdata) for language in OCR_LANGUAGES)]
    sizes = " ".join(f"{file.name}:{file.stat().st_size}" if file else "-" for file in parts)
    return f"[{sizes} own:{LINE_RECOGNISER_VERSION}]"
