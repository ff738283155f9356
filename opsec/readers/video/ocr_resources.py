"""What reading signs needs on this machine, where it lies, and what is missing: nothing is loaded to tell."""

from importlib.util import find_spec
from pathlib import Path

from opsec.i18n.messages import reason
from opsec.model import Reason
from opsec.model.resources import Kit
from opsec.vision.ocr.line_recogniser import VERSION
from opsec.vision.ocr.tesseract import TONGUES, data_of

ENGINES = ("tesserocr",)
DETECTORS = (
    ("rapidocr_onnxruntime", "models/ch_PP-OCRv4_det_infer.onnx"),
    ("rapidocr", "models/PP-OCRv6_det_small.onnx"),
)
"""Packages that carry a detector, and its file in them. The first needs a Python before 3.13; the second brings an
OpenCV of its own, so it is only taken where somebody installed it without that."""


def detector_model() -> Path | None:
    """The model file of a detector inside its package, which itself is never imported."""
    for package, name in DETECTORS:
        spec = find_spec(package)
        for place in (spec.submodule_search_locations if spec else None) or ():
            if (file := Path(place) / name).is_file():
                return file
    return None


def missing(kit: Kit) -> Reason | None:
    """Why signs cannot be read here, or none when they can."""
    for package in ENGINES:
        if find_spec(package) is None:
            return reason("no_sign_package", package=package)
    if detector_model() is None:
        return reason("no_sign_package", package=DETECTORS[0][0])
    if all(data_of(tongue, kit.tessdata) is None for tongue in TONGUES):
        return reason("no_sign_data")
    return None


def equipment(kit: Kit) -> str:
    """Names all that a reading depends on: packages, the detector, the language data, each with its size."""
    lacking = missing(kit)
    if lacking is not None:
        return f"[{lacking.code}]"
    files = [detector_model(), *(data_of(tongue, kit.tessdata) for tongue in TONGUES)]
    sizes = " ".join(f"{file.name}:{file.stat().st_size}" if file else "-" for file in files)
    return f"[{sizes} own:{VERSION}]"
