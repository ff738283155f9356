"""What the worker process is asked to blur, and what it reports about the copy that it wrote."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, MaxLen

from opsec.model import Reason, Seconds, Share

CopyFormat = Literal["mp4", "jpeg", "png", "preview"]
"""``preview``: a few seconds at low size as animated WebP, for the officer's own eyes; nothing is blurred in it."""
SoundChoice = Literal["keep", "cut"]
SoundOutcome = Literal["copied", "encoded", "cut", "none"]
"""What became of the sound: its packets were copied, it was encoded anew, it was left out, or the clip has none."""
ShareBox = tuple[float, float, float, float]
"""Left, top, right, bottom as shares of the upright frame."""


@dataclass(frozen=True, slots=True)
class BlurRegion:
    """A part of the picture that must not be recognisable. It names no site: a box and times."""

    at_s: float
    """Time of the frame that the box refers to."""
    box: ShareBox
    from_s: float
    """First time at which it is known to be in view."""
    until_s: float
    """Last time at which it is known to be in view."""
    is_fixed: bool = False
    """It keeps its place on the screen, as a burnt-in caption does; it is not tracked."""


@dataclass(frozen=True, slots=True)
class CopyOrder:
    """What to blur, and the form of the copy."""

    copy_format: CopyFormat
    sound: SoundChoice = "keep"
    regions: tuple[BlurRegion, ...] = ()
    from_s: float = 0.0
    """Where a preview begins."""


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """What a copy consists of, as the worker process wrote it."""

    width_px: Annotated[int, Ge(1)]
    height_px: Annotated[int, Ge(1)]
    frames: Annotated[int, Ge(1)]
    blurred_frames: Annotated[int, Ge(0)]
    """Frames in which something was blurred."""
    blurred_share: Share
    """Largest share of one frame that was blurred."""
    seconds: Seconds | None = None
    """Duration of the pictures; None for a photo."""
    sound: SoundOutcome = "none"
    reasons: Annotated[tuple[Reason, ...], MaxLen(20)] = field(default=())
    """What of the original is missing in the copy."""
