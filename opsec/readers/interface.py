"""Interface of a reader: one kind of evidence, the file types it reads, and one function from file to records.

Every reader passes the contract in ``tests/readers/test_reader_faults.py``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from opsec.model import Check, FileKind
from opsec.model.depth import Depth
from opsec.model.records import ReaderOutput


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader of one kind of evidence."""

    name: str
    version: int
    """Increase it whenever the reader yields other records for the same bytes, so that kept readings are not reused."""
    check: Check
    """Check in a clip's coverage that this reader performs."""
    kinds: frozenset[FileKind]
    read: Callable[[BinaryIO, FileKind], Iterator[ReaderOutput]]
    """Takes the file, seekable and at its start. Heavy libraries are imported inside the function."""
    also: tuple[Check, ...] = ()
    """Further checks that it performs; ``CheckOutcome`` records give the state of each."""
    depth: Depth = "normal"
    """How much of the file it reads; a deeper reading serves for a shallower one."""
    decodes: bool = False
    """Whether it decodes video or audio. Results of all other readers are sent first, in case a codec crashes."""
