"""The folder of landmark models that ``opsec models export`` writes and ``[landmarks] models`` names.

``manifest.json`` lists each model with its file, the SHA-256 of the file, its licence and where its weights come from.
A file that is not the one of the manifest is not loaded.
"""

import hashlib
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import decode_path, escape_unsafe
from opsec.vision.features import xfeat_extractor

if TYPE_CHECKING:
    from opsec.vision.features.model_manifest import ManifestModel

MAX_MODEL_BYTES = 64 << 20
"""A model of this kind has 3 MB; what is far larger is another network."""
_VERSIONS = {xfeat_extractor.METHOD: xfeat_extractor.VERSION}
"""Feature extractors that this program can run, and the version of what it makes of each."""
MATCHER = "lighterglue"
"""Method of the model that matches the features."""


def is_learned(extractor: str) -> bool:
    """Whether the name of an extractor is that of a model of such a folder, in any version."""
    return extractor.rpartition("-")[0].rstrip("0123456789") in _VERSIONS


@dataclass(frozen=True, slots=True)
class LearnedModel:
    """A model of the folder, its file checked against the manifest."""

    method: str
    """``xfeat`` or ``lighterglue``."""
    content: bytes
    """The ONNX file."""
    licence: str
    """SPDX identifier."""
    source: str
    """Package and version that carried the weights."""
    file: str
    sha256: str

    @property
    def name(self) -> str:
        """Method, version and fingerprint: changes whenever the features change."""
        return f"{self.method}{_VERSIONS[self.method]}-{self.sha256[:16]}"


def load_learned_model(folder: Path) -> LearnedModel | Message:
    """Load the first feature extractor of a folder that this program can run.

    Parameters
    ----------
    folder
        As ``opsec models export`` writes it.

    Returns
    -------
    LearnedModel or Message
        The model; else why there is none, with the next step. Nothing of the model is run.
    """
    return _load_first(folder, _VERSIONS)


def load_learned_matcher(folder: Path) -> LearnedModel | Message:
    """Load the feature matcher of a folder, as ``load_learned_model`` loads the extractor."""
    return _load_first(folder, (MATCHER,))


def _load_first(folder: Path, methods: Container[str]) -> LearnedModel | Message:
    """Load the first model of one of these methods; else return why there is none."""
    from opsec.vision.features.model_manifest import read_manifest

    manifest = read_manifest(folder)
    if isinstance(manifest, Message):
        return manifest
    usable = next((one for one in manifest.models if one.method in methods), None)
    if usable is None:
        return _(
            "{folder} has no model that this version can run; write the folder with opsec models export",
            folder=escape_unsafe(decode_path(folder)),
        )
    return load_listed_model(folder, usable)


def load_listed_model(folder: Path, listed: "ManifestModel") -> LearnedModel | Message:
    """Load a model that the manifest lists, if its file is the one that was exported."""
    shown = escape_unsafe(decode_path(folder / listed.file))
    step = _("write the folder with opsec models export")
    try:
        with (folder / listed.file).open("rb") as file:
            content = file.read(MAX_MODEL_BYTES + 1)
    except OSError as error:
        return _("{file} cannot be opened ({error}); {step}", file=shown, error=error.strerror or "", step=step)
    if hashlib.sha256(content).hexdigest() != listed.sha256:
        return _("{file} is damaged or is not the file of its manifest; {step}", file=shown, step=step)
    return LearnedModel(listed.method, content, listed.licence, listed.source, listed.file, listed.sha256)
