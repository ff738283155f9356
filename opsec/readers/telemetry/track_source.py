"""What a reader of one format is given: a track's samples, and trails to lay its fixes on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from opsec.formats.isobmff.sample_table import Allowance, Samples, Track
from opsec.i18n.messages import reason
from opsec.model import MAX_FIXES
from opsec.model.records import Found, Gap
from opsec.readers.telemetry.track_builder import MOST_MET, Trail

SAMPLES_READ, SAMPLES_WALKED = 60_000, 1_000_000
"""Of one file, shared by its tracks: at thirty a second every sample of half an hour, then every second one."""
ALL_FIXES = 4 * MAX_FIXES


@dataclass(frozen=True, slots=True)
class Stream:
    """One track that may hold places."""

    track: Track
    samples: Samples
    sharers: int
    """Tracks among which the allowance of the file is shared."""

    def trail(self, what: str) -> Trail:
        """A trail named after the track and what is read in it."""
        most_fixes = min(MAX_FIXES, ALL_FIXES // self.sharers)
        return Trail(f"{self.track.name} {what}", most_fixes, MOST_MET // self.sharers)

    def told(self, trail: Trail, *notes: str) -> Iterator[Found]:
        """The trail, with what the reading of the samples left out."""
        step = self.samples.step
        yield from trail.told(*notes, f"one of every {step} samples was read" if step > 1 else "")

    def gaps(self) -> Iterator[Gap]:
        """What of the track could not be read."""
        if self.samples.lost:
            yield Gap(reason("broken", part=self.track.name, detail="samples lie past the end of the file"))
        if self.samples.cut:
            yield Gap(reason("too_many", limit=self.samples.allowance.walked, part=f"{self.track.name} samples"))


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of track."""

    told: Callable[[Stream], Iterator[Found]]
    """Reads its places. May raise anything: the other tracks are read all the same."""
    most_mib: int = 8
    """Of samples in one file, shared by its tracks: what lies denser than that is read in even steps."""


def stream(file: BinaryIO, track: Track, form: Format, sharers: int) -> Stream:
    """The samples of a track, with its share of what a file may cost."""
    share = Allowance(SAMPLES_READ // sharers, (form.most_mib << 20) // sharers, SAMPLES_WALKED // sharers)
    return Stream(track, Samples(file, track, share), sharers)
