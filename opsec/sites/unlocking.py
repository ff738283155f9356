"""How this process opens packs of sites: set once, by the command line, before anything asks for a site."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsec.sites.packed_tree import PackedTree

Passphrase = Callable[[str], str]
"""Asks for a passphrase; the argument is the name of the pack for the question."""


@dataclass(slots=True)
class Unlocking:
    """Where passphrases and keys come from, and the packs that are open."""

    passphrase: Passphrase | None = None
    keys: tuple[Path, ...] = ()
    """Folders in which own keys are looked for."""
    opened: dict[tuple[int, int, int, int], "PackedTree"] = field(default_factory=dict)
    """Device, inode, size and time of change of the file → its content."""


UNLOCKING = Unlocking()


def set_unlocking(passphrase: Passphrase | None, keys: Sequence[Path] = ()) -> None:
    """Set where this process takes the passphrase of a pack from, and in which folders it looks for own keys."""
    UNLOCKING.passphrase, UNLOCKING.keys = passphrase, tuple(keys)
    UNLOCKING.opened.clear()
