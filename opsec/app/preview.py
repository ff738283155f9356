"""A short preview of a clip, made on demand by a locked worker process from the file that was scanned.

The file must still be at its path with the same bytes. What the worker writes is checked before anything shows it.
"""

import tempfile
from pathlib import Path

from opsec.cleaning.clip_copy import copy_formats
from opsec.cleaning.records import CopyOrder
from opsec.errors import UsageError
from opsec.i18n.messages import _
from opsec.i18n.reasons import reason_message
from opsec.i18n.safe_text import display_path
from opsec.ingest.source import CannotOpenError, FileSource, OpenFile
from opsec.sandbox.protocol import CopyRequest
from opsec.sandbox.supervisor import Supervisor
from opsec.settings import Settings

MAX_BYTES = 4 << 20
"""Of a preview: 40 small frames take a tenth of it."""
_CHUNKS = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"})
"""Chunks of a WebP file (RFC 9649) that are pictures: no metadata and no colour profile."""


def make_preview(
    path: str, sha256: str, from_s: float, settings: Settings, temporary_folder: Path | None = None
) -> bytes:
    """Make the preview of a clip: at most ten seconds, small, without sound, as an animated WebP.

    Parameters
    ----------
    path
        Of the clip when it was scanned.
    sha256
        Of its bytes then.
    from_s
        Where the preview begins.
    settings
        Limits of the worker process.
    temporary_folder
        Where the worker writes, into a file without a name; None: where the system keeps temporary files.

    Raises
    ------
    UsageError
        The file is not at its path any more, has other bytes, or cannot be decoded.
    OpsecError
        No worker process can be started, or none can be locked on this machine.
    """
    shown = display_path(path)
    try:
        with FileSource(path, path).open(settings.limits) as clip:
            if clip.sha256 != sha256 or not copy_formats(clip.kind):
                raise UsageError(
                    _("{file} is not the file any more that was scanned; scan it again for a preview", file=shown)
                )
            preview = _encode(clip, from_s, settings, temporary_folder)
    except CannotOpenError as trouble:
        raise UsageError(
            _(
                "there is no preview of {file}: {reason}; start opsec review in the folder of the scan",
                file=shown,
                reason=reason_message(trouble.reason),
            )
        ) from trouble
    if not is_plain_webp(preview):
        raise UsageError(_("there is no preview of {file}: the reading process wrote no picture", file=shown))
    return preview


def _encode(clip: OpenFile, from_s: float, settings: Settings, folder: Path | None) -> bytes:
    request = CopyRequest(clip.kind, CopyOrder("preview", "cut", (), from_s))
    with tempfile.TemporaryFile(dir=folder) as out, Supervisor(settings.limits) as worker:
        worker.copy(clip, request, None, out)
        out.seek(0)
        return out.read(MAX_BYTES + 1)


def is_plain_webp(data: bytes) -> bool:
    """Return whether bytes are one WebP file of pictures alone, within the size of a preview.

    >>> is_plain_webp(b"RIFF" + (12).to_bytes(4, "little") + b"WEBPVP8 " + bytes(4))
    True
    """
    if len(data) > MAX_BYTES or data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return False
    if int.from_bytes(data[4:8], "little") != len(data) - 8:
        return False
    place = 12
    while place < len(data):
        if data[place : place + 4] not in _CHUNKS:
            return False
        length = int.from_bytes(data[place + 4 : place + 8], "little")
        place += 8 + length + length % 2
    return place == len(data)
