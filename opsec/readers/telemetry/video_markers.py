"""Find drone KLV and AVCHD camera data in videos that are no transport stream any more.

A recording that was copied into MP4 or Matroska keeps the user data in its H.264 pictures; MXF and QuickTime files of
drones hold the same KLV sets as their transport streams. Both have markers of sixteen and more bytes, by which they are
found without knowing the container.
"""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from opsec.formats.klv import UAS_KEY
from opsec.formats.marked_data import iter_marked
from opsec.formats.mdpm import MARKER
from opsec.i18n.reasons import make_reason
from opsec.model import FileKind
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.interface import Reader
from opsec.readers.telemetry.avchd_gps import MdpmTrack
from opsec.readers.telemetry.misb_klv import KlvTracks

NAME = "embedded_telemetry"
MAX_FILE_BYTES = 4 << 30
MAX_PLACES = 150_000
"""Limit of messages of one kind in one file: an hour of video at forty a second."""
_MDPM_BYTES, _KLV_BYTES = 2_600, 4_096


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - every reader is called alike
    """Yield the tracks that the markers lead to."""
    mdpm, klv = MdpmTrack(), KlvTracks()
    counts = (
        _add_each(iter_marked(file, MARKER, _MDPM_BYTES, MAX_FILE_BYTES), mdpm.add_first),
        _add_each(iter_marked(file, UAS_KEY, _KLV_BYTES, MAX_FILE_BYTES), klv.add_first),
    )
    yield from mdpm.records()
    yield from klv.records()
    if max(counts) > MAX_PLACES:
        yield Gap(make_reason("too_many", limit=MAX_PLACES, part="samples"))


def _add_each(found: Iterator[bytes], add: Callable[[bytes], None]) -> int:
    """Pass on what was found, up to the limit; return how many there were, at most one more than that."""
    count = 0
    for count, data in enumerate(found, 1):
        if count > MAX_PLACES:
            break
        add(data)
    return count


READER = Reader(
    name=NAME, version=1, check="telemetry", kinds=frozenset({"mp4", "matroska", "mpegps", "mxf"}), read=read
)
