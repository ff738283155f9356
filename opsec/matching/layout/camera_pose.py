"""Pose of a camera in the local plane of a site."""

from dataclasses import dataclass

HIGH_M = 15.0
"""Height above the ground from which a camera sees over the buildings of a camp."""
EYE_M = 1.6
"""Height of a hand-held camera."""
LOOKS_DOWN_DEG = -60.0
"""Pitch below which a camera sees the ground beneath it, and no horizon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraPose:
    """One position from which a clip was filmed, and where the camera looked."""

    east_m: float
    north_m: float
    heading_deg: float | None
    """Clockwise from north; None: the position is known, and what was filmed is not."""
    hfov_deg: float
    at_s: float | None = None
    accuracy_m: float = 0.0
    heading_error_deg: float = 0.0
    """Margin of error of the heading."""
    height_m: float | None = None
    """Above the ground, where telemetry has it."""
    pitch_deg: float | None = None
    view_count: float = 1.0
    """Number of looks in this direction, at four a second: distant ground is resolved more surely with each."""

    @property
    def is_high(self) -> bool:
        """Whether the camera sees over the buildings."""
        return self.height_m is not None and self.height_m >= HIGH_M

    @property
    def looks_down(self) -> bool:
        """Whether the camera looks straight down, or nearly."""
        return self.pitch_deg is not None and self.pitch_deg <= LOOKS_DOWN_DEG
