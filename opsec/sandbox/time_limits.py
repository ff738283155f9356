"""Time limits of one task: a base, more for what the file claims to contain, never more than the settings allow."""

from dataclasses import dataclass

from opsec.model import Claim
from opsec.settings import Limits

_MAX_DURATION_S = 10_000_000.0
_MAX_SIDE_PX = 100_000
_MIN_BYTES_PER_S = 500
"""Data rate below that of any video: the slowest codecs of telephones need eight times as much."""
_WALL_S_PER_ARCHIVE_MIB = 0.1
_CPU_S_PER_ARCHIVE_MIB = 0.05
"""Inflating runs at 20 MiB/s and more on slow machines; without this a large member could never be extracted."""


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Wall and processor time of one task, in seconds."""

    wall_s: float
    cpu_s: float


def reading_limits(
    limits: Limits,
    claim: Claim | None = None,
    *,
    size_bytes: int | None = None,
    with_speech: bool = False,
    with_landmark_model: bool = False,
) -> TimeLimits:
    """Compute the limits for reading one file: ``base + k × duration × megapixels``, and more for models.

    Parameters
    ----------
    limits
        Of the settings.
    claim
        What the file says about its duration and size; None when nothing is known yet. It comes from a hostile file, so
        an absurd duration earns no time.
    size_bytes
        Size of the file, which is a fact: no video is longer than so many bytes allow. None: unknown.
    with_speech
        Whether a speech model is configured: more time for each second of sound.
    with_landmark_model
        Whether a landmark model of the officer is configured.
    """
    duration_s = _duration_s(claim, size_bytes)
    megapixel_seconds = duration_s * _megapixels(claim)
    speech_s = _speech_s(limits, duration_s) if with_speech else 0.0
    more_s = speech_s + (limits.landmark_model_s if with_landmark_model else 0.0)
    return _capped(
        limits,
        limits.wall_base_s + limits.wall_s_per_megapixel_second * megapixel_seconds + more_s,
        limits.cpu_base_s + limits.cpu_s_per_megapixel_second * megapixel_seconds + more_s,
    )


def unpacking_limits(limits: Limits, archive_bytes: int) -> TimeLimits:
    """Compute the limits for extracting one member: the base, and more for a large archive.

    The size of the archive on disk is a fact, not a claim.
    """
    size_mib = archive_bytes / (1 << 20)
    return _capped(
        limits,
        limits.wall_base_s + _WALL_S_PER_ARCHIVE_MIB * size_mib,
        limits.cpu_base_s + _CPU_S_PER_ARCHIVE_MIB * size_mib,
    )


def copying_limits(limits: Limits, claim: Claim | None) -> TimeLimits:
    """Compute the limits for making a copy: twice those for reading, as the video is decoded twice and encoded."""
    once = reading_limits(limits, claim)
    return _capped(limits, 2 * once.wall_s, 2 * once.cpu_s)


def _speech_s(limits: Limits, duration_s: float) -> float:
    from opsec.readers.audio.decoder import MAX_AUDIO_S  # few scans have a model of speech

    return limits.speech_s_per_second * min(duration_s, MAX_AUDIO_S)


def _megapixels(claim: Claim | None) -> float:
    if claim is None:
        return 0.0
    width_px, height_px = (min(side or 0, _MAX_SIDE_PX) for side in (claim.width_px, claim.height_px))
    return width_px * height_px / 1e6


def _duration_s(claim: Claim | None, size_bytes: int | None) -> float:
    """Duration that a claim is believed: none beyond every recording, none beyond what the bytes allow."""
    claimed_s = (claim.duration_s or 0.0) if claim else 0.0
    if claimed_s > _MAX_DURATION_S:
        return 0.0
    return claimed_s if size_bytes is None else min(claimed_s, size_bytes / _MIN_BYTES_PER_S)


def _capped(limits: Limits, wall_s: float, cpu_s: float) -> TimeLimits:
    most_s = min(limits.most_s, _MAX_DURATION_S)
    return TimeLimits(min(wall_s, most_s), min(cpu_s, most_s))
