"""Text that a program stored escaped: HTML entities, ``\\u`` escapes, percent signs, quoted-printable.

A list or an export often holds such text, and people share the links of tag pages.
"""

import html
import re

from opsec.text.views.mapped_text import MappedText

_MAX_LAYERS = 3
"""Text is sometimes escaped twice: ``&amp;#1605;``."""
_HEX = "[0-9A-Fa-f]"
_ESCAPES = re.compile(
    rf"(?P<entity>&(?:\#[0-9]{{2,7}}|\#[xX]{_HEX}{{2,6}}|[A-Za-z]{{2,8}});)"
    rf"|(?P<units>(?:[\\%]u{_HEX}{{4}})+)|(?P<braced>\\u\{{{_HEX}{{2,6}}\}}|\\U{_HEX}{{8}}|U\+0?{_HEX}{{4,5}}(?!\w) ?)"
    rf"|(?P<bare>(?<![A-Za-z0-9])(?:u0[6-9A-Fa-f]{_HEX}{{2}}){{2,}})"
    rf"|(?P<bytes>(?:[%=]{_HEX}{{2}}|\\x{_HEX}{{2}})+)|(?P<blank>\\[nrt])"
)
_HEX_DIGITS = re.compile(rf"{_HEX}{{4}}")
_BYTE = re.compile(rf"(?:[%=]|\\x)({_HEX}{{2}})")
_MAY_BE_ESCAPED = re.compile(r"[&%=\\][#A-Za-z0-9]|u0[6-9a-fA-F]|U\+")


def decode_escapes(text: MappedText) -> MappedText:
    r"""Decode what is escaped; returns the same object when nothing is.

    >>> decode_escapes(MappedText.of(r"&#1605;\u0639%D8%B3&amp;nbsp;=D9=83")).text
    'مع\u0633\xa0ك'
    """
    for _ in range(_MAX_LAYERS):
        if not _MAY_BE_ESCAPED.search(text.text):
            return text
        decoded = text.rewrite(_ESCAPES, _decode)
        if decoded is text:
            return text
        text = decoded
    return text


def _decode(found: re.Match[str]) -> str | None:
    written = found[0]
    kind = found.lastgroup
    if kind == "entity":
        return html.unescape(written)
    if kind in {"units", "bare"}:
        units = b"".join(int(unit, 16).to_bytes(2, "big") for unit in _HEX_DIGITS.findall(written.replace("u", " ")))
        return units.decode("utf-16-be", "replace")
    if kind == "braced":
        code_point = int("".join(re.findall(_HEX, written.lstrip("\\uU+"))), 16)
        return chr(code_point) if code_point <= 0x10FFFF and not 0xD800 <= code_point < 0xE000 else None
    if kind == "bytes":
        try:
            return bytes(int(byte, 16) for byte in _BYTE.findall(written)).decode("utf-8")
        except UnicodeDecodeError:
            return None
    return " "
