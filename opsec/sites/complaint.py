"""What is wrong with a site, or will hurt."""

from dataclasses import dataclass
from typing import Literal

from opsec.i18n.messages import Message


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong, or that will hurt."""

    level: Literal["error", "warning"]
    """A scan refuses to start on an error."""
    file: str
    """Which file or folder it is about, as harmless text."""
    message: Message
