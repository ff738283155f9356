"""Input of a telemetry format: the samples of one track, and builders for its fixes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from opsec.formats.isobmff.sample_table import SampleBudget, SampleReader, Track
from opsec.i18n.reasons import make_reason
from opsec.model import MAX_FIXES
from opsec.model.notes import Note, make_note
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.telemetry.track_builder import MAX_SAMPLES, TrackBuilder

SAMPLES_READ, SAMPLES_WALKED = 60_000, 1_000_000
"""Limits for one file, shared by its tracks: at 30 per second every sample of half an hour, then every second one."""
ALL_FIXES = 4 * MAX_FIXES


@dataclass(frozen=True, slots=True)
class TelemetryTrack:
    """One track that may contain positions."""

    track: Track
    samples: SampleReader
    sharers: int
    """Number of tracks that share the budget of the file."""

    def new_builder(self, what: str) -> TrackBuilder:
        """Create a builder named after the track and its content."""
        most_fixes = min(MAX_FIXES, ALL_FIXES // self.sharers)
        return TrackBuilder(f"{self.track.name} {what}", most_fixes, MAX_SAMPLES // self.sharers)

    def records(self, trail: TrackBuilder, *notes: Note) -> Iterator[ReaderOutput]:
        """Yield the track, and gaps for samples that were not read."""
        step = self.samples.step
        yield from trail.hint_records(*notes, *([make_note("samples_skipped", step=step)] if step > 1 else []))

    def gaps(self) -> Iterator[Gap]:
        """Yield gaps for what could not be read."""
        if self.samples.lost:
            yield Gap(make_reason("broken", part=self.track.name, detail="samples lie past the end of the file"))
        if self.samples.cut:
            yield Gap(make_reason("too_many", limit=self.samples.allowance.walked, part=f"{self.track.name} samples"))


@dataclass(frozen=True, slots=True)
class TrackFormat:
    """One telemetry format."""

    read: Callable[[TelemetryTrack], Iterator[ReaderOutput]]
    """Yield its records. May raise anything: other tracks are still read."""
    max_mib: int = 8
    """Limit of sample data in one file, shared by its tracks; denser data are sampled evenly."""


def open_track(file: BinaryIO, track: Track, form: TrackFormat, sharers: int) -> TelemetryTrack:
    """Open a track with its share of the file's budget."""
    share = SampleBudget(SAMPLES_READ // sharers, (form.max_mib << 20) // sharers, SAMPLES_WALKED // sharers)
    return TelemetryTrack(track, SampleReader(file, track, share), sharers)
