"""Findings by what a person types: a number from a page, or the beginning of a fingerprint."""

import re
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from opsec.casefile.schema import findings
from opsec.errors import UsageError
from opsec.i18n.messages import _, ngettext
from opsec.i18n.safe_text import escape_unsafe
from opsec.readers.posts.plain_digits import PLAIN_DIGITS

MIN_DIGITS = 8
"""Shorter beginnings are refused: a typing error would soon be another finding."""
_FINDING = re.compile(rf"[0-9a-f]{{{MIN_DIGITS},64}}")


def normalise_number(given: str) -> str | None:
    """Return what names a finding in its stored form; None if the text cannot name one.

    Direction marks are copied with a number from an Arabic page or terminal.

    >>> normalise_number(" #0A1B2C3D4E "), normalise_number("clip.mp4")
    ('0a1b2c3d4e', None)
    """
    plain = given.translate(PLAIN_DIGITS).strip().removeprefix("#").lower()
    return plain if _FINDING.fullmatch(plain) else None


def find_fingerprint(connection: Connection, given: str) -> str:
    """Return the fingerprint of the finding that a text names.

    Raises
    ------
    UsageError
        The text cannot name a finding, or the case has none of it, or more than one.
    """
    shown = escape_unsafe(given, limit=80)
    number = normalise_number(given)
    if number is None:
        raise UsageError(
            _(
                "{number} does not name a finding; give its number from a page, or 8 or more characters of its "
                "fingerprint from the JSON",
                number=shown,
            )
        )
    found = connection.scalars(_named(findings.c.number == number)).all()
    found = found or connection.scalars(_named(_begins(number))).all()
    if not found:
        raise UsageError(
            _("the case file has no finding {number}; copy the number from a page or from the JSON", number=shown)
        )
    if len(found) > 1:
        raise UsageError(
            ngettext(
                "{number} fits {n} finding; give more characters of it",
                "{number} fits {n} findings; give more characters of it",
                len(found),
                number=shown,
            )
        )
    return str(found[0])


def _named(condition: ColumnElement[bool]) -> Select[Any]:
    return select(findings.c.fingerprint).where(condition).distinct().limit(10)


def _begins(number: str) -> ColumnElement[bool]:
    """Compare by range, so that the indices are used: ``g`` follows every hexadecimal digit."""
    return or_(
        and_(findings.c.fingerprint >= number, findings.c.fingerprint < number + "g"),
        and_(findings.c.number >= number, findings.c.number < number + "g"),
    )
