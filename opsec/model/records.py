"""What a reader gives, one record at a time, and the two ways it may stop."""

from dataclasses import dataclass

from opsec.model import Check, CheckState, Claim, Hint, ListedPost, Member, Post, Reason

MOST_PIXELS = 1 << 30
"""A picture or film that claims more is not believed, and never decoded; the largest cameras make a fifth of it."""


class UnreadableError(Exception):
    """The reader can make nothing (more) of this file. What it gave before is kept."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class UnsoundError(UnreadableError):
    """The file is not whole: when nothing was found in it, that says nothing, whoever else read it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something in the file that should have been read and was not: it makes the clip *partly* read.

    A bare ``Reason`` instead is a remark: the file was read, and this is worth saying.
    """

    reason: Reason


@dataclass(frozen=True, slots=True)
class Words:
    """What someone wrote into the file: whoever runs the readers makes it a text and searches it for coordinates."""

    text: str
    field: str


@dataclass(frozen=True, slots=True)
class Looked:
    """How far the pictures of a file were decoded."""

    frames: int
    seconds: float | None = None
    """None for a photo."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one check, from a reader that answers for several."""

    check: Check
    state: CheckState


Found = Hint | Claim | Post | ListedPost | Member | Reason | Gap | Words | Looked | Answered
"""One record at a time; a reader never holds more than it must, and may fail after any of them."""
