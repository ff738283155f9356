"""Build hook that copies files of other projects into the package: the text detector's model, htmx and Leaflet.

An installed opsec needs them to read signs, and to show its review console without a network. None of them is ours, so
the repository does not contain them. They come from wheels, which a build needs only while a file is not in the source
tree yet. Building again, or from an sdist, needs nothing more. A file is recognised by its SHA-256, not by the name of
its package or file.
"""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


@dataclass(frozen=True)
class ForeignFile:
    """A file that a build takes out of a wheel."""

    target: str
    """Its place in the source tree."""
    sha256: str
    packages: tuple[str, ...]
    """Packages whose wheels carry it; they are searched but never imported."""
    pattern: str
    """Which of their files to look at."""
    requirement: str
    """A release with this file. Its wheel suits every Python 3."""

    def is_at(self, file: Path) -> bool:
        """Return whether a file exists and has exactly the bytes of this one."""
        return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == self.sha256


MODEL = ForeignFile(
    target="opsec/assets/ocr/ch_PP-OCRv4_det_infer.onnx",
    sha256="d2a7720d45a54257208b1e13e36a8479894cb74155a5efe29462512d42f49da9",
    packages=("rapidocr", "rapidocr_onnxruntime"),
    pattern="models/*.onnx",
    requirement="rapidocr==3.8.4",
)
"""The figures were measured with this model. Later releases of the package carry a slower detector."""
HTMX = ForeignFile(
    target="opsec/assets/console/vendor/htmx.min.js",
    sha256="71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de",
    packages=("django_htmx",),
    pattern="static/django_htmx/*.js",
    requirement="django-htmx==1.29.0",
)
"""htmx 2.0.10."""
LEAFLET = ForeignFile(
    target="opsec/assets/console/vendor/leaflet.js",
    sha256="5819285cec137b229c94e1ee5ad73e8b6b84345a4367d60f75fe477fe0fb7b03",
    packages=("leaflet",),
    pattern="static/leaflet/*.js",
    requirement="django-leaflet==0.34.0",
)
"""Leaflet 1.9.3."""
LEAFLET_STYLE = ForeignFile(
    target="opsec/assets/console/vendor/leaflet.css",
    sha256="90b693d86392a4779c861b28cf307e7e59c3fb35328c4d8b95f58f814d38c722",
    packages=("leaflet",),
    pattern="static/leaflet/*.css",
    requirement="django-leaflet==0.34.0",
)
FILES = (MODEL, HTMX, LEAFLET, LEAFLET_STYLE)


class ForeignFilesHook(BuildHookInterface[Any]):
    """Copies the files from the build environment for a wheel, an editable install or an sdist."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Return what the builder must install first: nothing for a file that is in the source tree."""
        missing = (file.requirement for file in FILES if not file.is_at(Path(self.root) / file.target))
        return list(dict.fromkeys(missing))

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's call
        """Copy each file unless it is there already, and list it among the files of the package."""
        for file in FILES:
            copy_file(file, Path(self.root), find_candidates(file))
            build_data["artifacts"].append(f"/{file.target}")


def copy_file(file: ForeignFile, root: Path, candidates: Iterator[Path]) -> None:
    """Copy the first candidate that is the file to its place in the package, unless the file is there already.

    Raises
    ------
    RuntimeError
        The file is neither there nor among the candidates.
    """
    target = root / file.target
    if file.is_at(target):
        return
    source = next(filter(file.is_at, candidates), None)
    if source is None:
        raise RuntimeError(
            f"{target.name} is not in this environment; "
            f"run: pip install --no-deps {file.requirement}, or build without --no-build-isolation"
        )
    target.parent.mkdir(exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    shutil.copyfile(source, partial)
    partial.replace(target)  # a build that is stopped leaves no incomplete file behind


def find_candidates(file: ForeignFile) -> Iterator[Path]:
    """Yield the files of the installed packages that may be the file."""
    for package in file.packages:
        spec = find_spec(package)
        for folder in (spec.submodule_search_locations if spec else None) or ():
            yield from sorted(Path(folder).glob(file.pattern))
