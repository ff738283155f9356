"""What a reader yields, one record at a time, and the two exceptions by which it may stop."""

from dataclasses import dataclass

from opsec.model import Check, CheckState, Claim, Hint, ListedPost, Member, Post, Reason

MAX_PIXELS = 1 << 30
"""An image or video that declares more pixels is never decoded; the largest cameras have a fifth of it."""


class UnreadableError(Exception):
    """The reader cannot read this file (any further). What it yielded before is kept."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class IncompleteFileError(UnreadableError):
    """The file is incomplete: finding nothing in it proves nothing, even if other readers read it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something in the file that should have been read and was not: the clip counts as *partly* read.

    A bare ``Reason`` instead is a remark: the file was read, and the officer should know this about it.
    """

    reason: Reason


@dataclass(frozen=True, slots=True)
class FreeText:
    """Text that someone wrote into the file; the registry turns it into a hint and searches it for coordinates."""

    text: str
    field: str


@dataclass(frozen=True, slots=True)
class DecodeExtent:
    """How far the frames of a file were decoded."""

    frames: int
    seconds: float | None = None
    """None for a photo."""


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """Outcome of one check, from a reader that performs several."""

    check: Check
    state: CheckState


ReaderOutput = Hint | Claim | Post | ListedPost | Member | Reason | Gap | FreeText | DecodeExtent | CheckOutcome
"""One record of a reader, which may fail after any of them."""
