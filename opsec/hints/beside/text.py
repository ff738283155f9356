"""The bytes of a file beside a clip, within bounds."""

from dataclasses import dataclass
from typing import BinaryIO

from opsec.hints.reader import Gap
from opsec.language import reason

MOST_BYTES = 32 * 1024 * 1024
"""Read of one file; the subtitles of an hour's flight, a frame at a time, have 30 MB."""


@dataclass(frozen=True, slots=True)
class Bounded:
    """As much of a file as is read."""

    data: bytes
    cut: bool
    part: str
    """What the file is, for the remark that it was longer."""

    def gaps(self) -> tuple[Gap, ...]:
        """What has to be said of what was left out."""
        return (Gap(reason("too_long", part=self.part, limit=f"{MOST_BYTES >> 20} MiB")),) if self.cut else ()


def bounded(file: BinaryIO, part: str) -> Bounded:
    """The first ``MOST_BYTES`` of a file."""
    data = file.read(MOST_BYTES + 1)
    return Bounded(data[:MOST_BYTES], len(data) > MOST_BYTES, part)
