"""What an allow rule allows, as an officer types it: ``account=NAME``, ``hash=SHA256``, ``site=CODE`` and others."""

import re
from collections.abc import Callable, Mapping

from opsec.app.typed_values import checked_text
from opsec.casefile.allow_rules import account_key
from opsec.errors import UsageError
from opsec.geo.positions import valid_point
from opsec.i18n.messages import _
from opsec.i18n.safe_text import escape_unsafe
from opsec.model.decision import ALLOW_KINDS, AllowKind

MAX_RADIUS_M = 10_000.0
"""A larger place would hide a town."""
_PLACE = "place="


def parse_rule(what: str) -> tuple[AllowKind, str]:
    """Return the kind and the value of a rule in the form in which it is stored.

    >>> parse_rule("account=@Press_Office")
    ('account', 'press_office')

    Raises
    ------
    UsageError
        The kind is unknown, or the value is not one of this kind; the sentence names what is wrong. It repeats no
        coordinate.
    """
    name, _sign, value = what.partition("=")
    kind = next((known for known in ALLOW_KINDS if known == name.strip().lower()), None)
    if kind is None:
        raise UsageError(
            _(
                "{what} is not something to allow; write account=NAME, hash=SHA256, site=CODE, "
                "place=LAT,LON,RADIUS_M or zone=NAME",
                what=escape_unsafe(name, limit=80),
            )
        )
    typed = checked_text(value, "--allow")
    stored = "" if typed is None else _STORED_VALUE[kind](typed)
    if not stored:
        raise UsageError(_("{what} needs a value; write it after the equals sign", what=kind + "="))
    return kind, stored


def _hash(value: str) -> str:
    if not re.fullmatch("[0-9a-fA-F]{64}", value):
        raise UsageError(
            _(
                "{what} is not a SHA-256, which has 64 digits from 0 to f; copy it from the JSON of a scan",
                what=f"hash={escape_unsafe(value, limit=80)}",
            )
        )
    return value.lower()


def _place(value: str) -> str:
    """Return ``lat,lon,radius_m`` of a circle on the ground."""
    try:
        lat, lon, radius_m = map(float, value.split(","))
    except ValueError as error:
        raise UsageError(
            _(
                "{what} needs three numbers with commas between them: latitude and longitude in degrees, and the "
                "radius in metres, at most {most}",
                what=_PLACE,
                most=MAX_RADIUS_M,
            )
        ) from error
    if not abs(lat) <= 90:  # NaN fails the comparison
        raise UsageError(
            _("the latitude of {what} must be from -90 to 90 degrees; it is the first number", what=_PLACE)
        )
    if not abs(lon) <= 180:
        raise UsageError(
            _("the longitude of {what} must be from -180 to 180 degrees; it is the second number", what=_PLACE)
        )
    if valid_point(lat, lon) is None:
        raise UsageError(
            _("latitude 0 and longitude 0 in {what} mean that no position was known; give the place", what=_PLACE)
        )
    if not 0 < radius_m <= MAX_RADIUS_M:
        raise UsageError(
            _(
                "the radius of {what} must be more than 0 and at most {most} metres; it is the third number",
                what=_PLACE,
                most=MAX_RADIUS_M,
            )
        )
    return f"{lat!r},{lon!r},{radius_m!r}"


_STORED_VALUE: Mapping[AllowKind, Callable[[str], str]] = {
    "account": account_key,
    "hash": _hash,
    "site": str,
    "place": _place,
    "zone": str,
}
