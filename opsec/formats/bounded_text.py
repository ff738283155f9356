"""The bytes of a file beside a clip, within bounds."""

from dataclasses import dataclass
from typing import BinaryIO

from opsec.i18n.messages import reason
from opsec.model.records import Gap

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounded:
    """As much of a file as is read."""

    data: bytes
    cut: bool
    part: str
    """What the file is, for the remark that it was longer."""
    most_mib: int

    def gaps(self) -> tuple[Gap, ...]:
        """What has to be said of what was left out."""
        return (Gap(reason("too_long", part=self.part, limit=f"{self.most_mib} MiB")),) if self.cut else ()


def bounded(file: BinaryIO, part: str, most_mib: int) -> Bounded:
    """The beginning of a file, as much as a reading process can go through in its time."""
    data = file.read(most_mib * MIB + 1)
    return Bounded(data[: most_mib * MIB], len(data) > most_mib * MIB, part, most_mib)
