"""Faults of a site: a scan stops at the first, a check collects all."""

from collections.abc import Callable
from typing import TypeVar

from opsec.errors import SitesError

Found = TypeVar("Found")


class Faults:
    """Raise each fault at once, or collect it.

    Parameters
    ----------
    collect
        Whether to collect faults instead of raising them.
    """

    def __init__(self, *, collect: bool = False) -> None:
        self._collect = collect
        self.found: list[SitesError] = []
        """The faults collected so far."""

    def add(self, fault: SitesError) -> None:
        """Add a fault.

        Raises
        ------
        SitesError
            The fault, unless faults are collected.
        """
        if not self._collect:
            raise fault
        self.found.append(fault)

    def attempt(self, read: Callable[[], Found], otherwise: Found) -> Found:
        """Return what a function reads; if it has a fault and faults are collected, something else instead.

        Raises
        ------
        SitesError
            The fault, unless faults are collected.
        """
        try:
            return read()
        except SitesError as fault:
            self.add(fault)
            return otherwise
