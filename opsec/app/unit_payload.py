"""Schema of the payload of a unit's bundle: closed, with a bound on every field."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from opsec.casefile.integrity import MAX_CODE_LENGTH
from opsec.model.unit_week import Withheld

MAX_CELLS = 5_000
MAX_COUNT = 1_000_000_000
MAX_SEQUENCE = 1_000
MAX_GROUPS = 60

Count = Annotated[int, Field(ge=0, le=MAX_COUNT)]
ShortWord = Annotated[str, Field(min_length=1, max_length=80)]
SiteCode = Annotated[str, Field(min_length=1, max_length=MAX_CODE_LENGTH)]
RuleId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{0,39}$")]
GroupName = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
UtcTime = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}Z$")]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class SiteCell(_Closed):
    """Findings of one site."""

    key: SiteCode
    findings: Count | Withheld


class RuleCell(_Closed):
    """Findings of one rule."""

    key: RuleId
    findings: Count | Withheld


class PayloadNumbers(_Closed):
    """What the unit counted."""

    clips: Count
    flagged: Count
    findings: Count
    act_now: Count
    online: Count
    removed: Count
    hidden: Count
    not_fully_checked: Count
    by_group: Annotated[dict[GroupName, Count], Field(max_length=MAX_GROUPS)]
    sites: Annotated[list[SiteCell], Field(max_length=MAX_CELLS)]
    rules: Annotated[list[RuleCell], Field(max_length=MAX_CELLS)]


class PayloadAudit(_Closed):
    """Where the audit trail of the unit's case file ended."""

    count: Count
    head: Sha256


class UnitPayload(_Closed):
    """The payload."""

    kind: str
    schema_version: int
    unit: ShortWord
    week: Annotated[str, Field(max_length=8)]
    first_weekday: Annotated[int, Field(ge=0, le=6)] | None = None
    sequence: Annotated[int, Field(ge=1, le=MAX_SEQUENCE)]
    made_at: UtcTime
    program: ShortWord
    audit: PayloadAudit
    numbers: PayloadNumbers
