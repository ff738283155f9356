"""A case file with months of posts about fictional bases, written row by row: no scan could fill it in a test.

Nothing in it exists. The same seed gives the same rows.
"""

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, insert

from opsec.casefile.case_file import CaseFile
from opsec.casefile.finding_numbers import finding_number
from opsec.casefile.scan_marks import number_secret
from opsec.casefile.schema import decisions, findings, posts
from opsec.casefile.serialisation import pack, utc_text
from opsec.casefile.stored_post import PostRow
from opsec.casefile.week_columns import posted_moment
from opsec.model import SiteCoverage, SiteFacts

SITES = {
    "falcon-camp": SiteFacts(
        code="F-07", name="Falcon Camp", unit="Third Battalion", time_zone="Asia/Baghdad",
        zones={"North Tower": "guard_post", "Fuel Yard": "vehicle_park", "Sandstone Gate": "gate"},
    ),
    "heron-depot": SiteFacts(
        code="H-02", name="Heron Depot", unit="Third Battalion", time_zone="Asia/Baghdad",
        zones={"Silo Row": "armoury", "Palm Gate": "gate"},
    ),
    "kestrel-field": SiteFacts(
        code="K-11", name="Kestrel Field", unit="Ninth Squadron", time_zone="Asia/Baghdad",
        zones={"Radar Mound": "antenna", "Apron Two": "vehicle_park"},
    ),
    "osprey-range": SiteFacts(
        code="O-04", name="Osprey Range", unit="Ninth Squadron", time_zone="Asia/Baghdad", zones={"Butt Wall": "other"}
    ),
    "wren-post": SiteFacts(code="W-19", name="Wren Post", unit="Border Company", time_zone="Asia/Baghdad"),
}  # fmt: skip
RULES = ("GPS-IN-FENCE", "NAME-IN-CAPTION", "NAME-ON-SIGN", "LANDMARK-SEEN", "COORDINATES-WRITTEN", "PLACE-TAG")
_WEIGHTS = (9, 5, 3, 2, 1)
"""Of the bases: of the last one there are few clips."""
_BATCH = 5_000
_NO_FILES = pack(PostRow(path="", parts=(), listed=None, reasons=()))
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class MadeCase:
    """What the case is made of."""

    clips: int = 5_000
    weeks: int = 12
    until: datetime = datetime(2026, 11, 21, 20, tzinfo=UTC)
    """The last post is before this time: late on the Saturday that ends 2026-W47."""
    flagged: float = 0.2
    """Share of the clips with a finding."""
    undated: float = 0.03
    late: float = 0.1
    """Share of the clips that were scanned one to three weeks after they were posted."""
    partly: float = 0.08
    decided: float = 0.6
    """Share of the findings with decisions."""
    seed: int = 7
    sites: Sequence[str] = tuple(SITES)
    coverage: bool = True
    """Whether clips show ground, for mosaics."""
    accounts: int = 400


def fill_case(case: CaseFile, made: MadeCase) -> None:
    """Write the rows."""
    with case.transactions.write() as connection:
        secret = number_secret(connection)
        generator = random.Random(made.seed)
        rows = (_clip(number, made, generator, secret) for number in range(made.clips))
        while batch := list(islice(rows, _BATCH)):
            _insert(connection, batch)


def _insert(connection: Connection, batch: list[tuple[Row, list[Row], list[Row]]]) -> None:
    connection.execute(insert(posts), [post for post, _findings, _decisions in batch])
    for table, rows in (
        (findings, [row for _post, made, _decisions in batch for row in made]),
        (decisions, [row for _post, _findings, made in batch for row in made]),
    ):
        if rows:
            connection.execute(insert(table), rows)


def _clip(number: int, made: MadeCase, generator: random.Random, secret: bytes) -> tuple[Row, list[Row], list[Row]]:
    posted = made.until - timedelta(seconds=generator.random() * made.weeks * 7 * 86_400)
    delay = timedelta(days=generator.randint(7, 21)) if generator.random() < made.late else timedelta(hours=5)
    seen = min(posted + delay, made.until + timedelta(days=1))
    is_dated = generator.random() >= made.undated
    site = generator.choices(made.sites, _WEIGHTS[: len(made.sites)])[0]
    is_flagged = generator.random() < made.flagged
    content = hashlib.sha256(f"clip {number}".encode()).hexdigest()
    account = f"handle_{int(generator.paretovariate(1.2)) % made.accounts:04}"
    status = generator.choice(("partly", "unread")) if generator.random() < made.partly else "read"
    reasons = [] if status == "read" else [generator.choice(("cut_off", "timeout", "encrypted"))]
    posted_at = _written(posted, number) if is_dated else None
    path = f"inbox/clip-{number:07}.mp4"
    post: Row = {
        "key": f"k{number:07}", "content_id": content, "stands_for": f"s{number:07}", "all_there": 1, "path": path,
        "post": _NO_FILES, "status": status,
        "reason_codes": json.dumps(reasons), "action": "nothing_found", "site": site if is_flagged else None,
        "likelihood": 0.5, "confidence": "high", "severity": 0.5, "settings_sha256": "", "sites_sha256": "",
        "first_seen_at": utc_text(seen), "last_seen_at": utc_text(seen), "author": account,
        "url": f"https://video.example/{account}/{number}", "posted_at": posted_at, "purged_at": None,
        "posted_moment": posted_moment(posted_at),
        "checks_not_run": json.dumps(["speech"] if generator.random() < 0.9 else ["landmarks", "speech"]),
    }  # fmt: skip
    if not is_flagged:
        return post, [], []
    finding = _finding(post, site, made, generator, secret=secret, posted=posted)
    return post, [finding], list(_decisions(finding["fingerprint"], made, generator, seen))


def _written(posted: datetime, number: int) -> str:
    """The time of a post as platforms write it: in UTC, with an offset, or as a local time of the site without one."""
    local = posted.astimezone(UTC) + timedelta(hours=3)
    forms = (posted.isoformat(), f"{local:%Y-%m-%dT%H:%M:%S}+03:00", f"{local:%Y-%m-%dT%H:%M:%S}")
    return forms[number % len(forms)]


def _finding(post: Row, site: str, made: MadeCase, generator: random.Random, *, secret: bytes, posted: datetime) -> Row:
    fingerprint = hashlib.sha256(f"{post['content_id']}/{site}".encode()).hexdigest()
    rule = generator.choices(RULES, (6, 5, 4, 3, 2, 1))[0]
    action = generator.choices(("act_now", "act_today", "review", "watch"), (1, 3, 5, 1))[0]
    zones = sorted(SITES[site].zones)
    chosen = [generator.choice(zones)] if zones and generator.random() < 0.7 else [None]
    positions = [[round(33.0 + generator.random(), 6), round(44.0 + generator.random(), 6)]]
    return {
        "fingerprint": fingerprint, "post_key": post["key"], "site": site, "site_code": SITES[site].code, "rule": rule,
        "action": action, "likelihood": round(generator.uniform(0.2, 0.99), 4),
        "severity": round(generator.uniform(0.1, 0.9), 4), "first_seen_at": post["first_seen_at"],
        "last_seen_at": post["last_seen_at"],
        "shown": pack(_shown(site, generator, posted)) if made.coverage else None,
        "number": finding_number(secret, fingerprint), "in_fence": int(rule == "GPS-IN-FENCE"),
        "places": json.dumps([positions if rule.startswith("GPS") else [], chosen, rule != "GPS-IN-FENCE"]),
        "allow_rule": None, "copied": None,
    }  # fmt: skip


def _shown(site: str, generator: random.Random, posted: datetime) -> SiteCoverage:
    start = generator.uniform(0, 330)
    return SiteCoverage(
        site=site,
        score=round(generator.uniform(0.02, 0.2), 3),
        sweep_deg=round(generator.uniform(20, 90), 1),
        sectors=((round(start, 1), 30.0),),
        zones=tuple(sorted(SITES[site].zones)[:1]),
        zone_count=len(SITES[site].zones),
        at=posted.isoformat(),
        time_zone=SITES[site].time_zone or "",
    )


def _decisions(fingerprint: str, made: MadeCase, generator: random.Random, seen: datetime) -> Iterator[Row]:
    if generator.random() >= made.decided:
        return
    paths = (
        ("dismissed",), ("confirmed",), ("confirmed", "takedown_requested"),
        ("confirmed", "takedown_requested", "removed"), ("confirmed", "takedown_requested", "acknowledged", "removed"),
        ("confirmed", "takedown_requested", "rejected"),
        ("confirmed", "takedown_requested", "removed", "reappeared"),
    )  # fmt: skip
    at, before = seen, "open"
    for state in generator.choices(paths, (2, 2, 3, 5, 2, 1, 1))[0]:
        at += timedelta(hours=generator.uniform(1, 40))
        yield {
            "fingerprint": fingerprint, "made_at": utc_text(at), "made_by": "Officer Karim", "from_state": before,
            "to_state": state, "why": "known parade" if state in {"dismissed", "rejected"} else None, "until": None,
            "undoes": None, "restores": None, "in_fence": 1,
        }  # fmt: skip
        before = state
