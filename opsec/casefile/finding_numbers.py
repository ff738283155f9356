"""Numbers by which pages name findings: nobody without the case file can compute one from a clip and a site.

The fingerprint of a finding is a plain hash of the clip and the site's id. On a page that is passed on, it would allow
a reader to test guesses: hash each public clip with each likely id and compare. A number is therefore an HMAC-SHA-256
(RFC 2104) of the fingerprint under a random secret that only the case file has.
"""

import hashlib
import hmac
import secrets

NUMBER_DIGITS = 10
"""Hexadecimal digits: among 100,000 findings, two share a number with a probability of 0.5 %."""
SECRET_BYTES = 32
SECRET_KEY = "finding_number_secret"  # noqa: S105 - the name of a row, not a secret
"""Key of the secret in the table ``meta``, written in hexadecimal."""


def new_secret() -> bytes:
    """Return a new random secret."""
    return secrets.token_bytes(SECRET_BYTES)


def finding_number(secret: bytes, fingerprint: str) -> str:
    """Return the number of a finding.

    >>> finding_number(bytes(32), "00" * 16)
    '336160767d'
    """
    return hmac.new(secret, fingerprint.encode(), hashlib.sha256).hexdigest()[:NUMBER_DIGITS]
