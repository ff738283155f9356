"""Build hook that copies the model of the text detector into the package, so that an installed opsec reads signs.

The weights are not ours, so the repository does not contain them. They come from the wheel of ``rapidocr``, which a
build needs only while the model is not in the source tree yet. Building again, or from an sdist, needs nothing more.
A model is recognised by its SHA-256, not by the name of its package or file.
"""

import hashlib
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MODEL = "opsec/assets/ocr/ch_PP-OCRv4_det_infer.onnx"
SHA256 = "d2a7720d45a54257208b1e13e36a8479894cb74155a5efe29462512d42f49da9"
PACKAGES = ("rapidocr", "rapidocr_onnxruntime")
"""Packages whose wheels carry the model; they are searched but never imported."""
REQUIREMENT = "rapidocr==3.8.4"
"""The last release with this model; later ones carry a slower detector. Its wheel suits every Python 3."""


class DetectorModelHook(BuildHookInterface[Any]):
    """Copies the model from the build environment for a wheel, an editable install or an sdist."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Return what the builder must install first: nothing once the model is in the source tree."""
        return [] if is_model(Path(self.root) / MODEL) else [REQUIREMENT]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's call
        """Copy the model unless it is there already, and list it among the files of the package."""
        copy_model(Path(self.root) / MODEL, find_candidates())
        build_data["artifacts"].append(f"/{MODEL}")


def copy_model(target: Path, candidates: Iterator[Path]) -> None:
    """Copy the first candidate that is the model to its place in the package, unless the model is there already.

    Raises
    ------
    RuntimeError
        The model is neither there nor among the candidates.
    """
    if is_model(target):
        return
    source = next(filter(is_model, candidates), None)
    if source is None:
        raise RuntimeError(
            f"the text detector's model {target.name} is not in this environment; "
            f"run: pip install --no-deps {REQUIREMENT}, or build without --no-build-isolation"
        )
    partial = target.with_name(f"{target.name}.partial")
    shutil.copyfile(source, partial)
    partial.replace(target)  # a build that is stopped leaves no incomplete model behind


def find_candidates() -> Iterator[Path]:
    """Yield every ONNX file of the installed packages that may carry the model."""
    for package in PACKAGES:
        spec = find_spec(package)
        for folder in (spec.submodule_search_locations if spec else None) or ():
            yield from sorted(Path(folder).glob("models/*.onnx"))


def is_model(file: Path) -> bool:
    """Return whether a file exists and has exactly the bytes with which the figures were measured."""
    return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == SHA256
