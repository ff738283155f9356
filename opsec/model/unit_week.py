"""The week of one unit as it reports it, and the week of many units as command sees it: counts and codes only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Withheld = Literal["<3", ">=3"]
"""A count that the edition for command does not publish: 0 to 2, or 3 and more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellCount:
    """Findings of one site, or of one rule."""

    key: str
    """Code of the site, or id of the rule."""
    findings: int | Withheld


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitNumbers:
    """What a unit counted in a week. All but the cells are exact."""

    clips: int
    flagged: int
    findings: int
    act_now: int
    """Findings that call for action now and were not removed."""
    online: int
    """Findings of this and all earlier weeks that were not removed."""
    removed: int
    hidden: int
    not_fully_checked: int
    by_group: Mapping[str, int]
    """Group of reasons → clips that were not fully checked."""
    sites: tuple[CellCount, ...] = ()
    rules: tuple[CellCount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitWeek:
    """One bundle of a unit."""

    unit: str
    """Name under which its key is trusted; in its own bundle, the name that it gave itself."""
    week: str
    first_weekday: int | None
    """Day on which its weeks begin; 0 is Monday. None: an older version made it, and it is not known."""
    sequence: int
    """1 for the first report of the week, more for each correction."""
    made_at: str
    program: str
    """Version of the program that made it."""
    audit_count: int
    audit_head: str
    """Where the audit trail of the unit's case file ended, as SHA-256."""
    numbers: UnitNumbers


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBundle:
    """A bundle in the case file of command, and how it got there."""

    week: UnitWeek
    signer: str
    """Fingerprint of the key that signed it."""
    payload_sha256: str
    imported_at: str
    times: int
    """How often it was imported; the same bundle counts once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedBundle:
    """A bundle that counts nowhere."""

    reason: str
    unit: str | None
    week: str | None
    file_sha256: str
    refused_at: str
    times: int


UnitState = Literal["on_time", "late", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """One expected unit in a week."""

    unit: str
    state: UnitState
    counted: StoredBundle | None
    """The bundle that counts: the last correction."""
    corrected: int
    """Earlier bundles of the same week that it replaces."""
    repeated: int
    """How often a bundle of this unit and week was imported again."""
    contradicted: bool
    """Two different bundles have the same number; the one made last counts."""
    first_weekday: int | None
    """Day on which the weeks of the unit begin where that is not command's: its bundle is not in the sums."""
    refused: tuple[str, ...]
    """Reasons why bundles with a valid signature of this unit were refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellOfUnits:
    """Findings of one site or rule: several units may have seen the same clips, and small counts are withheld."""

    key: str
    units: tuple[str, ...]
    at_least: int
    """If every unit saw the same clips: the count of the unit with most."""
    at_most: int
    """If all clips differ: the sum, with withheld counts at their largest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsWeek:
    """The week of all units."""

    week: str
    first_day: str
    last_day: str
    due_at: str
    """Bundles made after this time are late."""
    units: tuple[UnitLine, ...]
    totals: UnitNumbers
    """Sums over the bundles that count and whose weeks begin on command's day, without cells. A clip that two units
    scanned is in both."""
    sites: tuple[CellOfUnits, ...]
    rules: tuple[CellOfUnits, ...]
    refused: Mapping[str, int]
    """Reason → refused bundles whose unit or week is not known."""
    strangers: tuple[str, ...]
    """Names of units with a bundle whose key is no longer trusted; it does not count."""
