"""Errors, warnings and notes about site files."""

from dataclasses import dataclass
from typing import Literal

from opsec.i18n.messages import Message


@dataclass(frozen=True, slots=True)
class Complaint:
    """One error, warning or note about a site file."""

    level: Literal["error", "warning", "note"]
    """A scan does not start while there is an error; a note says what would make recognition better."""
    file: str
    """File or folder concerned, safe to show."""
    message: Message
