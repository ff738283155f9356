"""The sound of a clean copy: packets copied where MP4 takes the codec, else encoded anew as AAC."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opsec.cleaning.records import SoundChoice, SoundOutcome
from opsec.i18n.reasons import make_reason
from opsec.model import Reason
from opsec.readers.audio.decoder import DECODERS, MAX_PACKETS

if TYPE_CHECKING:
    from av.audio.resampler import AudioResampler
    from av.audio.stream import AudioStream
    from av.container import InputContainer, OutputContainer

COPIED = frozenset({"aac", "mp3", "mp3float", "ac3", "eac3", "alac", "flac", "opus", "libopus"})
"""Names of the decoders of codecs that MP4 files of phones have, and players of MP4 know."""
_BIT_RATE = 128_000
_MAX_RATE_HZ = 48_000


@dataclass(slots=True)
class SoundCopier:
    """Passes the packets of one track of sound on to the copy."""

    outcome: SoundOutcome
    source: "AudioStream | None" = None
    copy: "OutputContainer | None" = None
    stream: "AudioStream | None" = None
    start_s: float = 0.0
    resampler: "AudioResampler | None" = None
    missing: Reason | None = None
    """Why the sound is not in the copy although it was to be kept."""
    _waiting: "list[Any] | None" = field(default_factory=list)
    """Packets before the first picture: no track can be added to a file once something is written to it."""

    def begin(self) -> None:
        """Write what came before the first picture, whose track exists now."""
        waiting, self._waiting = self._waiting, None
        for packet in waiting or ():
            self._write(packet)

    def add(self, packet: Any) -> None:
        """Copy or encode one packet. What an edit list hides is left out."""
        if packet.is_discard:
            return
        if self._waiting is None:
            self._write(packet)
        elif len(self._waiting) < MAX_PACKETS:
            self._waiting.append(packet)

    def _write(self, packet: Any) -> None:
        if self.resampler is not None:
            self._encode(_decoded(packet))
        elif packet.dts is not None and packet.size and self.copy is not None:
            offset = round(self.start_s / float(packet.time_base))
            packet.pts = (packet.dts if packet.pts is None else packet.pts) - offset
            packet.dts -= offset
            packet.stream = self.stream
            self.copy.mux(packet)

    def finish(self) -> SoundOutcome:
        """Write what the encoder still has; return what became of the sound."""
        if self.resampler is not None and self.stream is not None and self.copy is not None:
            self._encode([None])
            self.copy.mux(self.stream.encode(None))
        return self.outcome

    def _encode(self, decoded: "list[Any]") -> None:
        assert self.resampler is not None
        assert self.stream is not None
        assert self.copy is not None
        for one in decoded:
            if one is not None and one.pts is not None and one.time_base:
                one.pts -= round(self.start_s / float(one.time_base))
            for piece in self.resampler.resample(one):
                self.copy.mux(self.stream.encode(piece))


def open_sound(film: "InputContainer", copy: "OutputContainer", choice: SoundChoice, start_s: float) -> SoundCopier:
    """Add the track of sound to the copy.

    Parameters
    ----------
    film, copy
        The original and the copy.
    choice
        Whether to keep the sound.
    start_s
        Time of the original that is 0 in the copy.
    """
    from av import AudioResampler

    source = next((one for one in film.streams.audio if one.codec_context), None)
    if source is None or choice == "cut":
        return SoundCopier("none" if not film.streams.audio else "cut")
    name = source.codec_context.name
    if name in COPIED:
        return SoundCopier("copied", source, copy, copy.add_stream_from_template(source), start_s)
    if name not in DECODERS:
        return SoundCopier("cut", missing=make_reason("unsupported", type=name))
    source.codec_context.thread_count = 1
    rate = min(source.rate or _MAX_RATE_HZ, _MAX_RATE_HZ)
    layout = "mono" if source.channels == 1 else "stereo"
    stream: Any = copy.add_stream("aac", rate=rate)
    stream.layout, stream.format, stream.bit_rate = layout, "fltp", _BIT_RATE
    return SoundCopier("encoded", source, copy, stream, start_s, AudioResampler("fltp", layout, rate))


def _decoded(packet: Any) -> "list[Any]":
    """Decode a packet; one that is damaged gives nothing."""
    import av

    try:
        return list(packet.decode())
    except av.FFmpegError:
        return []
