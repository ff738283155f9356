"""How much was unpacked of the archives of one scan, and how much more may be: a million small members are much."""

from collections import Counter

from opsec.i18n.reasons import make_reason
from opsec.ingest.source import CannotOpenError
from opsec.model import Reason
from opsec.settings import Limits

_MIB = 1 << 20


class UnpackedBytes:
    """Totals of one archive and of one scan."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._of_archives: Counter[str] = Counter()

    def allowance(self, archive: str) -> int:
        """Return the bytes that the next member of an archive, named by its SHA-256, may have.

        Raises
        ------
        CannotOpenError
            A total is reached.
        """
        left = self._left(archive)
        if min(left.values()) <= 0:
            raise CannotOpenError(self.reason(archive))
        return min(left.values())

    def reason(self, archive: str) -> Reason:
        """Return the reason that the members of an archive exceed the total that is nearer."""
        left = self._left(archive)
        setting = min(left, key=lambda name: left[name])
        return make_reason("unpacked_limit", limit_mib=getattr(self._limits, setting), setting=setting)

    def add(self, archive: str, size_bytes: int) -> None:
        """Count what was unpacked, also of a member that was refused half way."""
        self._of_archives[archive] += size_bytes

    def _left(self, archive: str) -> dict[str, int]:
        """Setting → bytes that may still be unpacked by it."""
        return {
            "archive_unpacked_mib": self._limits.archive_unpacked_mib * _MIB - self._of_archives[archive],
            "scan_unpacked_mib": self._limits.scan_unpacked_mib * _MIB - self._of_archives.total(),
        }
