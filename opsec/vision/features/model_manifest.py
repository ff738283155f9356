"""``manifest.json`` of a folder of landmark models: what it lists, and how it is read and written."""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import decode_path, escape_unsafe

MANIFEST = "manifest.json"
FORMAT = 1
"""Raised when an older program could not use the folder."""
MAX_MANIFEST_BYTES = 1 << 20


class ManifestModel(BaseModel):
    """One model as the manifest lists it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    method: str = Field(max_length=40)
    file: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,80}$")
    """Name of a file in the same folder."""
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    input: tuple[int | str, ...] = Field(max_length=8)
    """Dimensions of the network's input; a name stands for any length."""
    licence: str = Field(max_length=80)
    licence_file: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,80}$")
    source: str = Field(max_length=200)
    weights_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    """Of the file of weights from which the model was made."""


class Manifest(BaseModel):
    """``manifest.json``."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    format: int = Field(ge=1, le=FORMAT)
    models: tuple[ManifestModel, ...] = Field(max_length=20)


def read_manifest(folder: Path) -> Manifest | Message:
    """Read the manifest of a folder; return why it cannot be used, with the next step."""
    shown = escape_unsafe(decode_path(folder / MANIFEST))
    step = _("write the folder with opsec models export")
    try:
        with (folder / MANIFEST).open("rb") as file:
            raw = file.read(MAX_MANIFEST_BYTES + 1)
    except OSError as error:
        return _("{file} cannot be opened ({error}); {step}", file=shown, error=error.strerror or "", step=step)
    try:
        if len(raw) > MAX_MANIFEST_BYTES:
            raise ValueError("size")
        return Manifest.model_validate(json.loads(raw))
    except (ValidationError, ValueError, RecursionError):
        return _("{file} is not a manifest of landmark models; {step}", file=shown, step=step)


def encode_manifest(models: tuple[ManifestModel, ...]) -> bytes:
    """Encode a manifest as JSON."""
    document = {"format": FORMAT, "models": [one.model_dump(mode="json") for one in models]}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
