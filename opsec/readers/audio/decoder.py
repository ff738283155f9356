"""Decode the audio of a video to 16 kHz mono, in order, with limits that no declared value can raise.

As for video, FFmpeg is limited to one demuxer and these decoders and cannot open other files.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from opsec.i18n.reasons import make_reason
from opsec.model import FileKind
from opsec.model.records import Gap, IncompleteFileError
from opsec.readers.metadata.ffmpeg_tags import open_container
from opsec.vision.decoding.video import DEMUXERS

if TYPE_CHECKING:
    import av
    import numpy as np
    from av.container import InputContainer
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

DECODERS = (
    "aac", "mp3float", "mp3", "mp2float", "mp2", "opus", "libopus", "vorbis", "ac3", "eac3", "flac", "alac",
    "amrnb", "amrwb",
    "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_f32le", "pcm_u8", "pcm_mulaw", "pcm_alaw",
    "adpcm_ima_qt", "adpcm_ms", "wmav2",
)  # fmt: skip
"""Codecs of phones, dash cameras, drones and re-encoded posts."""
RATE_HZ = 16_000
"""Sample rate of speech models."""
CHUNK_S = 300.0
"""Length of one chunk: twenty megabytes."""
MAX_AUDIO_S = 1_200.0
"""Limit for one video; a longer one is decoded up to here, which is reported."""
MAX_PACKETS = 500_000
MAX_FAULTS = 200


@dataclass(slots=True)
class AudioDecoder:
    """Decoder of the first audio track. Iterating over ``chunks`` records how far it could be decoded."""

    file: BinaryIO
    kind: FileKind
    has_sound: bool = False
    seconds: float = 0.0
    gaps: list[Gap] = field(default_factory=list)

    def chunks(self) -> Iterator[tuple[float, "Samples"]]:
        """Yield the start of each chunk in seconds and its samples, float32 of shape (n,), -1 to 1."""
        import av
        import numpy as np

        waiting: list[Samples] = []
        count, done_s = 0, 0.0
        try:
            with open_container(self.file, DEMUXERS[self.kind], DECODERS) as film:
                for samples in self._samples(film):
                    waiting.append(samples)
                    count += len(samples)
                    if count >= CHUNK_S * RATE_HZ:
                        yield done_s, np.concatenate(waiting)
                        done_s, count = done_s + count / RATE_HZ, 0
                        waiting.clear()
        except IncompleteFileError as stop:
            self.gaps.append(Gap(stop.reason))
        except (av.FFmpegError, ValueError) as error:
            self.gaps.append(Gap(make_reason("broken", part="sound", detail=type(error).__name__)))
        if waiting:
            yield done_s, np.concatenate(waiting)

    def _samples(self, film: "InputContainer") -> Iterator["Samples"]:
        track = film.streams.audio[0] if film.streams.audio else None
        if track is None:
            return
        self.has_sound = True
        if track.codec_context is None or track.codec_context.name not in DECODERS:
            named = track.codec_context.name if track.codec_context else "?"
            self.gaps.append(Gap(make_reason("unsupported", type=named)))
            return
        track.codec_context.thread_count = 1
        yield from self._resampled(film, track)

    def _resampled(self, film: "InputContainer", track: "av.AudioStream") -> Iterator["Samples"]:
        import av

        converter = av.AudioResampler(format="fltp", layout="mono", rate=RATE_HZ)
        for decoded in self._decoded(film, track):
            for piece in converter.resample(decoded):
                samples: Any = piece.to_ndarray()
                self.seconds += samples.shape[-1] / RATE_HZ
                yield samples.reshape(-1)
            if self.seconds >= MAX_AUDIO_S:
                self.gaps.append(Gap(make_reason("too_long", part="sound", limit=f"{MAX_AUDIO_S:.0f} s")))
                return

    def _decoded(self, film: "InputContainer", track: "av.AudioStream") -> Iterator["av.AudioFrame"]:
        """Yield decoded frames; packets that fail are skipped and counted."""
        import av

        packets, faults = film.demux(track), 0
        for _number in range(MAX_PACKETS):
            if faults > MAX_FAULTS:
                break
            try:
                packet = next(packets, None)
                decoded = packet.decode() if packet else []
            except (av.FFmpegError, IndexError):  # IndexError: of a stream that damage has made on the way
                packets, faults = film.demux(track), faults + 1
                continue
            if packet is None:
                break
            yield from (one for one in decoded if isinstance(one, av.AudioFrame))
        if faults:
            self.gaps.append(Gap(make_reason("broken", part="sound", detail=f"{faults} packets")))
