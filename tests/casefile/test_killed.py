"""kill -9 while storing: every clip is stored completely or not at all."""

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from opsec.casefile.case_file import open_case
from tests.casefile.made import READERS, Judged, a_finding, a_post, keep

WRITER = """
import itertools, sys
from opsec.model import Reading
from opsec.casefile.case_file import open_case
from tests.casefile.made import Judged, a_finding, a_post, keep
with open_case(sys.argv[1]) as case:
    for number in itertools.count():
        post = a_post(f"{number:06}.mp4", sidecar=Reading())
        keep(case, post, Judged(findings=[a_finding(str(number)), a_finding(str(number), site="heron-depot")]))
        print(number, flush=True)
"""


@pytest.mark.parametrize("after", [1, 20, 55])
def test_posts_stored_before_a_kill_are_complete(tmp_path: Path, after: int) -> None:
    path = tmp_path / "case.db"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    reported = [int(writer.stdout.readline()) for _ in range(after)]
    writer.send_signal(signal.SIGKILL)
    reported += [int(line) for line in writer.stdout.read().split()]
    assert writer.wait() == -signal.SIGKILL
    writer.stdout.close()

    with open_case(str(path)) as case:
        posts = list(case.posts(READERS))
        keep(case, a_post("afterwards.mp4"), Judged(findings=[a_finding("afterwards")]))
    assert [post.path for post in posts] == [f"posts/{number:06}.mp4" for number in range(len(posts))]
    assert len(posts) - len(reported) in (0, 1), "every reported post is stored; at most one more was just finished"
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("readings", "findings")]
    connection.close()
    assert counts == [len(posts) * 2 + 1, len(posts) * 2 + 1]
