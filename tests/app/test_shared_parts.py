"""Equal parts of the results of one scan are one object; what the results say stays the same."""

from dataclasses import replace
from pathlib import Path

import pytest

from opsec.app import shared_parts
from opsec.app.scan import scan
from opsec.app.shared_parts import SharedParts
from opsec.model import Bilingual, Clip, Coverage, Layout, Post, Result, Verdict
from opsec.reports.scan_json import clip_record

SITE = 'id = "lake-camp"\nkind = "base"\ncode = "L-1"\nposition = [34.0, 43.2]\n[names]\nen = ["Lake Camp"]\n'


def a_result(**checks: str) -> Result:
    coverage = Coverage(status="read", checks=checks)  # type: ignore[arg-type]
    verdict = Verdict(
        action="nothing_found",
        site=None,
        likelihood=0.01,
        confidence="high",
        severity=0.0,
        action_why=Bilingual("nothing found", "لم يُعثر على شيء"),
    )
    clip = Clip(path="a.mp4", sha256=None, post=Post(), coverage=coverage, hints=())
    return Result(clip=clip, matches=(), verdict=verdict, findings=(), layout=Layout())


def test_equal_parts_become_one_object_and_the_results_stay_equal() -> None:
    parts, (one, other) = SharedParts(), (a_result(caption="ran"), a_result(caption="ran"))
    first, second = parts.share(one), parts.share(other)
    assert (first, second) == (one, other)
    assert first.clip.coverage is second.clip.coverage
    assert first.verdict is second.verdict
    assert first.layout is second.layout


@pytest.mark.parametrize(
    "other",
    [
        a_result(caption="off"),
        a_result(caption="ran", speech="ran"),
        replace(a_result(caption="ran"), verdict=replace(a_result().verdict, likelihood=0.02)),
        replace(a_result(caption="ran"), layout=Layout(score=0.5)),
    ],
    ids=["state", "one check more", "likelihood", "layout"],
)
def test_parts_that_differ_are_kept_apart(other: Result) -> None:
    parts = SharedParts()
    parts.share(a_result(caption="ran"))
    assert parts.share(other) == other


def test_the_order_of_checks_is_kept() -> None:
    parts = SharedParts()
    parts.share(a_result(caption="ran", speech="ran"))
    assert list(parts.share(a_result(speech="ran", caption="ran")).clip.coverage.checks) == ["speech", "caption"]


def test_parts_that_are_remembered_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_parts, "MAX_KEPT", 10)
    known: dict[object, object] = {}
    parts = SharedParts(known)
    for number in range(50):
        one = replace(a_result(caption="ran"), layout=Layout(score=number / 50))
        assert parts.share(one) == one
        assert len(known) <= 10


@pytest.mark.usefixtures("warm_templates")
def test_quiet_rows_of_a_list_share_their_parts(tmp_path: Path) -> None:
    (tmp_path / "sites" / "lake-camp").mkdir(parents=True)
    (tmp_path / "sites" / "lake-camp" / "site.toml").write_text(SITE, "utf-8")
    captions = ["quiet sea", "on duty in Lake Camp", "quiet hills"]
    rows = "".join(f"https://example.org/{n},{caption},2024-01-02\n" for n, caption in enumerate(captions))
    (tmp_path / "posts.csv").write_text("url,caption,posted_at\n" + rows, "utf-8")
    sea, camp, hills = scan([tmp_path / "posts.csv"], sites=tmp_path / "sites").results
    assert sea.verdict is hills.verdict
    assert sea.clip.coverage is hills.clip.coverage
    assert camp.verdict != sea.verdict
    assert [clip_record(one)["verdict"] == clip_record(sea)["verdict"] for one in (sea, camp, hills)] == [
        True,
        False,
        True,
    ]
