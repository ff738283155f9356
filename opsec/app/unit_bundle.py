"""The payload of a unit's bundle: counts and codes of one week as canonical JSON, and its strict reading.

A bundle contains no tags of clips. Whoever has the plain bundle and a list of public clips could test each clip against
a tag, because the key of the tags would be known to every unit; a bundle would then reveal which clips expose a base,
which the edition for command must not. So the same clip in two units stays unknown, and command sees a range per base:
the largest count of one unit, and the sum.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Literal

from opsec.app.unit_payload import MAX_CELLS, UnitPayload
from opsec.casefile.iso_week import Week
from opsec.casefile.serialisation import utc_text
from opsec.errors import UsageError
from opsec.model.unit_week import CellCount, UnitNumbers, UnitWeek, Withheld

BUNDLE_VERSION = 2
"""Version of the payload. A reader refuses a newer one, and reads every older one: 1 had no ``first_weekday``."""
KIND = "opsec-unit-week"


class PayloadError(Exception):
    """A payload cannot be used: it is of a newer version, or breaks a bound."""

    def __init__(self, code: Literal["newer_version", "bad_content"], week: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.week = week


def numbers_of(document: Mapping[str, Any]) -> UnitNumbers:
    """Take the numbers of a bundle from the weekly document of the edition for command.

    Parameters
    ----------
    document
        As ``weekly_document`` returns it: small counts of one base or one rule are withheld.
    """
    coverage, this_week = document["coverage"], document["trend"][-1]
    return UnitNumbers(
        clips=coverage["clips"],
        flagged=this_week["flagged"],
        findings=document["findings"],
        act_now=this_week["act_now"],
        online=this_week["online"],
        removed=document["removed"],
        hidden=document["hidden"],
        not_fully_checked=coverage["partly"] + coverage["unread"],
        by_group=coverage["by_group"],
        sites=_cells((one["code"], one["findings"]) for one in document["bases"]),
        rules=_cells((one["rule"], one["findings"]) for one in document["kinds"]),
    )


def _cells(found: Iterable[tuple[str, int | Withheld]]) -> tuple[CellCount, ...]:
    """Return the cells that are not 0, in the order of their keys."""
    cells = sorted((key, count) for key, count in found if count != 0)
    return tuple(CellCount(key=key, findings=count) for key, count in cells[:MAX_CELLS])


def encode_payload(week: UnitWeek) -> bytes:
    """Return canonical JSON: sorted keys, no spaces, one encoding for each record (after RFC 8785)."""
    numbers = asdict(week.numbers)
    record = {
        "kind": KIND,
        "schema_version": BUNDLE_VERSION,
        "unit": week.unit,
        "week": week.week,
        "first_weekday": week.first_weekday,
        "sequence": week.sequence,
        "made_at": week.made_at,
        "program": week.program,
        "audit": {"count": week.audit_count, "head": week.audit_head},
        "numbers": numbers,
    }
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def decode_payload(payload: bytes) -> UnitWeek:
    """Read the payload of a bundle whose signature is valid. Its signer is trusted, its content is still checked.

    Raises
    ------
    PayloadError
        It is of a newer version, or is not what this program writes.
    """
    try:
        record = json.loads(payload)
    except (ValueError, RecursionError):
        raise PayloadError("bad_content") from None
    if not isinstance(record, dict) or record.get("kind") != KIND:
        raise PayloadError("bad_content")
    version = record.get("schema_version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise PayloadError("bad_content")
    if version > BUNDLE_VERSION:
        raise PayloadError("newer_version", _week_of(record.get("week")))
    try:
        found = UnitPayload.model_validate_json(payload)
        if (found.first_weekday is None) != (version == 1):
            raise ValueError(version)
        datetime.fromisoformat(found.made_at)
        Week.parse(found.week)
    except (ValueError, UsageError):
        raise PayloadError("bad_content", _week_of(record.get("week"))) from None
    return _unit_week(found)


def _week_of(value: object) -> str | None:
    """Return the week that a payload names, if it names one."""
    try:
        return str(Week.parse(value)) if isinstance(value, str) else None
    except UsageError:
        return None


def _unit_week(found: UnitPayload) -> UnitWeek:
    numbers = UnitNumbers(**found.numbers.model_dump(exclude={"sites", "rules"}))
    sites = {one.key: one.findings for one in found.numbers.sites}
    rules = {one.key: one.findings for one in found.numbers.rules}
    return UnitWeek(
        unit=found.unit,
        week=found.week,
        first_weekday=found.first_weekday,
        sequence=found.sequence,
        made_at=utc_text(datetime.fromisoformat(found.made_at)),
        program=found.program,
        audit_count=found.audit.count,
        audit_head=found.audit.head,
        numbers=replace(numbers, sites=_cells(sites.items()), rules=_cells(rules.items())),
    )
