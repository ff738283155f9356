"""A place from which a clip was filmed."""

from dataclasses import dataclass

HIGH_M = 15.0
"""Above the ground: higher than this a camera sees over the buildings of a camp."""
EYE_M = 1.6
"""Of a camera in somebody's hand."""
DOWN_DEG = -60.0
"""A camera that looks down more steeply sees the patch of ground below it, and no horizon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """One place from which a clip was filmed, in the site's plane."""

    east_m: float
    north_m: float
    heading_deg: float | None
    """None: where somebody was, never what was shown."""
    hfov_deg: float
    at_s: float | None = None
    accuracy_m: float = 0.0
    compass_deg: float = 0.0
    """How far the heading may be off."""
    height_m: float | None = None
    """Above the ground, where telemetry tells."""
    pitch_deg: float | None = None
    glimpses: float = 1.0
    """How often it looked there, at four times a second: what is far is made out the surer."""

    @property
    def high(self) -> bool:
        """Whether it looks over the buildings."""
        return self.height_m is not None and self.height_m >= HIGH_M

    @property
    def looks_down(self) -> bool:
        """Whether it looks straight down, or nearly."""
        return self.pitch_deg is not None and self.pitch_deg <= DOWN_DEG
