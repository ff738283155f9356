"""A bound on the names of sites that are matched in one clip."""

from collections import Counter
from collections.abc import Iterator

from opsec.matching.names.matcher import NameMatch
from opsec.model import Hint

MAX_NAME_MATCHES = 1_000
"""Names of sites that are matched in what one reader found in a clip: about half a second. Real clips have a few."""


class NameBudget:
    """How many more names may be matched in the hints of each reader of one clip.

    A megabyte of subtitles can name a site thousands of times. Each reader has its own budget, so that what one of them
    found, such as subtitles, takes nothing from another, such as the caption.
    """

    def __init__(self) -> None:
        self._matched: Counter[str] = Counter()
        self.is_exceeded = False
        """Whether a name, or a text that may contain one, was left out."""

    def take(self, hint: Hint, found: Iterator[NameMatch]) -> Iterator[NameMatch]:
        """Yield what may still be matched; ``found`` is not evaluated when that is nothing."""
        if self._matched[hint.reader] >= MAX_NAME_MATCHES:
            self.is_exceeded = True
            return
        for one in found:
            if self._matched[hint.reader] >= MAX_NAME_MATCHES:
                self.is_exceeded = True
                return
            self._matched[hint.reader] += 1
            yield one
