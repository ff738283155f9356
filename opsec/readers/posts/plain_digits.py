"""Direction marks, digits and spaces that dates and names in chats and pages are written with, as plain ASCII."""

MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c\ufeff"))
"""Direction marks, for ``str.translate``."""
_DIGITS = {ord(zero) + number: str(number) for zero in "٠۰०" for number in range(10)}
_SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007"), " ")
PLAIN_DIGITS: dict[int, str | None] = {**MARKS, **_DIGITS, **_SPACES}
"""For ``str.translate``: Arabic and Persian digits as ASCII, every space as a plain one, no direction marks."""
