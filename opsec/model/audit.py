"""The end of an audit trail as reports print it."""

import re
from dataclasses import dataclass

_PREFIX = "opsec-audit-1"
_PATTERN = re.compile(rf"{_PREFIX}:([0-9]{{1,12}}):([0-9a-f]{{64}}):([0-9a-f]{{64}})?:([0-9a-f]{{128}})?")


@dataclass(frozen=True, slots=True)
class AuditMark:
    """Number of rows and hash of the last one, with a signature where the case has a key."""

    count: int
    head: str
    verify_key: str
    """Ed25519 in hexadecimal; empty where there is no key."""
    signature: str

    @property
    def text(self) -> str:
        """The mark as reports print it, on one line without spaces."""
        return f"{_PREFIX}:{self.count}:{self.head}:{self.verify_key}:{self.signature}"


def find_marks(text: str) -> list[AuditMark]:
    """Return every mark in the text of a report."""
    return [
        AuditMark(int(count), head, key or "", signature or "")
        for count, head, key, signature in _PATTERN.findall(text)
    ]
