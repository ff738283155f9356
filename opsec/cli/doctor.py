"""``opsec doctor``: what works on this machine, and for what does not, the next step."""

import os
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from opsec.cli import options
from opsec.cli.messages import show
from opsec.cli.stdio import results
from opsec.errors import OpsecError
from opsec.i18n.messages import Message, _, because, say
from opsec.i18n.safe_text import plain

if TYPE_CHECKING:
    from opsec.model import Reason
    from opsec.settings import Settings

State = Literal["ok", "missing", "broken"]
DECODERS = ("h264", "hevc", "vp9", "av1", "mpeg4", "mjpeg")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts", "/Library/Fonts")
MOST_DETAIL, MOST_WAIT_S = 200, 60
_PROBE_PX = 96
ARABIC_FONTS = ("NotoSansArabic", "NotoNaskhArabic", "NotoKufiArabic", "Amiri", "KacstOne", "DejaVuSans.", "Arial")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried."""

    state: State
    """``missing``: a later step will do without it. ``broken``: a scan cannot be trusted to run."""
    sentence: Message


Check = Callable[["Settings"], Iterator[Finding]]


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command("doctor", help=say(_("Tell what works on this machine, and the next step for what does not.")))
    def doctor(config: Path | None = options.config()) -> None:
        settings = options.load_settings(config)
        words = {"ok": say(_("works")), "missing": say(_("missing")), "broken": say(_("broken"))}
        width = max(map(len, words.values()))
        broken = False
        for finding in (finding for check in CHECKS for finding in guarded(check, settings)):
            broken = broken or finding.state == "broken"
            with results() as stream:
                show(f"{words[finding.state]:<{width}}  {say(finding.sentence)}\n", stream)
        raise typer.Exit(OpsecError.exit_code if broken else 0)


def guarded(check: "Check", settings: "Settings") -> Iterator[Finding]:
    """What a check finds; that it falls over is a finding too, and the checks after it are still made."""
    try:
        yield from check(settings)
    except OpsecError as error:
        yield Finding("broken", error.message)
    except ImportError as error:
        step = _(
            "the package {name} cannot be loaded ({error}); reinstall opsec with its packages",
            name=plain((error.name or "?").partition(".")[0]),
            error=plain(str(error), limit=MOST_DETAIL),
        )
        yield Finding("broken", step)
    except Exception as fault:  # noqa: BLE001 - a damaged library may raise anything on the way in
        detail = f"{type(fault).__name__}: {fault}"
        step = _(
            "something was tried and fell over ({error}); mend what it names, or reinstall opsec with its packages",
            error=plain(detail, limit=MOST_DETAIL),
        )
        yield Finding("broken", step)


def _decoders(_settings: "Settings") -> Iterator[Finding]:
    import av

    lacking = [name for name in DECODERS if name not in av.codecs_available]
    if lacking:
        text = _("no decoder for {names}; reinstall the package av from its wheel", names=", ".join(lacking))
        yield Finding("broken", text)
    else:
        yield Finding("ok", _("decoders for {names}", names=", ".join(DECODERS)))


def _signs(settings: "Settings") -> Iterator[Finding]:
    """What words in the picture are read with: packages, and language data for each tongue."""
    from opsec.model.resources import Kit
    from opsec.readers.video import ocr_resources
    from opsec.vision.ocr.tesseract import TONGUES, data_of

    folder = settings.signage.tessdata
    lacking = ocr_resources.missing(Kit(tessdata=folder))
    if lacking is not None:
        yield Finding("missing", because(lacking))
    for language in TONGUES:
        if data_of(language, folder) is not None:
            yield Finding("ok", _("language data for signs: {language}", language=language))
        else:
            step = _(
                "no language data for signs: {language}; install the package tesseract-ocr-{language}, or name the "
                "folder that holds {language}.traineddata in opsec.toml (signage.tessdata)",
                language=language,
            )
            yield Finding("missing", step)


def _speech(settings: "Settings") -> Iterator[Finding]:
    from opsec.readers.audio.speech import trouble

    if settings.speech.model is None:
        step = _(
            "speech is not read: no model is set; to have it read, install opsec[speech] and name the folder of a "
            "faster-whisper model as speech.model in opsec.toml"
        )
        yield Finding("missing", step)
        return
    wrong = trouble(Path(settings.speech.model))
    folder = plain(settings.speech.model)
    yield Finding("broken", wrong) if wrong else Finding("ok", _("speech model: {folder}", folder=folder))


def _landmark_models(settings: "Settings") -> Iterator[Finding]:
    """The officer's own models; most have none, and nothing is missing then."""
    from opsec.app.scan import kit_of
    from opsec.matching.landmarks.backend import backend_of

    backend = backend_of(kit_of(settings), settings.landmarks.lightglue)
    if backend.models:
        yield Finding("ok", _("models for landmarks: {names}", names=", ".join(backend.models)))
    else:
        yield Finding("ok", _("landmarks are recognised with the features built in; no model is set"))


def _fonts(_settings: "Settings") -> Iterator[Finding]:
    files = (file for folder in FONT_FOLDERS for file in Path(folder).expanduser().rglob("*.[to]t[fc]"))
    found = next((file.stem for file in files if file.name.startswith(ARABIC_FONTS)), None)
    if found:
        yield Finding("ok", _("a font with Arabic letters: {font}", font=plain(found)))
    else:
        yield Finding(
            "missing", _("no font with Arabic letters; install the package fonts-noto-core to see Arabic pages")
        )


def _isolation(settings: "Settings") -> Iterator[Finding]:
    """A reading process is started and asked to read an empty picture; only a reading that ran proves that it can."""
    from opsec.ingest.source import CannotOpenError, FileSource
    from opsec.sandbox.supervisor import Supervisor
    from opsec.sandbox.worker_process import NoProcessError

    with tempfile.TemporaryDirectory() as folder, Supervisor(settings.limits) as worker:
        probe = Path(folder) / "probe.png"
        probe.write_bytes(_grey_picture())
        try:
            with FileSource(str(probe), str(probe)).open(settings.limits) as picture:
                reading = worker.read(picture)
        except CannotOpenError as error:
            yield Finding("broken", _unread(error.reason))
            return
        except NoProcessError:
            yield Finding("broken", _not_started())
            return
    if reading.status != "read":
        yield Finding("broken", _unread(*reading.reasons))
        return
    able = _(
        "media are read in a process of their own with limits of memory ({memory_mib} MiB) and time; "
        "it never holds the sites",
        memory_mib=settings.limits.memory_mib,
    )
    yield Finding("ok", able)


def _grey_picture() -> bytes:
    """A PNG of one grey, made without any library that is to be tried."""
    size = _PROBE_PX.to_bytes(4, "big")
    rows = zlib.compress((b"\0" + b"\x80" * _PROBE_PX) * _PROBE_PX)
    chunks = ((b"IHDR", size + size + b"\x08\0\0\0\0"), (b"IDAT", rows), (b"IEND", b""))
    made = (len(d).to_bytes(4, "big") + t + d + zlib.crc32(t + d).to_bytes(4, "big") for t, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


def _unread(*reasons: "Reason") -> Message:
    """Why an empty picture was not read, and what to change."""
    code = reasons[0].code if reasons else "internal"
    why = because(reasons[0]) if reasons else _("no reason was told")
    if code in {"timeout", "cpu_limit"}:
        return _(
            "a reading process is too slow here ({reason}); raise wall_base_s and cpu_base_s in opsec.toml", reason=why
        )
    if code == "memory_limit":
        return _("a reading process needs more memory ({reason}); raise memory_mib in opsec.toml", reason=why)
    return _("a reading process cannot read a picture ({reason}); reinstall opsec with its packages", reason=why)


def _not_started() -> Message:
    """What its program says itself when it is loaded where it can be heard; a reading process is mute."""
    command = [sys.executable, "-s", "-P", "-c", "import opsec.sandbox.worker"]
    try:
        heard = subprocess.run(command, capture_output=True, cwd="/", timeout=MOST_WAIT_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        words = str(error)
    else:
        words = heard.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    if words:
        return _(
            "no reading process can be started ({error}); reinstall opsec with its packages",
            error=plain(words, limit=MOST_DETAIL),
        )
    return _("no reading process can be started; raise memory_mib in opsec.toml, or ask who limits processes here")


def _database(settings: "Settings") -> Iterator[Finding]:
    import sqlite3

    from opsec.casefile.case_file import open_case

    with tempfile.TemporaryDirectory() as folder:
        open_case(str(Path(folder) / "probe.db")).close()
    yield Finding("ok", _("case file: SQLite {version}", version=sqlite3.sqlite_version))
    where = Path(settings.case)
    if "://" not in settings.case and not os.access(where.parent, os.W_OK):
        step = _(
            "the folder of the case file {file} cannot be written to; set case in opsec.toml", file=plain(str(where))
        )
        yield Finding("broken", step)


def _sites(settings: "Settings") -> Iterator[Finding]:
    from opsec.sites.load import load_sites

    if not Path(settings.sites).is_dir():
        yield Finding(
            "missing", _("no folder of sites at {folder}; make one with opsec init", folder=plain(settings.sites))
        )
        return
    sites = load_sites(Path(settings.sites), settings.home)
    yield Finding("ok", _("sites that can be used: {count}", count=len(sites)))


def _locale(_settings: "Settings") -> Iterator[Finding]:
    encoding = (sys.stdout.encoding or "?").lower()
    if encoding.replace("-", "") == "utf8":
        yield Finding("ok", _("this terminal's encoding is UTF-8"))
    else:
        yield Finding(
            "missing", _("this terminal's encoding is {encoding}; set LANG=C.UTF-8 to see Arabic", encoding=encoding)
        )


CHECKS: tuple[Check, ...] = (
    _decoders, _isolation, _database, _sites, _fonts, _signs, _landmark_models, _speech, _locale,
)  # fmt: skip
