"""What a reader is: one kind of evidence, the files it reads, and one function from open file to records."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from opsec.model import Check, FileKind
from opsec.model.records import Found


@dataclass(frozen=True, slots=True)
class Reader:
    """One kind of evidence."""

    name: str
    version: int
    """Raised whenever the reader gives other records for the same bytes: old readings are then not reused."""
    check: Check
    """Which line of a clip's coverage this reader answers for."""
    kinds: frozenset[FileKind]
    read: Callable[[BinaryIO, FileKind], Iterator[Found]]
    """Gets the file at its start, seekable. Imports its heavy libraries inside the function."""
    also: tuple[Check, ...] = ()
    """Further checks that it answers for; ``Answered`` records tell what became of each."""
    decodes: bool = False
    """It decodes pictures or sound: what all others found is sent ahead, lest a codec that falls take it along."""
