"""Checks that must have run: which clips count as not fully checked without them."""

from pathlib import Path

import pytest

from opsec.app.required_checks import with_missing_checks
from opsec.app.scan import scan
from opsec.errors import SettingsError
from opsec.model import CHECKS, Check, CheckState, Coverage
from opsec.settings import Settings, load_settings_file
from tests.fixtures.records import make_clip

pytestmark = pytest.mark.usefixtures("warm_templates")

DEFAULT: tuple[Check, ...] = ("metadata", "caption", "signage", "layout")


@pytest.mark.parametrize(
    ("check", "state", "required", "status"),
    [
        ("signage", "not_configured", DEFAULT, "partly"),
        ("metadata", "failed", DEFAULT, "partly"),
        ("layout", "not_applicable", DEFAULT, "read"),
        ("caption", "ran", DEFAULT, "read"),
        ("speech", "not_configured", DEFAULT, "read"),
        ("landmarks", "not_configured", DEFAULT, "read"),
        ("landmarks", "not_configured", (*DEFAULT, "landmarks"), "partly"),
        ("signage", "not_configured", (), "read"),
    ],
)
def test_a_required_check_that_did_not_run_is_reported(
    check: Check, state: CheckState, required: tuple[Check, ...], status: str
) -> None:
    checks: dict[Check, CheckState] = {**dict.fromkeys(CHECKS, "ran"), check: state}
    coverage = with_missing_checks(make_clip(coverage=Coverage(status="read", checks=checks)), required).coverage
    assert coverage.status == status
    blanks = [dict(reason.blanks) for reason in coverage.reasons if reason.code == "check_missing"]
    assert blanks == ([{"check": check}] if status == "partly" else [])


def test_a_clip_that_was_not_read_keeps_its_own_reason() -> None:
    clip = make_clip(coverage=Coverage(status="unread", checks=dict.fromkeys(CHECKS, "failed")))
    assert with_missing_checks(clip, DEFAULT) == clip


@pytest.mark.parametrize(("required", "not_checked"), [("[]", 0), ('["speech"]', 1)])
def test_the_setting_selects_the_required_checks(tmp_path: Path, required: str, not_checked: int) -> None:
    (tmp_path / "opsec.toml").write_text(f"[checks]\nrequired = {required}\n")
    done = scan(
        ["examples/posts/football.mp4"], sites="geofences", settings=load_settings_file(tmp_path / "opsec.toml")
    )
    assert done.counts.not_fully_checked == not_checked


def test_the_default_and_a_mistyped_check(tmp_path: Path) -> None:
    assert Settings().checks.required == DEFAULT
    (tmp_path / "opsec.toml").write_text('[checks]\nrequired = ["signs"]\n')
    with pytest.raises(SettingsError, match=r"cannot be signs|signage"):
        load_settings_file(tmp_path / "opsec.toml")
