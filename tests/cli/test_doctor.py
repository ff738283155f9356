"""``opsec doctor`` on machines where something is broken: it says what, goes on to the end, and names the next step."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsec.cli import doctor
from opsec.cli.doctor import CHECKS, Finding, guarded
from opsec.errors import CaseError
from opsec.i18n.messages import _, reason, say
from opsec.model import Reading, Reason
from opsec.sandbox import supervisor
from opsec.sandbox.supervisor import Supervisor
from opsec.settings import Settings, Speech
from tests.cli.conftest import ROOT, Opsec


def isolation(settings: Settings | None = None) -> Finding:
    (found,) = guarded(doctor._isolation, settings or Settings())
    return found


def test_where_all_is_well_every_check_says_so(opsec: Opsec, tmp_path: Path) -> None:
    (tmp_path / "opsec.toml").write_text(f"sites = '{ROOT / 'geofences'}'\n", "utf-8")
    done = opsec("doctor")
    assert done.returncode == 0
    assert "broken" not in done.stdout
    for part in ("decoders for h264", "process of their own", "SQLite", "sites that can be used: 2", "encoding"):
        assert part in done.stdout


def test_a_broken_library_is_a_finding_and_the_other_checks_are_made(opsec: Opsec, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "av.py").write_text(
        "raise ImportError('libavcodec.so.61: no such file', name='av')", "utf-8"
    )
    done = opsec("doctor", PYTHONPATH=str(tmp_path / "broken"))
    assert done.returncode == 2
    assert done.stderr == ""
    first, *others = done.stdout.splitlines()
    assert first.startswith("broken   the package av cannot be loaded (libavcodec.so.61: no such file); reinstall")
    assert any("SQLite" in line for line in others)
    assert "encoding" in others[-1]


def falls(fault: Exception) -> doctor.Check:
    def check(_settings: Settings) -> Iterator[Finding]:
        yield Finding("ok", _("sites that can be used: {count}", count=2))
        raise fault

    return check


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (CaseError(_("the case file is gone; scan again")), "the case file is gone; scan again"),
        (ModuleNotFoundError("No module named 'cv2.x'", name="cv2.x"), "the package cv2 cannot be loaded"),
        (OSError(28, "No space left on device"), "fell over (OSError: [Errno 28] No space left on device); mend"),
        (ValueError("numpy.dtype size \x1b[2J changed"), "ValueError: numpy.dtype size \\x1b[2J changed"),
    ],
)
def test_a_check_that_falls_over_is_a_finding_beside_what_it_found(fault: Exception, told: str) -> None:
    kept, broken = guarded(falls(fault), Settings())
    assert (kept.state, broken.state) == ("ok", "broken")
    assert told in say(broken.sentence, "en")


# ── the reading process ───────────────────────────────────────────────────────────────────────
def test_a_reading_process_that_reads_is_fine() -> None:
    assert isolation().state == "ok"


def test_one_that_never_starts_is_told_with_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "COMMAND", (sys.executable, "-c", "raise SystemExit(1)"))
    found = isolation()
    assert found.state == "broken"
    assert "no reading process can be started; raise memory_mib" in say(found.sentence, "en")
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert "no reading process can be started ([Errno 2] No such file" in say(isolation().sentence, "en")


@pytest.mark.parametrize(
    ("why", "step"),
    [
        (reason("timeout", limit_s=20), "raise wall_base_s and cpu_base_s in opsec.toml"),
        (reason("cpu_limit", limit_s=8), "raise wall_base_s and cpu_base_s in opsec.toml"),
        (reason("memory_limit", limit_mib=128), "raise memory_mib in opsec.toml"),
        (reason("worker_died"), "the reading process died on it, twice); reinstall opsec"),
        (reason("bad_reply"), "cannot read a picture"),
        (reason("internal", error="TypeError"), "cannot read a picture"),
        (reason("io_error", error="Input/output error"), "Input/output error"),
    ],
)
def test_a_picture_that_was_not_read_is_broken_whatever_the_reason(
    why: Reason, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Supervisor, "read", lambda self, file: Reading(status="unread", reasons=(why,)))
    found = isolation()
    assert found.state == "broken"
    assert step in say(found.sentence, "en")


def test_no_step_of_a_finding_leads_back_to_the_doctor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "COMMAND", ("/nowhere/python",))
    sentences = [say(found.sentence, "en") for check in CHECKS for found in guarded(check, Settings())]
    assert len(sentences) >= len(CHECKS)
    assert not [sentence for sentence in sentences if "doctor" in sentence]


def test_speech_is_told_without_a_model_and_with_half_of_one(tmp_path: Path) -> None:
    (without,) = guarded(doctor._speech, Settings())
    assert (without.state, "no model is set" in say(without.sentence, "en")) == ("missing", True)
    (half,) = guarded(doctor._speech, Settings(speech=Speech(model=str(tmp_path))))
    assert half.state == "broken"
    assert str(tmp_path) in say(half.sentence, "en")
