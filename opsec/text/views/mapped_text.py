"""A text that was derived from another one, with the span in the original of every character."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MappedText:
    """A derived text."""

    text: str
    starts: Sequence[int]
    """For each character, the index in the original at which its source starts."""
    ends: Sequence[int]
    """For each character, the index in the original after its source."""

    @classmethod
    def of(cls, original: str) -> "MappedText":
        """Map a text to itself."""
        return cls(original, range(len(original)), range(1, len(original) + 1))

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Smallest span of the original, end exclusive, that contains the source of a non-empty span."""
        return min(self.starts[start:end]), max(self.ends[start:end])

    def rewrite(self, pattern: re.Pattern[str], rewritten: Callable[[re.Match[str]], str | None]) -> "MappedText":
        """Replace every match of a pattern.

        As many new characters as old ones stand for them one by one; otherwise each stands for the whole match.

        Parameters
        ----------
        pattern
            What to replace; it never matches the empty string.
        rewritten
            Returns the new characters, or None to keep the match as it is.

        >>> MappedText.of("a&amp;b").rewrite(re.compile("&amp;"), lambda _: "&").original_span(1, 2)
        (1, 6)
        """
        parts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for found in pattern.finditer(self.text):
            new = rewritten(found)
            if new is None or new == found[0]:
                continue
            first, last = found.span()
            parts += self.text[done:first], new
            starts += self.starts[done:first]
            ends += self.ends[done:first]
            if len(new) == last - first:
                starts += self.starts[first:last]
                ends += self.ends[first:last]
            else:
                source_start, source_end = self.original_span(first, last)
                starts += [source_start] * len(new)
                ends += [source_end] * len(new)
            done = last
        if not parts:
            return self
        return MappedText(
            "".join((*parts, self.text[done:])), (*starts, *self.starts[done:]), (*ends, *self.ends[done:])
        )

    def translate(self, table: dict[int, str]) -> "MappedText":
        """Replace single characters; each new character stands for the one that it replaces."""
        new = [table.get(ord(char), char) for char in self.text]
        if all(len(char) == 1 for char in new):
            return MappedText("".join(new), self.starts, self.ends)
        counts = list(map(len, new))
        return MappedText("".join(new), _repeat(self.starts, counts), _repeat(self.ends, counts))

    def reorder(self, order: Sequence[int]) -> "MappedText":
        """Take the characters in another order."""
        return MappedText(
            "".join([self.text[index] for index in order]),
            [self.starts[index] for index in order],
            [self.ends[index] for index in order],
        )


def _repeat(values: Sequence[int], counts: Sequence[int]) -> list[int]:
    return [value for value, count in zip(values, counts, strict=True) for _ in range(count)]
