"""Errors and warnings about site files."""

from dataclasses import dataclass
from typing import Literal

from opsec.i18n.messages import Message


@dataclass(frozen=True, slots=True)
class Complaint:
    """One error or warning about a site file."""

    level: Literal["error", "warning"]
    """A scan does not start while there is an error."""
    file: str
    """File or folder concerned, safe to show."""
    message: Message
