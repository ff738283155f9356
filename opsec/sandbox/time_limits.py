"""How long one task may take: a base, and more for what the file claims to hold, never more than the officer allows."""

from dataclasses import dataclass

from opsec.model import Claim
from opsec.readers.audio.decoder import MOST_S
from opsec.settings import Limits

_MOST_DURATION_S = 10_000_000.0
_MOST_SIDE_PX = 100_000
_WALL_S_PER_ARCHIVE_MIB = 0.1
_CPU_S_PER_ARCHIVE_MIB = 0.05
"""Inflating runs at 20 MiB/s and more on slow machines; without this a large member could never be unpacked."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """Wall and processor time of one task, in seconds."""

    wall_s: float
    cpu_s: float


def for_reading(
    limits: Limits, claim: Claim | None = None, *, hears: bool = False, recognises: bool = False
) -> Allowance:
    """``base + k × duration × megapixels``, and where speech is heard more for each second of it.

    ``recognises``: a model of the officer's looks at pictures for landmarks.

    A claim comes from the file, so absurd ones are cut before they count.
    """
    speech_s = limits.speech_s_per_second * min(_duration_s(claim), MOST_S) if hears else 0.0
    more_s = speech_s + (limits.landmark_model_s if recognises else 0.0)
    return _capped(
        limits,
        limits.wall_base_s + limits.wall_s_per_megapixel_second * _megapixel_seconds(claim) + more_s,
        limits.cpu_base_s + limits.cpu_s_per_megapixel_second * _megapixel_seconds(claim) + more_s,
    )


def for_unpacking(limits: Limits, archive_bytes: int) -> Allowance:
    """The base, and more for a large archive: its size on the disk is no claim."""
    size_mib = archive_bytes / (1 << 20)
    return _capped(
        limits,
        limits.wall_base_s + _WALL_S_PER_ARCHIVE_MIB * size_mib,
        limits.cpu_base_s + _CPU_S_PER_ARCHIVE_MIB * size_mib,
    )


def _megapixel_seconds(claim: Claim | None) -> float:
    if claim is None:
        return 0.0
    width_px, height_px = (min(side or 0, _MOST_SIDE_PX) for side in (claim.width_px, claim.height_px))
    return _duration_s(claim) * width_px * height_px / 1e6


def _duration_s(claim: Claim | None) -> float:
    return min(claim.duration_s or 0.0, _MOST_DURATION_S) if claim else 0.0


def _capped(limits: Limits, wall_s: float, cpu_s: float) -> Allowance:
    most_s = min(limits.most_s, _MOST_DURATION_S)
    return Allowance(min(wall_s, most_s), min(cpu_s, most_s))
