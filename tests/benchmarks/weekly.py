"""Time of the weekly report on a made case: sums, pages in both languages, PDF; and with a million findings."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select

from opsec.app.weekly import renderers, sum_up_week
from opsec.casefile import schema
from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.decisions import NewDecision
from opsec.casefile.iso_week import Week
from opsec.casefile.week_data import WeekOptions
from opsec.i18n.messages import LANGUAGES
from opsec.model import Exposure
from opsec.settings import Settings
from tests.casefile.made_weeks import SITES, MadeCase, fill_case

AT = datetime(2026, 11, 22, 6, tzinfo=UTC)
WEEK = Week.parse("2026-W47", zone=ZoneInfo("Asia/Baghdad"))
Result = TypeVar("Result")


def main() -> None:
    """Measure and print processor and wall seconds, those of the process that lays out the PDF included."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks weekly", description=__doc__)
    parser.add_argument("--clips", type=int, default=5_000)
    parser.add_argument("--weeks", type=int, default=12)
    parser.add_argument("--flagged", type=float, default=0.2, help="share of the clips with a finding")
    parser.add_argument("--decided", type=float, default=0.6, help="share of the findings with decisions")
    parser.add_argument("--copies", type=int, default=1, help="times that each row is written, as another clip")
    parser.add_argument("--no-pdf", action="store_true")
    options = parser.parse_args()
    made = MadeCase(
        clips=options.clips,
        weeks=options.weeks,
        flagged=options.flagged,
        decided=options.decided,
        coverage=options.clips <= 50_000,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.db"
        with open_case(str(path)) as case:
            fill_case(case, made)
            for number in range(1, options.copies):
                _copy_rows(case, number, options.clips)
        _say(f"{made.clips * options.copies:,} clips, {made.weeks} weeks, {path.stat().st_size / 2**20:,.0f} MiB")

        def sum_up() -> Exposure:
            return sum_up_week(str(path), WEEK, "command", WeekOptions(sites=SITES), AT)

        _timed("first sums", sum_up)  # every row is new: this is what a case of an older version costs once
        exposure = _timed("sums", sum_up)
        _change_one(path)
        _timed("sums after a decision", sum_up)
        _say(f"  findings of the week {exposure.trend[-1].findings:,}, still online {exposure.trend[-1].online:,}")
    for lang in LANGUAGES:
        rendered = renderers(exposure, "command", lang, Settings())
        for form in (".html", ".json", ".csv"):
            _timed(f"{form} {lang}", rendered[form])
        if not options.no_pdf and find_spec("weasyprint") is not None:
            _timed(f".pdf {lang}", rendered[".pdf"])


def _change_one(path: Path) -> None:
    """Decide about one open finding of the base with the fewest: its week and its base are summed up again."""
    decided = select(schema.decisions.c.fingerprint)
    wanted = select(schema.findings.c.fingerprint).where(schema.findings.c.fingerprint.not_in(decided))
    with open_case(str(path)) as case:
        with case.transactions.read() as connection:
            fingerprint = connection.scalar(wanted.order_by(schema.findings.c.site.desc()).limit(1)) or ""
        case.decisions.decide([fingerprint], NewDecision(state="confirmed", by="officer", why="known"), AT)


def _copy_rows(case: CaseFile, number: int, clips: int) -> None:
    """Write the first rows again as other clips with other findings: a quick way to many rows."""
    posts = {"key": f"'c{number}' || key", "content_id": f"'{number}.' || content_id"}
    findings = {
        "fingerprint": f"'{number}.' || fingerprint",
        "post_key": f"'c{number}' || post_key",
        "number": f"'{number}.' || number",
    }
    with case.transactions.write() as connection:
        for table, changed, key in ((schema.posts, posts, "key"), (schema.findings, findings, "post_key")):
            columns = [column.name for column in table.c]
            values = ", ".join(changed.get(name, name) for name in columns)
            connection.exec_driver_sql(
                f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT {values} FROM {table.name} "
                f"WHERE {key} < 'k{clips:07}' AND {key} >= 'k'"
            )


def _timed(name: str, work: Callable[[], Result]) -> Result:
    cpu_s, wall_s = _processor_s(), time.monotonic()
    done = work()
    _say(f"  {name:<22} {_processor_s() - cpu_s:6.2f} s processor, {time.monotonic() - wall_s:6.2f} s wall")
    return done


def _processor_s() -> float:
    """Processor time of this process and of those that it started and waited for."""
    return sum(os.times()[:4])


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
