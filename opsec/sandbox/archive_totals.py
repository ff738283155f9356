"""What the archives of one scan have cost: unpacked bytes and processor time, for each of them and for all together.

A limit of one file is no limit of an archive: a million small members are much. A limit of one archive is none of a
folder of them. Both totals are facts, measured here, and not what an archive claims.
"""

from collections import Counter

from opsec.i18n.reasons import make_reason
from opsec.ingest.source import CannotOpenError
from opsec.model import Reason
from opsec.settings import Limits

_MIB = 1 << 20


class ArchiveTotals:
    """Totals of each archive, named by its SHA-256, and of one scan."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._bytes: Counter[str] = Counter()
        self._cpu_s: dict[str, float] = {}
        self._scan_bytes, self._scan_cpu_s = 0, 0.0  # not summed up for each member: a scan may have many archives

    def add_bytes(self, archive: str, size_bytes: int) -> None:
        """Count what was unpacked, also of a member that was refused half way."""
        self._bytes[archive] += size_bytes
        self._scan_bytes += size_bytes

    def add_cpu_time(self, archive: str | None, cpu_s: float) -> None:
        """Count the processor time of unpacking or reading a member; ``archive`` is None for any other file."""
        if archive is not None:
            self._cpu_s[archive] = self._cpu_s.get(archive, 0.0) + cpu_s
            self._scan_cpu_s += cpu_s

    def allowance_bytes(self, archive: str) -> int:
        """Return the bytes that the next member of an archive may have.

        Raises
        ------
        CannotOpenError
            A total is reached.
        """
        left = self._bytes_left(archive)
        refused = self.time_reason(archive) or (self.size_reason(archive) if min(left.values()) <= 0 else None)
        if refused is not None:
            raise CannotOpenError(refused)
        return min(left.values())

    def size_reason(self, archive: str) -> Reason:
        """Return the reason that the members of an archive exceed the total of bytes that is nearer."""
        left = self._bytes_left(archive)
        setting = min(left, key=lambda name: left[name])
        return make_reason("unpacked_limit", limit_mib=getattr(self._limits, setting), setting=setting)

    def time_reason(self, archive: str | None) -> Reason | None:
        """Return the reason that no further member of an archive is read, if its processor time is used up.

        The time that an archive may take grows with what was unpacked of it, so that many empty members earn none.
        """
        if archive is None:
            return None
        limits = self._limits
        totals = {
            "archive_cpu_base_s": (self._cpu_s.get(archive, 0.0), self._bytes[archive]),
            "scan_cpu_base_s": (self._scan_cpu_s, self._scan_bytes),
        }
        for setting, (cpu_s, unpacked_bytes) in totals.items():
            allowed_s = getattr(limits, setting) + limits.cpu_s_per_unpacked_mib * unpacked_bytes / _MIB
            if cpu_s >= allowed_s:
                return make_reason("archive_time_limit", limit_s=round(allowed_s), setting=setting)
        return None

    def _bytes_left(self, archive: str) -> dict[str, int]:
        """Setting → bytes that may still be unpacked by it."""
        return {
            "archive_unpacked_mib": self._limits.archive_unpacked_mib * _MIB - self._bytes[archive],
            "scan_unpacked_mib": self._limits.scan_unpacked_mib * _MIB - self._scan_bytes,
        }
