"""Other readings of a text, for those who disguise a name or whose program damaged it.

Each view is a ``MappedText``: derived letters with their spans in the original. What is found only in a view weighs
less than the same in the plain text. Every view costs a pass over the text, so each is made only where something
suggests it, and all of them are linear.
"""

from collections.abc import Iterator

from opsec.text.views.escapes import decode_escapes
from opsec.text.views.leet import read_leet, read_nine_as_qaf
from opsec.text.views.lookalikes import unify_lookalikes
from opsec.text.views.mapped_text import MappedText
from opsec.text.views.mojibake import repair_mojibake
from opsec.text.views.sorani_fonts import read_sorani_font
from opsec.text.views.split_letters import join_letters
from opsec.text.views.visual_order import has_unlikely_order, reverse_lines, turn_upside_down

__all__ = ["MappedText", "text_views"]

MAX_VIEWS = 12
"""Of one text."""


def text_views(text: str, *, may_be_reversed: bool = False) -> Iterator[MappedText]:
    """Yield each other reading of a text, without duplicates and without the text itself.

    Parameters
    ----------
    text
        Original text.
    may_be_reversed
        Whether to read it backwards even if its letters stand in a usual order.

    >>> [view.text for view in text_views("C4mp&nbsp;x")]
    ['C4mp\\xa0x', 'Camp\\xa0x']
    """
    known = {text}
    for view in _views(text, may_be_reversed):
        if view.text not in known:
            known.add(view.text)
            yield view
        if len(known) > MAX_VIEWS:
            return


def _views(text: str, may_be_reversed: bool) -> Iterator[MappedText]:
    decoded = decode_escapes(MappedText.of(text))
    yield decoded
    for base in (decoded, *repair_mojibake(decoded)):
        yield base
        plain = unify_lookalikes(base) or base
        yield plain
        joined = join_letters(plain)
        yield joined
        for letters in dict.fromkeys((plain.text, joined.text)):
            yield from read_leet(plain if letters == plain.text else joined)
        yield read_nine_as_qaf(joined)
        if may_be_reversed or has_unlikely_order(base.text):
            yield from reverse_lines(plain)
        yield from filter(None, (turn_upside_down(base), read_sorani_font(base)))
