"""Time of decisions and lists in a case file with many findings: by the clock, and of the processor alone.

The rows are written as scans write them; each figure is the median and the slowest of several runs on one open case.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import insert

from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.decisions import NewDecision
from opsec.casefile.finding_list import FindingFilter, list_findings
from opsec.casefile.finding_numbers import finding_number
from opsec.casefile.scan_marks import number_secret
from opsec.casefile.schema import findings, posts
from opsec.casefile.serialisation import utc_text
from opsec.model import AllowRule
from opsec.reports.finding_records import render_list_json
from tests.casefile.made import AT, Judged, a_finding, a_post, digest, keep

BATCH = 5_000


def main() -> None:
    """Fill a case file and print how long each operation takes."""
    parser = argparse.ArgumentParser(prog=sys.argv[0], description=__doc__)
    parser.add_argument("--findings", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=20)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open_case(str(Path(folder) / "case.db")) as case:
        fingerprints = fill_case(case, wanted.findings)
        _print(f"{wanted.findings} findings, {Path(folder, 'case.db').stat().st_size / 2**20:.0f} MiB")
        _measure(case, fingerprints, wanted.repeats)


def fill_case(case: CaseFile, count: int) -> list[str]:
    """Store one post as a scan does, and copies of its rows under other keys; every tenth finding is decided."""
    keep(case, a_post("first.mp4"), Judged(findings=[a_finding("first")]))
    with case.transactions.read() as connection:
        post = connection.execute(posts.select()).mappings().one()
        found = connection.execute(findings.select()).mappings().one()
        secret = number_secret(connection)
    fingerprints = [digest(f"finding {number}")[:32] for number in range(count)]
    for start in range(0, count, BATCH):
        rows, made = [], []
        for number in range(start, min(start + BATCH, count)):
            key, at = digest(f"post {number}"), utc_text(AT + timedelta(seconds=number))
            names = {"key": key, "content_id": key, "path": f"posts/{number}.mp4", "author": f"account{number % 500}"}
            rows.append({**post, **names, "first_seen_at": at, "last_seen_at": at})
            this = {"fingerprint": fingerprints[number], "post_key": key, "rule": "NAME-IN-CAPTION", "in_fence": 0}
            this |= {"number": finding_number(secret, fingerprints[number]), "first_seen_at": at, "last_seen_at": at}
            made.append({**found, **this})
        with case.transactions.write() as connection:
            connection.execute(insert(posts), rows)
            connection.execute(insert(findings), made)
    for start in range(0, count // 10, BATCH):
        some = fingerprints[start * 10 : (start + BATCH) * 10 : 10]
        case.decisions.decide(some, NewDecision(state="confirmed", by="officer"), AT)
    return fingerprints


def _measure(case: CaseFile, fingerprints: list[str], repeats: int) -> None:
    undecided = iter([one for number, one in enumerate(fingerprints) if number % 10])
    confirmed = NewDecision(state="confirmed", by="officer", why="seen")
    later = AT + timedelta(days=1)

    def by_number() -> None:
        with case.transactions.read() as connection:
            number = finding_number(number_secret(connection), next(undecided))
        case.decisions.decide([number], confirmed, later)

    def listed(which: FindingFilter) -> Callable[[], None]:
        return lambda: _use(list_findings(case.transactions, which, later))

    rule = AllowRule(
        number=0, kind="account", value="account7", why="press", made_by="x", made_at="", until="2099-12-31"
    )
    _time("decide one finding", lambda: case.decisions.decide([next(undecided)], confirmed, later), repeats)
    _time("decide one finding by its number", by_number, repeats)
    _time("decide 50 findings", lambda: _decide_many(case, undecided, confirmed, 50), repeats)
    _time("undo one finding", lambda: case.decisions.undo([fingerprints[0]], by="x", why=None, at=later), 1)
    _time("add an allow rule", lambda: _use(case.allow_rules.add(rule, later)), 1)
    _time("list one site, new", listed(FindingFilter(site="H-02", only_new=True)), 3)
    _time("list open findings", listed(FindingFilter(states=frozenset({"open"}))), 3)
    _time(
        "list all as JSON", lambda: _use(render_list_json(list_findings(case.transactions, FindingFilter(), later))), 3
    )


def _decide_many(case: CaseFile, undecided: Iterator[str], wanted: NewDecision, count: int) -> None:
    case.decisions.decide([next(undecided) for _ in range(count)], wanted, AT)


def _time(what: str, action: Callable[[], object], repeats: int) -> None:
    times_ms, cpu_ms = [], []
    for _ in range(repeats):
        started_s, cpu_s = time.perf_counter(), time.process_time()
        action()
        times_ms.append((time.perf_counter() - started_s) * 1000)
        cpu_ms.append((time.process_time() - cpu_s) * 1000)
    cpu = median(cpu_ms)
    _print(f"{what:<34} median {median(times_ms):8.1f} ms   slowest {max(times_ms):8.1f} ms   processor {cpu:8.1f} ms")


def _use(_result: object) -> None:
    """Discard a result."""


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
