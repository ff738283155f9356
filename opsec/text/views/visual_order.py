"""Text in the order in which it is seen, not read, as it comes from a PDF: ``جابيدلا ةنكث``; and text upside down.

Arabic is then recognised by an order that no word has: ta marbuta or alef maqsura at its beginning, the article at its
end, final forms before initial ones.
"""

import re
from collections.abc import Iterator

from opsec.text.views.lookalikes import TURNED_LETTERS
from opsec.text.views.mapped_text import MappedText

_UNLIKELY_ORDER = re.compile(
    r"[\ufb50-\ufdff\ufe70-\ufefc]|(?<![^\W\d_])[ةىﺔﻰ][^\W\d_]|[^\W\d_]{2}لا(?![^\W\d_])|[a-z]{2}[A-Z](?![A-Za-z])"
)
_TURNED = re.compile(f"[{''.join(map(re.escape, TURNED_LETTERS))}]")
_SEEN_AS = ("bqdpnuwmhy", "qbpdunmwyh")
"""Plain letters, and the other letters that they are upside down."""
_LINE = re.compile(r"[^\n\r]+")
_WORD = re.compile(r"\S+")
_KEPT = re.compile(r"\d+(?:[.,:/٫]\d+)*|[A-Za-z]+(?: [A-Za-z]+)*")
_DIGITS = re.compile(r"\d+(?:[.,:/٫]\d+)*")
_ARABIC = re.compile(r"[\u0600-\u06ff\ufb50-\ufefc]")


def has_unlikely_order(text: str) -> bool:
    """Whether the letters of a text stand in an order that suggests that it is reversed."""
    return _UNLIKELY_ORDER.search(text) is not None


def reverse_lines(text: MappedText) -> Iterator[MappedText]:
    """Yield the text with each line reversed, then with each word reversed in its place.

    Numbers keep their order, and Latin words do in lines with Arabic.

    >>> [view.text for view in reverse_lines(MappedText.of("جابيدلا ةنكث 12"))]
    ['12 ثكنة الديباج', 'الديباج ثكنة 12']
    """
    for unit in (_LINE, _WORD):
        order = list(range(len(text.text)))
        for found in unit.finditer(text.text):
            order[found.start() : found.end()] = _reversed(found)
        yield text.reorder(order)


def turn_upside_down(text: MappedText) -> MappedText | None:
    """Turn a text with letters that are upside down; None when it has none.

    >>> turn_upside_down(MappedText.of("dɯɐɔ")).text
    'camp'
    """
    if not _TURNED.search(text.text):
        return None
    seen_as = (*TURNED_LETTERS.items(), *zip(*_SEEN_AS, strict=True))
    order = list(range(len(text.text)))
    for found in _LINE.finditer(text.text):
        order[found.start() : found.end()] = range(found.end() - 1, found.start() - 1, -1)
    return text.translate({ord(char): letter for char, letter in seen_as}).reorder(order)


def _reversed(line: re.Match[str]) -> list[int]:
    """Indices of a line in reversed order, with numbers and, beside Arabic, Latin words in their own order."""
    kept = _KEPT if _ARABIC.search(line[0]) else _DIGITS
    order: list[int] = []
    done = line.end()
    for run in reversed(list(kept.finditer(line.string, line.start(), line.end()))):
        order += range(done - 1, run.end() - 1, -1)
        order += range(run.start(), run.end())
        done = run.start()
    return [*order, *range(done - 1, line.start() - 1, -1)]
