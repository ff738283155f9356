"""``opsec doctor``: what works on this machine, and for what does not, the next step."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from opsec.cli import options
from opsec.cli.talk import show
from opsec.errors import OpsecError
from opsec.language import Message, _, say
from opsec.shown import plain

if TYPE_CHECKING:
    from opsec.settings import Settings

State = Literal["ok", "missing", "broken"]
DECODERS = ("h264", "hevc", "vp9", "av1", "mpeg4", "mjpeg")
SIGN_LANGUAGES = ("ara", "eng")
LANGUAGE_DATA = ("/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tesseract-ocr/4.00/tessdata", "/usr/share/tessdata")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts", "/Library/Fonts")
ARABIC_FONTS = ("NotoSansArabic", "NotoNaskhArabic", "NotoKufiArabic", "Amiri", "KacstOne", "DejaVuSans.", "Arial")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried."""

    state: State
    """``missing``: a later step will do without it. ``broken``: a scan cannot be trusted to run."""
    sentence: Message


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command("doctor", help=say(_("Tell what works on this machine, and the next step for what does not.")))
    def doctor(config: Path | None = options.config()) -> None:
        settings = options.load_settings(config)
        words = {"ok": say(_("works")), "missing": say(_("missing")), "broken": say(_("broken"))}
        findings = [finding for check in CHECKS for finding in check(settings)]
        width = max(map(len, words.values()))
        for finding in findings:
            show(f"{words[finding.state]:<{width}}  {say(finding.sentence)}\n", sys.stdout)
        raise typer.Exit(2 if any(finding.state == "broken" for finding in findings) else 0)


def _decoders(_settings: "Settings") -> Iterator[Finding]:
    import av

    lacking = [name for name in DECODERS if name not in av.codecs_available]
    if lacking:
        text = _("no decoder for {names}; reinstall the package av from its wheel", names=", ".join(lacking))
        yield Finding("broken", text)
    else:
        yield Finding("ok", _("decoders for {names}", names=", ".join(DECODERS)))


def _sign_languages(_settings: "Settings") -> Iterator[Finding]:
    folders = [Path(place) for place in (os.environ.get("TESSDATA_PREFIX"), *LANGUAGE_DATA) if place]
    for language in SIGN_LANGUAGES:
        if any((folder / f"{language}.traineddata").is_file() for folder in folders):
            yield Finding("ok", _("language data for signs: {language}", language=language))
        else:
            step = _(
                "no language data for signs: {language}; install the package tesseract-ocr-{language} "
                "(this version does not read signs yet)",
                language=language,
            )
            yield Finding("missing", step)


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
    """A reading process is started and asked to read an empty picture."""
    from opsec.clips.source import CannotOpenError, FileSource
    from opsec.reading.supervisor import Supervisor

    with tempfile.TemporaryDirectory() as folder, Supervisor(settings.limits) as worker:
        probe = Path(folder) / "probe.gif"
        probe.write_bytes(b"GIF89a\x01\x00\x01\x00\x00\x00\x00;")
        try:
            reading = worker.read(FileSource(str(probe), str(probe)).open(settings.limits))
        except CannotOpenError:
            reading = None
    if reading is None or any(reason.code == "worker_died" for reason in reading.reasons):
        yield Finding("broken", _("no reading process can be started; reinstall opsec, then run opsec doctor again"))
    else:
        yield Finding(
            "ok",
            _(
                "media are read in a process of their own with limits of memory ({memory_mib} MiB) and time; "
                "it never holds the sites",
                memory_mib=settings.limits.memory_mib,
            ),
        )


def _database(settings: "Settings") -> Iterator[Finding]:
    import sqlite3

    from opsec.store.case import open_case

    with tempfile.TemporaryDirectory() as folder:
        try:
            open_case(str(Path(folder) / "probe.db")).close()
        except OpsecError as error:
            yield Finding("broken", error.message)
            return
    yield Finding("ok", _("case file: SQLite {version}", version=sqlite3.sqlite_version))
    where = Path(settings.case)
    if "://" not in settings.case and not os.access(where.parent, os.W_OK):
        step = _(
            "the folder of the case file {file} cannot be written to; set case in opsec.toml", file=plain(str(where))
        )
        yield Finding("broken", step)


def _sites(settings: "Settings") -> Iterator[Finding]:
    from opsec.site.load import load_sites

    if not Path(settings.sites).is_dir():
        yield Finding(
            "missing", _("no folder of sites at {folder}; make one with opsec init", folder=plain(settings.sites))
        )
        return
    try:
        sites = load_sites(Path(settings.sites), settings.home)
    except OpsecError as error:
        yield Finding("broken", error.message)
    else:
        yield Finding("ok", _("sites that can be used: {count}", count=len(sites)))


def _locale(_settings: "Settings") -> Iterator[Finding]:
    encoding = (sys.stdout.encoding or "?").lower()
    if encoding.replace("-", "") == "utf8":
        yield Finding("ok", _("this terminal's encoding is UTF-8"))
    else:
        yield Finding(
            "missing", _("this terminal's encoding is {encoding}; set LANG=C.UTF-8 to see Arabic", encoding=encoding)
        )


CHECKS: tuple[Callable[["Settings"], Iterator[Finding]], ...] = (
    _decoders, _isolation, _database, _sites, _fonts, _sign_languages, _locale,
)  # fmt: skip
