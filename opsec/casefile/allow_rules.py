"""Allow rules: accounts, files, sites and places whose posts are harmless, each with a reason and a last day.

A rule never hides a finding whose evidence is a position inside a fence. The row of a finding has the number of the
rule that hides it longest; ``decided_findings`` leaves out rules that have ended or were revoked.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from opsec.casefile.audit_trail import append
from opsec.casefile.finding_evidence import Places
from opsec.casefile.schema import allow_rules, findings, posts
from opsec.casefile.serialisation import encodable, local_date, utc_text
from opsec.casefile.transactions import Transactions
from opsec.errors import UsageError
from opsec.i18n.messages import _
from opsec.model import AllowRule

MAX_NUMBER = 2**63 - 1
"""Largest integer of the databases; a larger number is none of a rule."""
_COLUMNS = (
    findings.c.fingerprint, findings.c.post_key, findings.c.site, findings.c.site_code, findings.c.in_fence,
    findings.c.places, findings.c.allow_rule, posts.c.author, posts.c.content_id,
)  # fmt: skip
_SET_RULE = (
    update(findings)
    .where(
        findings.c.fingerprint == bindparam("this_fingerprint"), findings.c.post_key == bindparam("this_post")
    )
    .values(allow_rule=bindparam("this_rule"))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AllowedFacts:
    """What rules are compared with: one finding in one post."""

    site: str
    site_code: str
    author: str | None
    sha256: str
    in_fence: bool
    places: Places


def account_key(account: str) -> str:
    """Return an account in the form in which accounts are compared.

    >>> account_key(" @Salim_17 ")
    'salim_17'
    """
    return unicodedata.normalize("NFKC", account).strip().lstrip("@").casefold()


def hides(rule: AllowRule, facts: AllowedFacts) -> bool:
    """Return whether a rule hides a finding."""
    if facts.in_fence:
        return False
    if rule.kind == "account":
        return facts.author is not None and account_key(facts.author) == account_key(rule.value)
    if rule.kind == "hash":
        return facts.sha256 == rule.value
    if rule.kind == "site":
        return rule.value.casefold() in {facts.site.casefold(), facts.site_code.casefold()}
    return _is_at(rule.value, facts.places) if rule.kind == "place" else _is_in_zone(rule.value, facts)


def _is_at(value: str, places: Places) -> bool:
    """Return whether all evidence consists of positions in a circle ``lat,lon,radius_m`` (WGS 84 geodesics)."""
    from geopy.distance import geodesic

    lat, lon, radius_m = map(float, value.split(","))
    if places.has_other_evidence or not places.positions:
        return False
    return all(geodesic((lat, lon), position).m <= radius_m for position in places.positions)


def _is_in_zone(value: str, facts: AllowedFacts) -> bool:
    """Return whether all evidence is in one zone, ``zone`` of any site or ``site/zone``."""
    site, slash, zone = value.rpartition("/")
    if slash and site.casefold() not in {facts.site.casefold(), facts.site_code.casefold()}:
        return False
    return [one.casefold() if one else one for one in facts.places.zones] == [zone.casefold()]


def longest_rule(rules: Sequence[AllowRule], facts: AllowedFacts) -> int | None:
    """Return the number of the rule that hides a finding longest, or None."""
    found = [rule for rule in rules if hides(rule, facts)]
    return max(found, key=lambda rule: (rule.until, rule.number)).number if found else None


class AllowRules:
    """The allow rules of one case file."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def add(self, rule: AllowRule, at: datetime) -> AllowRule:
        """Add a rule; return it with its number and the number of findings that it hides."""
        made = replace(rule, made_at=utc_text(at))
        with self._transactions.write() as connection:
            added = add_rule(connection, made, local_date(at))
            detail: dict[str, str | int] = {"rule": added.number, "kind": added.kind, "hides": added.hides}
            append(connection, "allowed", at=utc_text(at), actor=rule.made_by, detail=detail)
            return added

    def list(self, at: datetime) -> list[AllowRule]:
        """Return the rules that apply, each with the number of findings that it hides."""
        with self._transactions.read() as connection:
            return rules_with_counts(connection, local_date(at))

    def revoke(self, number: int, *, by: str, why: str, at: datetime) -> None:
        """Revoke a rule, so that its findings are open again.

        Parameters
        ----------
        number
            Number of the rule.
        by, why
            Who revokes it, and the reason.
        at
            Time of the change.

        Raises
        ------
        UsageError
            No rule of this number applies.
        """
        today = local_date(at)
        this = (allow_rules.c.seq == number, allow_rules.c.revoked_at.is_(None), allow_rules.c.until >= today)
        change = update(allow_rules).where(*this)
        change = change.values(revoked_at=utc_text(at), revoked_by=encodable(by), revoked_why=encodable(why))
        with self._transactions.write() as connection:
            if number > MAX_NUMBER or not connection.execute(change).rowcount:
                raise UsageError(
                    _("no allow rule has the number {number}; see opsec decide --allowed", number=str(number))
                )
            apply_rules(connection, today)
            append(connection, "revoked", at=utc_text(at), actor=by, detail={"rule": number})


# ── rows ──────────────────────────────────────────────────────────────────────────────────────
def active_rules(connection: Connection, today: str) -> list[AllowRule]:
    """Return the rules that apply on a day (ISO 8601), in the order of their numbers, without their counts."""
    wanted = select(allow_rules).where(allow_rules.c.revoked_at.is_(None), allow_rules.c.until >= today)
    return [_rule(row) for row in connection.execute(wanted.order_by(allow_rules.c.seq))]


def rules_with_counts(connection: Connection, today: str) -> list[AllowRule]:
    """Return the rules that apply on a day, with the number of findings that each hides."""
    count = func.count(findings.c.fingerprint.distinct())
    counted = select(findings.c.allow_rule, count).where(findings.c.allow_rule.is_not(None))
    found = {row[0]: row[1] for row in connection.execute(counted.group_by(findings.c.allow_rule))}
    return [replace(rule, hides=found.get(rule.number, 0)) for rule in active_rules(connection, today)]


def add_rule(connection: Connection, rule: AllowRule, today: str) -> AllowRule:
    """Add a rule and apply it to the findings of earlier scans; return it with its number and its count."""
    names = ("kind", "value", "why", "made_by", "made_at", "until")
    row = {name: encodable(getattr(rule, name)) for name in names}
    number = connection.execute(insert(allow_rules).values(**row)).inserted_primary_key[0]  # type: ignore[index]
    apply_rules(connection, today)
    return next(one for one in rules_with_counts(connection, today) if one.number == number)


def apply_rules(connection: Connection, today: str) -> None:
    """Determine anew which rule hides each finding."""
    rules = active_rules(connection, today)
    rows = connection.execute(select(*_COLUMNS).join(posts, posts.c.key == findings.c.post_key)).all()
    changes = [
        {"this_fingerprint": row.fingerprint, "this_post": row.post_key, "this_rule": rule}
        for row in rows
        if (rule := longest_rule(rules, _facts(row)) if rules else None) != row.allow_rule
    ]
    if changes:
        connection.execute(_SET_RULE, changes)


def _facts(row: Any) -> AllowedFacts:
    return AllowedFacts(
        site=row.site,
        site_code=row.site_code,
        author=row.author,
        sha256=row.content_id,
        in_fence=bool(row.in_fence),
        places=Places.from_json(row.places),
    )


def _rule(row: Row[Any]) -> AllowRule:
    return AllowRule(
        number=row.seq,
        kind=row.kind,
        value=row.value,
        why=row.why,
        made_by=row.made_by,
        made_at=row.made_at,
        until=row.until,
    )
