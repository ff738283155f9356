"""Read the beginning of a text file, up to a size limit."""

from dataclasses import dataclass
from typing import BinaryIO

from opsec.i18n.reasons import make_reason
from opsec.model.records import Gap

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class BoundedText:
    """The part of a file that is read."""

    data: bytes
    cut: bool
    part: str
    """Name of the content, for the message that the file was too long."""
    most_mib: int

    def gaps(self) -> tuple[Gap, ...]:
        """Gap that reports the part beyond the limit, if any."""
        return (Gap(make_reason("too_long", part=self.part, limit=f"{self.most_mib} MiB")),) if self.cut else ()


def read_bounded_text(file: BinaryIO, part: str, most_mib: int) -> BoundedText:
    """Read at most ``most_mib`` MiB, which a worker can parse within its time limit."""
    data = file.read(most_mib * MIB + 1)
    return BoundedText(data[: most_mib * MIB], len(data) > most_mib * MIB, part, most_mib)
