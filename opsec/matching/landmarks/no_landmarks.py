"""Recognition for sites without a landmark photo: it finds nothing, and imports nothing of the recogniser."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from opsec.i18n.messages import Message
from opsec.model import CheckState, Hint, Picture, Site

if TYPE_CHECKING:
    from opsec.matching.landmarks.recogniser import LandmarkMatch


class LandmarkFinder(Protocol):
    """Finds the landmarks of the sites in the frames of a clip; see ``LandmarkRecogniser``."""

    @property
    def model_names(self) -> tuple[str, ...]:
        """Names of the officer's models in use."""

    def thumbnail(self, site: str, landmark: str, photo: str) -> Picture | None:
        """Return a small picture of one of our photos; None when it is not usable."""

    def recognise(self, hints: Sequence[Hint], checked: CheckState) -> "tuple[list[LandmarkMatch], CheckState]":
        """Return every landmark that a clip shows, the surest first, and the state of the check."""

    def try_model(self) -> Message | None:
        """Run the landmark model once, if one is configured; return why it cannot be used."""


class NoLandmarks:
    """Recognition without photos and without models."""

    @property
    def model_names(self) -> tuple[str, ...]:
        """No model is in use."""
        return ()

    def thumbnail(self, site: str, landmark: str, photo: str) -> Picture | None:  # noqa: ARG002 - as the protocol says
        """Return None: there is no photo."""
        return None

    def recognise(
        self,
        hints: Sequence[Hint],  # noqa: ARG002
        checked: CheckState,
    ) -> "tuple[list[LandmarkMatch], CheckState]":
        """Return no match; where frames were read, the check is not configured."""
        return [], "not_configured" if checked == "ran" else checked

    def try_model(self) -> Message | None:
        """Return None: there is nothing to try."""
        return None


def have_photos(sites: Sequence[Site]) -> bool:
    """Return whether any landmark has a photo."""
    return any(landmark.photos for site in sites for landmark in site.landmarks)
