r"""Characters that a form, a web page or a program wrote as an escape: ``&deg;``, ``&#1635;``, ``\u0663``, ``%2C``.

Sources: HTML Living Standard, "Named character references" (through the standard library); RFC 8259, section 7, for
``\u`` with its surrogate pairs; RFC 3986 for percent signs. Of percent signs only those are undone here that leave the
ends of a link where they are; ``map_links`` decodes whole addresses.
"""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

_ESCAPE = re.compile(
    r"&(?:[a-z]{2,8}[0-9]{0,2}|#[0-9]{1,7}|#x[0-9a-f]{1,6});"
    r"|\\{1,2}u(?:d[89ab][0-9a-f]{2}\\{1,2}ud[c-f][0-9a-f]{2}|[0-9a-f]{4})"
    r"|%(?:2c|3b|c2%b0|d9%ab|d9%ac|d8%8c)",
    re.I,
)
_HEX_DIGITS = 4


def find_escapes(text: str) -> Iterator[tuple[int, int, str]]:
    r"""Yield start, end and meaning of every escape; a control character means nothing and stays as it is.

    >>> list(find_escapes(r"31&deg;24\u2032"))
    [(2, 7, '°'), (9, 15, '′')]
    """
    for found in _ESCAPE.finditer(text):
        meaning = _decode(found.group())
        if meaning != found.group() and all(char >= " " and char != "\ufffd" for char in meaning):
            yield *found.span(), meaning


def _decode(escape: str) -> str:
    if escape.startswith("&"):
        return unescape(escape)
    if escape.startswith("%"):
        return unquote(escape)
    units = [int(digits[:_HEX_DIGITS], 16) for digits in re.split(r"\\{1,2}[uU]", escape)[1:]]
    return b"".join(unit.to_bytes(2, "big") for unit in units).decode("utf-16-be", "replace")
