"""``opsec doctor`` on broken machines: it reports each failure, finishes, and names the next step."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsec.cli import doctor
from opsec.cli.doctor import CHECKS
from opsec.cli.system_check import SystemCheck, SystemCheckResult, run_check
from opsec.cli.worker_check import check_worker
from opsec.errors import CaseError
from opsec.i18n.messages import _, render
from opsec.i18n.reasons import make_reason
from opsec.model import Reading, Reason
from opsec.sandbox import worker_pool
from opsec.sandbox.supervisor import Supervisor
from opsec.settings import Settings, Speech
from tests.cli.conftest import ROOT, Opsec


def isolation(settings: Settings | None = None) -> SystemCheckResult:
    (found,) = run_check(check_worker, settings or Settings())
    return found


def test_every_check_passes_on_a_complete_installation(opsec: Opsec, tmp_path: Path) -> None:
    (tmp_path / "opsec.toml").write_text(f"sites = '{ROOT / 'geofences'}'\n", "utf-8")
    done = opsec("doctor")
    assert done.returncode == 0
    assert "broken" not in done.stdout
    for part in ("decoders for h264", "in a locked process of its own", "SQLite", "valid sites: 2", "encoding"):
        assert part in done.stdout


def test_a_broken_library_is_reported_and_the_other_checks_run(opsec_process: Opsec, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "av.py").write_text(
        "raise ImportError('libavcodec.so.61: no such file', name='av')", "utf-8"
    )
    done = opsec_process("doctor", PYTHONPATH=str(tmp_path / "broken"))
    assert done.returncode == 2
    assert done.stderr == ""
    first, *others = done.stdout.splitlines()
    assert first.startswith("broken   the package av cannot be loaded (libavcodec.so.61: no such file); reinstall")
    assert any("SQLite" in line for line in others)
    assert "encoding" in others[-1]


def failing_check(fault: Exception) -> SystemCheck:
    def check(_settings: Settings) -> Iterator[SystemCheckResult]:
        yield SystemCheckResult("ok", _("valid sites: {count}", count=2))
        raise fault

    return check


@pytest.mark.parametrize(
    ("fault", "quoted"),
    [
        (CaseError(_("the case file is gone; scan again")), "the case file is gone; scan again"),
        (ModuleNotFoundError("No module named 'cv2.x'", name="cv2.x"), "the package cv2 cannot be loaded"),
        (OSError(28, "No space left on device"), "failed unexpectedly (OSError in opsec.cli.system_check:"),
        (ValueError("no fence at 33.25, 44.5"), "failed unexpectedly (ValueError in opsec.cli.system_check:"),
    ],
)
def test_an_exception_in_a_check_is_reported_among_the_others(fault: Exception, quoted: str) -> None:
    kept, broken = run_check(failing_check(fault), Settings())
    assert (kept.state, broken.state) == ("ok", "broken")
    assert quoted in render(broken.sentence, "en")
    assert "44.5" not in render(broken.sentence, "en"), "the text of an unexpected exception may contain secrets"


# ── the reading process ───────────────────────────────────────────────────────────────────────
def test_a_working_reading_process_passes() -> None:
    assert isolation().state == "ok"


def test_a_worker_that_never_starts_is_reported_with_its_own_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_pool, "COMMAND", (sys.executable, "-c", "raise SystemExit(1)"))
    found = isolation()
    assert found.state == "broken"
    assert "the reading process cannot be started; raise memory_mib" in render(found.sentence, "en")
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert "the reading process cannot be started ([Errno 2] No such file" in render(isolation().sentence, "en")


@pytest.mark.parametrize(
    ("why", "step"),
    [
        (make_reason("timeout", limit_s=20), "raise wall_base_s and cpu_base_s in opsec.toml"),
        (make_reason("cpu_limit", limit_s=8), "raise wall_base_s and cpu_base_s in opsec.toml"),
        (make_reason("memory_limit", limit_mib=128), "raise memory_mib in opsec.toml"),
        (make_reason("worker_died"), "the reading process crashed on it, twice); reinstall opsec"),
        (make_reason("bad_reply"), "cannot read an image"),
        (make_reason("internal", error="TypeError"), "cannot read an image"),
        (make_reason("io_error", error="Input/output error"), "Input/output error"),
    ],
)
def test_an_unread_image_is_a_failure_whatever_the_reason(
    why: Reason, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Supervisor, "read", lambda self, file: Reading(status="unread", reasons=(why,)))
    found = isolation()
    assert found.state == "broken"
    assert step in render(found.sentence, "en")


def test_no_next_step_refers_back_to_doctor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_pool, "COMMAND", ("/nowhere/python",))
    sentences = [render(found.sentence, "en") for check in CHECKS for found in run_check(check, Settings())]
    assert len(sentences) >= len(CHECKS)
    assert not [sentence for sentence in sentences if "doctor" in sentence]


def test_speech_without_a_model_and_with_an_incomplete_model(tmp_path: Path) -> None:
    (without,) = run_check(doctor._check_speech, Settings())
    assert (without.state, "no model is set" in render(without.sentence, "en")) == ("missing", True)
    (half,) = run_check(doctor._check_speech, Settings(speech=Speech(model=str(tmp_path))))
    assert half.state == "broken"
    assert str(tmp_path) in render(half.sentence, "en")
