"""Posts of the findings of a week with their links, accounts and positions: for the edition ``evidence`` alone."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from opsec.casefile.decided_findings import DECIDED_FINDINGS, DECISION_COLUMNS
from opsec.casefile.finding_evidence import Places
from opsec.casefile.schema import findings, posts
from opsec.model.exposure import EvidencePost

_BATCH = 500
_COLUMNS = (
    findings.c.number, findings.c.fingerprint, findings.c.site, findings.c.places, findings.c.first_seen_at,
    posts.c.path, posts.c.content_id, posts.c.key, posts.c.url, posts.c.author, posts.c.posted_at,
)  # fmt: skip


def evidence_posts(connection: Connection, numbers: Sequence[str]) -> tuple[EvidencePost, ...]:
    """Return every post of the findings with these numbers, in the order of the numbers; without captions."""
    found: dict[str, list[EvidencePost]] = {number: [] for number in numbers}
    wanted = select(*_COLUMNS, *DECISION_COLUMNS).select_from(DECIDED_FINDINGS).order_by(posts.c.path, posts.c.key)
    for start in range(0, len(numbers), _BATCH):
        for row in connection.execute(wanted.where(findings.c.number.in_(numbers[start : start + _BATCH]))):
            places = Places.from_json(row.places)
            found[row.number].append(
                EvidencePost(
                    number=row.number,
                    fingerprint=row.fingerprint,
                    site=row.site,
                    path=row.path,
                    sha256="" if row.content_id == row.key else row.content_id,
                    url=row.url,
                    account=row.author,
                    posted_at=row.posted_at,
                    first_seen_at=row.first_seen_at,
                    caption=None,
                    positions=places.positions,
                    zones=tuple(zone for zone in places.zones if zone),
                    decided_by=row.decided_by,
                    why=row.decided_why,
                )
            )
    return tuple(post for number in numbers for post in found[number])
