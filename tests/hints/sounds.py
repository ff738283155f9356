"""Films with a tone, of our own making."""

import io
from typing import Literal

from opsec.demo.media import clip

Kind = Literal["mp4", "matroska", "mpegts"]
CODECS: dict[Kind, str] = {"mp4": "aac", "matroska": "flac", "mpegts": "mp2"}
RATE_HZ = 44_100


def with_sound(seconds: int, kind: Kind = "mp4") -> bytes:
    """A film of so many seconds of a tone of 440 Hz; of none, one that has pictures only."""
    import av
    import numpy as np

    if not seconds:
        return clip(4, kind=kind)
    out = io.BytesIO()
    with av.open(out, "w", format=kind, options={"fflags": "+bitexact"}) as film:
        track = film.add_stream(CODECS[kind], rate=RATE_HZ)
        assert isinstance(track, av.AudioStream)
        track.layout = "mono"
        times = np.arange(seconds * RATE_HZ) / RATE_HZ
        tone = np.sin(2 * np.pi * 440 * times) * 0.5
        wide = track.format.name.startswith("flt")
        samples = tone.astype(np.float32) if wide else (tone * 32767).astype(np.int16)
        step = track.codec_context.frame_size or 1024
        for at in range(0, len(samples), step):
            piece = av.AudioFrame.from_ndarray(samples[None, at : at + step], format=track.format.name, layout="mono")
            piece.sample_rate, piece.pts = RATE_HZ, at
            film.mux(track.encode(piece))
        film.mux(track.encode())
    return out.getvalue()
