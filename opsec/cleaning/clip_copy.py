"""The copy of one clip, photo or video, as the worker process writes it."""

from typing import BinaryIO

from opsec.cleaning.film import clean_film
from opsec.cleaning.out_file import OutFile
from opsec.cleaning.preview import write_preview
from opsec.cleaning.records import CopyFacts, CopyFormat, CopyOrder
from opsec.cleaning.still import clean_photo
from opsec.i18n.reasons import make_reason
from opsec.model import FileKind
from opsec.model.records import UnreadableError
from opsec.model.vocabulary import MOVING_IMAGE_KINDS, STILL_IMAGE_KINDS


def copy_formats(kind: FileKind) -> tuple[CopyFormat, ...]:
    """Return the formats that the copy of a file of this kind may have; none when it is no clip.

    >>> copy_formats("heif"), copy_formats("gif"), copy_formats("srt")
    (('jpeg', 'png'), ('mp4',), ())
    """
    if kind in STILL_IMAGE_KINDS:
        return ("jpeg", "png")
    return ("mp4",) if kind in MOVING_IMAGE_KINDS else ()


def write_copy(clip: BinaryIO, kind: FileKind, order: CopyOrder, out: BinaryIO) -> CopyFacts:
    """Write a copy without metadata and with blurred regions.

    Parameters
    ----------
    clip, kind
        The clip and its type.
    order
        What to blur, and the form of the copy.
    out
        Empty file to write to; seekable.

    Raises
    ------
    UnreadableError
        The clip cannot be decoded, or not copied in this format, or the copy cannot be written.
    """
    allowed = copy_formats(kind)
    if not allowed or order.copy_format not in {*allowed, "preview"}:
        raise UnreadableError(make_reason("unsupported", type=kind))
    target = OutFile(out)
    try:
        if order.copy_format == "preview":
            facts = write_preview(clip, kind, order.from_s, target.as_binary())
        elif order.copy_format == "mp4":
            facts = clean_film(clip, kind, order.regions, order.sound, target.as_binary())
        else:
            facts = clean_photo(clip, kind, order.regions, order.copy_format, target.as_binary())
        target.flush()
    finally:
        target.check()
    return facts
