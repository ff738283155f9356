"""The folder of a request for removal: all of its files or none, for their owner alone."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from opsec.errors import OutputError, UsageError
from opsec.i18n.messages import LANGUAGES, Lang, _, render
from opsec.i18n.safe_text import display_path
from opsec.reports.atomic_write import check_writable, write_atomically
from opsec.reports.takedown_letter import render_letter
from opsec.reports.takedown_note import render_note
from opsec.reports.takedown_request import TakedownRequest, render_request_json, render_request_text

INCOMPLETE_FILE = "INCOMPLETE.txt"
"""Present in each folder until its last file is written, so that a folder that a kill or a power cut leaves is not
taken for a whole request."""
_INCOMPLETE = _("this request is incomplete: writing it was interrupted; delete the folder and write the request again")
_FOLDER_MODE = 0o700


def takedown_files(request: TakedownRequest, stills: Sequence[bytes], first: Lang) -> dict[str, bytes]:
    """Return the files of a request by their names; ``first`` is the language of the first sheet of the letter."""
    files = {f"request.{lang}.txt": render_request_text(request, lang) for lang in LANGUAGES}
    files["request.json"] = render_request_json(request)
    files["letter.html"] = render_letter(request, first)
    files |= {f"note-for-the-unit.{lang}.txt": render_note(request, lang) for lang in LANGUAGES}
    return files | {f"still-{index}.jpg": image for index, image in enumerate(stills, 1)}


def check_folder(folder: Path) -> None:
    """Check that a folder can be made, or is an empty one that can be written.

    Raises
    ------
    UsageError, OutputError
        It is not; the sentence states why.
    """
    shown = display_path(folder)
    try:
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise UsageError(_("{file} is not a folder; name a new folder after -o", file=shown))
        if not folder.exists():
            check_writable(folder)
            return
        if next(folder.iterdir(), None) is not None:
            raise UsageError(_("the folder {file} is not empty; name a new folder after -o", file=shown))
    except OSError as error:
        raise _folder_error(folder, error) from error
    check_writable(folder / "request.json")


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a new or empty folder; a name may begin with the name of a folder below it.

    Until all files are written, each folder has a file more that calls it incomplete.

    Raises
    ------
    UsageError, OutputError
        As for ``check_folder``, or the disk is full. Nothing that was written stays.
    """
    check_folder(folder)
    made: list[Path] = []
    try:
        folders = dict.fromkeys((folder, *((folder / name).parent for name in files)))
        marks = [_begin_folder(one, made) for one in folders]
        for name, data in files.items():
            made.append(folder / name)
            write_atomically(folder / name, data)
        for mark in marks:
            _remove(mark)
    except BaseException:  # also Ctrl-C: half a request must not be taken for a whole one
        for path in reversed(made):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink(missing_ok=True)
        raise


def remove_folder(folder: Path, names: Iterable[str]) -> None:
    """Remove files that were written into a folder, and the folder.

    Raises
    ------
    OutputError
        Something of it stays; the sentence names the folder.
    """
    try:
        for name in names:
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()
    except OSError as error:
        raise OutputError(
            _(
                "files of a request that was not finished stay in {file} ({error}); delete this folder, and do not "
                "send anything from it",
                file=display_path(folder),
                error=error.strerror or str(error.errno),
            )
        ) from error


def _begin_folder(folder: Path, made: list[Path]) -> Path:
    """Make a folder and mark it as incomplete; return the mark."""
    _make_folder(folder, made)
    mark = folder / INCOMPLETE_FILE
    made.append(mark)
    write_atomically(mark, "".join(f"{render(_INCOMPLETE, lang)}\n" for lang in LANGUAGES).encode())
    return mark


def _remove(mark: Path) -> None:
    try:
        mark.unlink()
    except OSError as error:
        raise _folder_error(mark, error) from error


def _make_folder(folder: Path, made: list[Path]) -> None:
    try:
        if not folder.is_dir():
            folder.mkdir(mode=_FOLDER_MODE)
            made.append(folder)
        folder.chmod(_FOLDER_MODE)
    except OSError as error:
        raise _folder_error(folder, error) from error


def _folder_error(folder: Path, error: OSError) -> OutputError:
    detail = error.strerror or str(error.errno)
    return OutputError(
        _("{file} cannot be written ({error}); choose another location", file=display_path(folder), error=detail)
    )
