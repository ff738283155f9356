"""The check of ``opsec doctor`` that starts a reading process and lets it read a probe image."""

import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from opsec.cli.system_check import MAX_DETAIL_LENGTH, SystemCheckResult
from opsec.i18n.messages import Message, _
from opsec.i18n.reasons import reason_message
from opsec.i18n.safe_text import escape_unsafe

if TYPE_CHECKING:
    from opsec.model import Reason
    from opsec.settings import Settings

_PROBE_PX = 96
_MAX_START_S = 60


def check_worker(settings: "Settings") -> Iterator[SystemCheckResult]:
    """Start a reading process and let it read an image: only a completed read proves that it works."""
    from opsec.ingest.source import CannotOpenError, FileSource
    from opsec.sandbox.supervisor import Supervisor
    from opsec.sandbox.template_process import WeakIsolationError, WorkerStartError

    with tempfile.TemporaryDirectory() as folder, Supervisor(settings.limits) as worker:
        probe = Path(folder) / "probe.png"
        probe.write_bytes(_make_probe_png())
        try:
            with FileSource(str(probe), str(probe)).open(settings.limits) as picture:
                reading = worker.read(picture)
        except CannotOpenError as error:
            yield SystemCheckResult("broken", _read_failure_message(error.reason))
            return
        except WorkerStartError:
            yield SystemCheckResult("broken", _start_failure_message())
            return
        except WeakIsolationError as error:
            yield SystemCheckResult("broken", error.message)
            return
    if reading.status != "read":
        yield SystemCheckResult("broken", _read_failure_message(*reading.reasons))
        return
    if worker.missing_parts:
        missing = ", ".join(sorted(worker.missing_parts))
        yield SystemCheckResult("note", _("the reading process is not fully locked: {missing}", missing=missing))
        return
    able = _(
        "each file is read in a locked process of its own with memory ({memory_mib} MiB) and time limits "
        "and without access to the sites",
        memory_mib=settings.limits.memory_mib,
    )
    yield SystemCheckResult("ok", able)


def _make_probe_png() -> bytes:
    """Encode a grey PNG without any of the libraries that are tested."""
    size = _PROBE_PX.to_bytes(4, "big")
    rows = zlib.compress((b"\0" + b"\x80" * _PROBE_PX) * _PROBE_PX)
    chunks = ((b"IHDR", size + size + b"\x08\0\0\0\0"), (b"IDAT", rows), (b"IEND", b""))
    made = (len(d).to_bytes(4, "big") + t + d + zlib.crc32(t + d).to_bytes(4, "big") for t, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


def _read_failure_message(*reasons: "Reason") -> Message:
    """Return why the probe image was not read, and the next step."""
    code = reasons[0].code if reasons else "internal"
    why = reason_message(reasons[0]) if reasons else _("no reason given")
    if code in {"timeout", "cpu_limit"}:
        return _(
            "the reading process is too slow on this machine ({reason}); raise wall_base_s and "
            "cpu_base_s in opsec.toml",
            reason=why,
        )
    if code == "memory_limit":
        return _("the reading process needs more memory ({reason}); raise memory_mib in opsec.toml", reason=why)
    return _("the reading process cannot read an image ({reason}); reinstall opsec with its packages", reason=why)


def _start_failure_message() -> Message:
    """Start the worker with its standard error open and return its last line; a reading process has none."""
    command = [sys.executable, "-s", "-P", "-c", "import opsec.sandbox.template"]
    try:
        heard = subprocess.run(command, capture_output=True, cwd="/", timeout=_MAX_START_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        words = str(error)
    else:
        words = heard.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    if words:
        return _(
            "the reading process cannot be started ({error}); reinstall opsec with its packages",
            error=escape_unsafe(words, limit=MAX_DETAIL_LENGTH),
        )
    return _(
        "the reading process cannot be started; raise memory_mib in opsec.toml, or ask the "
        "administrator about process limits"
    )
