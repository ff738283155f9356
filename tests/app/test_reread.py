"""Files are read again when their readings are outdated, and only then."""

import json
from pathlib import Path

import pytest

from opsec.app.reread import outdated_files
from opsec.app.scan import scan
from opsec.casefile.read_only import weakly_read_posts
from opsec.i18n.messages import Lang
from opsec.readers import versions
from opsec.reports.scan_json import encode_scan
from opsec.reports.scan_page import render_scan_page
from opsec.sandbox import worker_pool
from opsec.sandbox.template_process import Isolation, WeakIsolationError
from opsec.settings import Settings
from tests.ingest.made import JPEG

pytestmark = pytest.mark.usefixtures("warm_templates")

ROOT = Path(__file__).parents[2]
SITES = ROOT / "geofences"


@pytest.fixture
def case(tmp_path: Path) -> str:
    posts = tmp_path / "posts"
    posts.mkdir()
    (posts / "a.jpg").write_bytes(JPEG)
    (posts / "b.txt").write_text("quiet sea")
    where = str(tmp_path / "case.db")
    scan([posts], sites=SITES, case=where)
    return where


def test_a_locked_scan_has_no_head_of_weak_isolation(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(JPEG)
    where = str(tmp_path / "case.db")
    found = scan([tmp_path / "a.jpg"], sites=SITES, case=where)
    assert weakly_read_posts(where) == 0
    assert json.loads(encode_scan(found))["weak_isolation"] is None
    assert "Weak isolation" not in render_scan_page(found, "en").decode()


def test_nothing_is_outdated_after_a_scan(case: str) -> None:
    assert outdated_files(case, Settings()) == ([], 0)


def test_readings_of_older_readers_are_outdated(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "RECORDS_VERSION", versions.RECORDS_VERSION + 1)
    photo = tmp_path / "posts" / "a.jpg"
    files, gone = outdated_files(case, Settings())
    assert photo in files
    assert gone == 0
    photo.unlink()
    files, gone = outdated_files(case, Settings())
    assert photo not in files
    assert gone == 1


def test_a_reading_with_weak_isolation_is_outdated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jpg").write_bytes(JPEG)
    where = str(tmp_path / "case.db")
    monkeypatch.setattr(worker_pool, "Isolation", lambda weak: Isolation(weak, frozenset({"system_calls"})))
    weak = Settings.model_validate({"limits": {"allow_weak_isolation": True}})
    found = scan([tmp_path / "a.jpg"], sites=SITES, case=where, settings=weak)
    assert "weak_isolation" in {reason.code for reason in found.results[0].clip.coverage.reasons}
    assert outdated_files(where, Settings()) == ([tmp_path / "a.jpg"], 0)
    assert weakly_read_posts(where) == 1, "what opsec doctor reports"
    record = json.loads(encode_scan(found))["weak_isolation"]
    assert record == {"clips": 1, "missing_parts": ["system_calls"]}
    heads: dict[Lang, str] = {"en": "<h2>Weak isolation</h2>", "ar": "<h2>عزل ضعيف</h2>"}
    for lang, heading in heads.items():
        page = render_scan_page(found, lang).decode()
        assert page.index(heading) == page.index("<h2>"), "before everything else"
    with pytest.raises(WeakIsolationError):
        scan([tmp_path / "a.jpg"], sites=SITES, settings=Settings())
