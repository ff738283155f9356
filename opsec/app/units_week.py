"""The week of many units: which bundle of each unit counts, who is late or missing, and the sums.

The result depends only on the set of bundles and trusted keys, never on the order or the number of imports.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from opsec.app.unit_bundle import PayloadError, decode_payload
from opsec.casefile.case_file import open_case
from opsec.casefile.iso_week import Week
from opsec.casefile.serialisation import utc_text
from opsec.casefile.unit_bundles import BundleRow, bundle_rows, refusals
from opsec.errors import KeysError
from opsec.i18n.messages import _
from opsec.keys.trusted_keys import TrustedKey, trusted_keys
from opsec.model.unit_week import (
    CellOfUnits,
    RefusedBundle,
    StoredBundle,
    UnitLine,
    UnitNumbers,
    UnitsWeek,
    Withheld,
)

DUE_DAYS = 2
"""Days after the end of a week in which bundles are on time."""
REFUSALS_SHOWN = timedelta(days=14)
"""How long after a week the refusals are shown with it whose week is not known."""
NO_NUMBERS = UnitNumbers(
    clips=0, flagged=0, findings=0, act_now=0, online=0, removed=0, hidden=0, not_fully_checked=0, by_group={}
)
_SUMMED = tuple(field.name for field in fields(UnitNumbers) if field.name not in {"by_group", "sites", "rules"})


def units_week(week: Week, *, case: str, keys: Path, due_days: int = DUE_DAYS) -> UnitsWeek:
    """Sum up the bundles of a week in the case file of command.

    Parameters
    ----------
    week
        The week.
    case
        Existing case file.
    keys
        Folder with the trusted keys: every unit in it is expected to report.
    due_days
        Days after the end of the week in which a bundle is on time.

    Raises
    ------
    KeysError, CaseError
        No unit is trusted, or a bundle in the case file is damaged.
    """
    trusted = [one for one in trusted_keys(keys) if one.role == "unit"]
    if not trusted:
        raise KeysError(_("no key of a unit is trusted, so none is expected; add them with opsec keys trust FILE"))
    with open_case(case) as case_file, case_file.transactions.read() as connection, case_file.transactions.checked():
        bundles = [_stored(row) for row in bundle_rows(connection, str(week))]
        around = (utc_text(week.begins), utc_text(week.ends + REFUSALS_SHOWN))
        refused = [
            one
            for one in refusals(connection, str(week))
            if one.week is not None or around[0] <= one.refused_at < around[1]
        ]
    return sum_units(week, bundles, refused, trusted, week.ends + timedelta(days=due_days))


def _stored(row: BundleRow) -> StoredBundle:
    """Read a bundle again; ``ValueError`` if the case file was edited."""
    try:
        found = decode_payload(row.payload)
    except PayloadError as error:
        raise ValueError(error.code) from None
    return StoredBundle(
        week=replace(found, unit=row.unit),
        signer=row.signer,
        payload_sha256=row.payload_sha256,
        imported_at=row.imported_at,
        times=row.times,
    )


def sum_units(
    week: Week,
    bundles: Sequence[StoredBundle],
    refused: Sequence[RefusedBundle],
    trusted: Sequence[TrustedKey],
    due: datetime,
) -> UnitsWeek:
    """Sum up bundles: of each unit, the one with the highest number counts.

    One whose week begins on another day has other days: it is shown, but not added to the others.

    Parameters
    ----------
    week
        The week of all bundles.
    bundles, refused
        What the case file keeps; one bundle occurs once.
    trusted
        Keys of the expected units.
    due
        Bundles made after this time are late.
    """
    by_unit: dict[str, list[StoredBundle]] = defaultdict(list)
    keys_of = {one.name: {one.public.fingerprint, *one.former} for one in trusted}
    strangers: set[str] = set()
    for bundle in bundles:
        if bundle.signer in keys_of.get(bundle.week.unit, ()):
            by_unit[bundle.week.unit].append(bundle)
        else:
            strangers.add(bundle.week.unit)
    lines = tuple(
        _unit_line(name, by_unit[name], [one for one in refused if one.unit == name and one.week], week, utc_text(due))
        for name in sorted(keys_of)
    )
    counted = [line.counted for line in lines if line.counted is not None and line.first_weekday is None]
    nameless = Counter(one.reason for one in refused if one.unit not in keys_of or one.week is None)
    return UnitsWeek(
        week=str(week),
        first_day=week.first_day.isoformat(),
        last_day=week.last_day.isoformat(),
        due_at=utc_text(due),
        units=lines,
        totals=_totals([bundle.week.numbers for bundle in counted]),
        sites=_cells(counted, "sites"),
        rules=_cells(counted, "rules"),
        refused=dict(sorted(nameless.items())),
        strangers=tuple(sorted(strangers)),
    )


def _unit_line(
    name: str, bundles: Sequence[StoredBundle], refused: Sequence[RefusedBundle], week: Week, due_at: str
) -> UnitLine:
    ordered = sorted(bundles, key=lambda one: (one.week.sequence, one.week.made_at, one.payload_sha256))
    counted = ordered[-1] if ordered else None
    first_made_at = min((one.week.made_at for one in ordered), default="")
    numbers = Counter(one.week.sequence for one in ordered)
    begins_on = None if counted is None else counted.week.first_weekday
    return UnitLine(
        unit=name,
        state="missing" if counted is None else "late" if first_made_at > due_at else "on_time",
        counted=counted,
        corrected=max(0, len(ordered) - 1),
        repeated=sum(one.times - 1 for one in ordered),
        contradicted=any(count > 1 for count in numbers.values()),
        first_weekday=None if begins_on == week.first_weekday else begins_on,
        refused=tuple(sorted({one.reason for one in refused})),
    )


def _totals(numbers: Iterable[UnitNumbers]) -> UnitNumbers:
    """Add up numbers field by field."""
    sums: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    for one in numbers:
        sums.update({name: getattr(one, name) for name in _SUMMED})
        groups.update(one.by_group)
    summed: dict[str, Any] = {name: sums[name] for name in _SUMMED}
    return replace(NO_NUMBERS, by_group=dict(sorted(groups.items())), **summed)


def _cells(counted: Iterable[StoredBundle], name: Literal["sites", "rules"]) -> tuple[CellOfUnits, ...]:
    """Return each site or rule once, the one with most findings first."""
    of_cell: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for bundle in counted:
        for cell in getattr(bundle.week.numbers, name):
            of_cell[cell.key][bundle.week.unit] = _bounds(cell.findings, bundle.week.numbers.findings)
    found = (
        CellOfUnits(
            key=key,
            units=tuple(sorted(units)),
            at_least=max(least for least, _most in units.values()),
            at_most=sum(most for _least, most in units.values()),
        )
        for key, units in of_cell.items()
    )
    return tuple(sorted(found, key=lambda cell: (-cell.at_most, -cell.at_least, cell.key)))


def _bounds(count: int | Withheld, all_findings: int) -> tuple[int, int]:
    """Return the smallest and the largest value that a count may have, with that of all findings of the unit."""
    if isinstance(count, int):
        return count, count
    return (0, min(2, all_findings)) if count == "<3" else (3, max(3, all_findings))
