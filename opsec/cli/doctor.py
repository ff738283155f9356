"""``opsec doctor``: check what works on this machine, and name the next step for what does not."""

import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.messages import print_text
from opsec.cli.stdio import guard_stdout
from opsec.cli.system_check import SystemCheck, SystemCheckResult, run_check
from opsec.cli.worker_check import check_worker
from opsec.i18n.messages import _, ngettext, render
from opsec.i18n.reasons import reason_message
from opsec.i18n.safe_text import escape_unsafe

if TYPE_CHECKING:
    from opsec.settings import Settings

DECODERS = ("h264", "hevc", "vp9", "av1", "mpeg4", "mjpeg")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts", "/Library/Fonts")
MAX_PAST_FAULTS = 5
ARABIC_FONTS = ("NotoSansArabic", "NotoNaskhArabic", "NotoKufiArabic", "Amiri", "KacstOne", "DejaVuSans.", "Arial")


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @add_command(
        app,
        "doctor",
        _("Check what works on this machine."),
        details=_("Names the next step for everything that does not work."),
        example="opsec doctor",
        exit_codes=exit_codes.DOCTOR,
    )
    def doctor(case: str | None = options.case_option(), config: Path | None = options.config_option()) -> None:
        settings = options.load_settings(config)
        if case is not None:
            settings = settings.model_copy(update={"case": options.existing_case(case, settings)})
        words = {"ok": render(_("works")), "missing": render(_("missing")), "broken": render(_("broken"))}
        words["note"] = render(_("note"))
        width = max(map(len, words.values()))
        broken = False
        for result in (result for check in CHECKS for result in run_check(check, settings)):
            broken = broken or result.state == "broken"
            with guard_stdout() as stream:
                print_text(f"{words[result.state]:<{width}}  {render(result.sentence)}\n", stream)
        raise typer.Exit(exit_codes.USAGE_ERROR if broken else exit_codes.OK)


def _check_decoders(_settings: "Settings") -> Iterator[SystemCheckResult]:
    import av

    lacking = [name for name in DECODERS if name not in av.codecs_available]
    if lacking:
        text = _("no decoder for {names}; reinstall the package av from its wheel", names=", ".join(lacking))
        yield SystemCheckResult("broken", text)
    else:
        yield SystemCheckResult("ok", _("decoders for {names}", names=", ".join(DECODERS)))


def _check_ocr(settings: "Settings") -> Iterator[SystemCheckResult]:
    """Check the packages and the language data for text recognition."""
    from opsec.model.resources import ReaderResources
    from opsec.readers.video import ocr_resources
    from opsec.vision.ocr.tesseract import OCR_LANGUAGES, find_language_data

    folder = settings.signage.tessdata
    lacking = ocr_resources.missing_resource(ReaderResources(tessdata=folder))
    if lacking is not None:
        yield SystemCheckResult("missing", reason_message(lacking))
    for language in OCR_LANGUAGES:
        if find_language_data(language, folder) is not None:
            yield SystemCheckResult("ok", _("OCR language data: {language}", language=language))
        else:
            step = _(
                "no OCR language data for {language}; install the package tesseract-ocr-{language}, "
                "or set signage.tessdata in opsec.toml to the folder with {language}.traineddata",
                language=language,
            )
            yield SystemCheckResult("missing", step)


def _check_speech(settings: "Settings") -> Iterator[SystemCheckResult]:
    from opsec.readers.audio.speech import model_fault

    if settings.speech.model is None:
        step = _(
            "speech is not recognised because no model is set; install opsec[speech] and set "
            "speech.model in opsec.toml to the folder of a faster-whisper model"
        )
        yield SystemCheckResult("missing", step)
        return
    wrong = model_fault(Path(settings.speech.model))
    folder = escape_unsafe(settings.speech.model)
    yield (
        SystemCheckResult("broken", wrong)
        if wrong
        else SystemCheckResult("ok", _("speech model: {folder}", folder=folder))
    )


def _check_landmark_models(settings: "Settings") -> Iterator[SystemCheckResult]:
    """Check the optional models for landmarks; nothing is missing without them."""
    from opsec.app.scan import resources_from
    from opsec.matching.landmarks.backend import load_backend
    from opsec.matching.landmarks.learned_stage import MAX_FRAMES, MAX_PAIRS

    backend = load_backend(resources_from(settings), settings.landmarks.lightglue)
    if backend.learned is not None:
        frame_s, pair_s = backend.learned.try_model()
        if backend.learned.problem is not None:
            yield SystemCheckResult("broken", backend.learned.problem)
            return
        text = _(
            "landmark models: {names}; {cpu_s} s of processor time at most for a clip in which the built-in features "
            "are certain of no landmark",
            names=", ".join(backend.model_names),
            cpu_s=round(MAX_FRAMES * frame_s + MAX_PAIRS * pair_s, 1),
        )
        yield SystemCheckResult("ok", text)
    elif backend.model_names:
        yield SystemCheckResult("ok", _("landmark models: {names}", names=", ".join(backend.model_names)))
    else:
        yield SystemCheckResult("ok", _("landmarks are recognised with the built-in features (no model is set)"))


def _check_fonts(_settings: "Settings") -> Iterator[SystemCheckResult]:
    files = (file for folder in FONT_FOLDERS for file in Path(folder).expanduser().rglob("*.[to]t[fc]"))
    found = next((file.stem for file in files if file.name.startswith(ARABIC_FONTS)), None)
    if found:
        yield SystemCheckResult("ok", _("Arabic font: {font}", font=escape_unsafe(found)))
    else:
        yield SystemCheckResult(
            "missing", _("no Arabic font; install the package fonts-noto-core to display Arabic pages")
        )


def _check_database(settings: "Settings") -> Iterator[SystemCheckResult]:
    import sqlite3

    from opsec.casefile.case_file import open_case

    with tempfile.TemporaryDirectory() as folder:
        open_case(str(Path(folder) / "probe.db")).close()
    yield SystemCheckResult("ok", _("case file: SQLite {version}", version=sqlite3.sqlite_version))
    where = Path(settings.case)
    if "://" not in settings.case and not os.access(where.parent, os.W_OK):
        step = _(
            "the folder of the case file {file} is not writable; set case in opsec.toml",
            file=escape_unsafe(str(where)),
        )
        yield SystemCheckResult("broken", step)


def _check_sites(settings: "Settings") -> Iterator[SystemCheckResult]:
    from opsec.sites.load import load_sites

    if not Path(settings.sites).exists():
        yield SystemCheckResult(
            "missing",
            _("no sites folder at {folder}; create one with opsec init", folder=escape_unsafe(settings.sites)),
        )
        return
    sites = load_sites(Path(settings.sites), settings.home)
    yield SystemCheckResult("ok", _("valid sites: {count}", count=len(sites)))


def _past_faults(settings: "Settings") -> Iterator[SystemCheckResult]:
    """Yield the last faults of this version that scans recorded in the case file, which stays as it is."""
    from opsec import __version__
    from opsec.casefile.case_file import exists
    from opsec.casefile.read_only import recorded_faults

    if not exists(settings.case):
        return
    for one in recorded_faults(settings.case, __version__, MAX_PAST_FAULTS):
        text = ngettext(
            "a fault in this program ({fault}) left {n} file not fully checked, last on {day}; report it",
            "a fault in this program ({fault}) left {n} files not fully checked, last on {day}; report it",
            one.times,
            fault=one.fault,
            day=one.last_at[:10],
        )
        yield SystemCheckResult("note", text)


def _check_libraries(_settings: "Settings") -> Iterator[SystemCheckResult]:
    """Name the libraries of installed packages that were known to be old when the table of this program was written."""
    from opsec.runtime.bundled_libraries import libraries_in, table_date

    found = [one for one in libraries_in(Path(sysconfig.get_path("platlib"))) if one.old is not None]
    for name, version, package, since, why in sorted(
        {(one.name, one.version, one.package, one.old.since, one.old.why) for one in found if one.old is not None}
    ):
        text = _(
            "old part: {name} {version} in the package {package} ({why}, since {day}); update the package when a "
            "newer one replaces it",
            name=name,
            version=version,
            package=package,
            why=why,
            day=since,
        )
        yield SystemCheckResult("note", text)
    yield SystemCheckResult(
        "note" if found else "ok",
        _("old parts are known from a table of {day}; this is no check for updates", day=table_date()),
    )


def _weakly_read(settings: "Settings") -> Iterator[SystemCheckResult]:
    """State how many posts of the case file were read by a process without its whole lock."""
    from opsec.casefile.case_file import exists
    from opsec.casefile.read_only import weakly_read_posts

    if exists(settings.case) and (posts := weakly_read_posts(settings.case)):
        text = ngettext(
            "{n} stored post was read with weak isolation; read it again with opsec rematch --reread",
            "{n} stored posts were read with weak isolation; read them again with opsec rematch --reread",
            posts,
        )
        yield SystemCheckResult("note", text)


def _check_encoding(_settings: "Settings") -> Iterator[SystemCheckResult]:
    encoding = (sys.stdout.encoding or "?").lower()
    if encoding.replace("-", "") == "utf8":
        yield SystemCheckResult("ok", _("terminal encoding: UTF-8"))
    else:
        yield SystemCheckResult(
            "missing", _("the terminal encoding is {encoding}; set LANG=C.UTF-8 to display Arabic", encoding=encoding)
        )


CHECKS: tuple[SystemCheck, ...] = (
    _check_decoders,
    check_worker,
    _check_database,
    _check_sites,
    _check_fonts,
    _check_ocr,
    _check_landmark_models,
    _check_speech,
    _past_faults,
    _weakly_read,
    _check_libraries,
    _check_encoding,
)
