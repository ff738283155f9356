"""Time and size of the pages of the review console over a case with many findings, through its own HTTP server.

Browser and console share this process, so the processor times hold both; the caches of a page are as a decision leaves
them. Each figure is the median and the slowest of several requests.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import httpx

from opsec.casefile.case_file import open_case
from opsec.casefile.triage_queue import bring_up_to_date
from tests.benchmarks.casefile.decisions import fill_case
from tests.console.made import Browser, running_console

SITES, WEEKS = 12, 26
_SPREAD = (
    "UPDATE findings SET site_code = 'S-' || (rowid % {sites}), first_seen_at = strftime('%Y-%m-%dT%H:%M:%S.000000Z', "
    "'2026-11-18T12:00:00', '-' || (rowid % {weeks} * 7) || ' days', '+' || (rowid % 86400) || ' seconds'), "
    "rule = CASE rowid % 5 WHEN 0 THEN 'GPS-NEAR-FENCE' WHEN 1 THEN 'NAME-ON-SIGN' WHEN 2 THEN 'LANDMARK-SEEN' "
    "WHEN 3 THEN 'PLACE-TAG' ELSE 'NAME-IN-CAPTION' END, "
    "action = CASE rowid % 10 WHEN 0 THEN 'act_now' WHEN 1 THEN 'act_today' WHEN 2 THEN 'watch' ELSE 'review' END"
)
"""Findings of one site and week would make the counts look cheaper than they are."""


def main() -> None:
    """Fill a case file, serve it, and print how long each request takes."""
    parser = argparse.ArgumentParser(prog=sys.argv[0], description=__doc__)
    parser.add_argument("--findings", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=15)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "case.db")
        with open_case(path) as case:
            fill_case(case, wanted.findings)
            with case.transactions.write() as connection:
                connection.exec_driver_sql(_SPREAD.format(sites=SITES, weeks=WEEKS))
            began_s, cpu_s = time.perf_counter(), time.process_time()
            bring_up_to_date(case.transactions, datetime.now(UTC))
            _print(
                "rows of the queue, once",
                ((time.perf_counter() - began_s) * 1000, (time.process_time() - cpu_s) * 1000, 0),
            )
        with running_console(path) as console:
            browser = Browser(console).enter()
            _measure(browser, wanted.findings, wanted.repeats)
            browser.client.close()


def _measure(browser: Browser, findings: int, repeats: int) -> None:
    last = findings // 50 // 2
    for name, address in {
        "queue": "/queue",
        "queue, a page in the middle": f"/queue?page={last}",
        "queue, all states": "/queue?state=all",
        "queue, site, action and rule": "/queue?site=S-3&action=review&rule=NAME-ON-SIGN",
        "queue, one account": "/queue?account=account7",
        "queue, new": "/queue?new=1",
        "queue in Arabic": "/queue?lang=ar",
    }.items():
        _print(name, *[_one(lambda address=address: browser.get(address)) for _ in range(repeats)])  # type: ignore[misc]
    numbers = iter([one for page in range(1, repeats // 10 + 6) for one in browser.numbers(f"/queue?page={page}")])
    script = {"hx-request": "true"}

    def decide(count: int) -> httpx.Response:
        given = [next(numbers) for _ in range(count)]
        return browser.post("/decide", {"finding": given, "state": "confirmed", "why": "seen"}, script)

    _print("decide about one finding", *[_one(lambda: decide(1)) for _ in range(repeats)])
    _print("decide about 50 findings", *[_one(lambda: decide(50)) for _ in range(3)])
    after = []
    for _ in range(repeats):
        decide(1)
        after.append(_one(lambda: browser.get("/queue")))
    _print("queue after a decision", *after)


def _one(request: Callable[[], httpx.Response]) -> tuple[float, float, int]:
    """Return wall time and processor time in milliseconds, and the size of the answer in bytes."""
    began_s, cpu_s = time.perf_counter(), time.process_time()
    answer = request()
    assert answer.status_code == 200, answer.text
    wall_ms, cpu_ms = (time.perf_counter() - began_s) * 1000, (time.process_time() - cpu_s) * 1000
    return wall_ms, cpu_ms, len(answer.content)


def _print(name: str, *runs: tuple[float, float, int]) -> None:
    walls, cpus, sizes = zip(*runs, strict=True)
    sys.stdout.write(
        f"{name:<44} median {median(walls):8.1f} ms   slowest {max(walls):8.1f} ms   "
        f"processor {median(cpus):8.1f} ms   {max(sizes) / 1000:6.1f} kB\n"
    )
    sys.stdout.flush()
