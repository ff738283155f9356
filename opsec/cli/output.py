"""From a scan to its results on stdout or in files, the talk on stderr, and the exit code."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from opsec.cli.messages import tell
from opsec.cli.stdio import results
from opsec.errors import OutputError, UsageError
from opsec.i18n.messages import _, current
from opsec.i18n.safe_text import path_text, plain
from opsec.model import ACTIONS, Action, Result, Scan
from opsec.reports.atomic_write import save, would_save
from opsec.reports.formats import FORMATS, format_of
from opsec.reports.terminal import last_line, print_table, trouble_lines
from opsec.settings import Terminal

NOTHING, FLAGGED, NOT_FULLY_CHECKED = 0, 1, 3
OUR_HEADS = (
    b'{\n "schema_version": ',
    b'{"path":"',
    b"\xef\xbb\xbfpath,sha256,",
    b'{\n "type": "FeatureCollection"',
    b"<!DOCTYPE html>",
)
"""How the results of this program begin."""
LONGEST_HEAD = 64


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the officer asked to have written where; checked before the scan, which may take hours."""

    files: tuple[tuple[Path, str], ...]
    """Paths, each with the format that its ending tells."""
    on_stdout: str | None
    fail_on: Action
    terminal: Terminal

    @classmethod
    def ordered(cls, files: list[Path], format_name: str | None, fail_on: str, terminal: Terminal) -> "Delivery":
        """The order as given on the command line.

        Raises
        ------
        UsageError
            A format or an action word is not known, or a file's ending tells no format.
        OutputError
            A file could not be written where it is asked for.
        """
        if format_name is not None and format_name not in FORMATS:
            raise UsageError(
                _(
                    "{name} is not a format; use one of {known}",
                    name=plain(format_name),
                    known=", ".join(FORMATS),
                )
            )
        actions = {action: action for action in ACTIONS if action != "nothing_found"}
        if fail_on not in actions:
            raise UsageError(
                _("{name} is not an action word; use one of {known}", name=plain(fail_on), known=", ".join(actions))
            )
        on_stdout = format_name or (None if files else "table")
        named = tuple((path, format_of(path)) for path in files)
        for path in files:
            would_save(path)
        return cls(named, on_stdout, actions[fail_on], terminal)

    def keeps_evidence(self, scanned: list[Path]) -> None:
        """A file of posts that lies in what is to be scanned must not be replaced by a result.

        Raises
        ------
        UsageError
            One of the files to write is such a file and was not written by this program.
        """
        for path, _name in self.files:
            inside = any(path.resolve().is_relative_to(root.resolve()) for root in scanned)
            if inside and path.is_file() and not path.read_bytes()[:LONGEST_HEAD].startswith(OUR_HEADS):
                raise UsageError(
                    _("{file} lies in what you scan and is no result of opsec; choose another name", file=shown(path))
                )

    def of(self, scan: Scan) -> int:
        """Deliver all of a scan that can be delivered; answers the exit code, 2 when a result could not be written."""
        failed = [*self._save(scan), *self._print(scan)]
        for line in trouble_lines(scan):
            tell(line)
        for error in failed:
            tell(error.message, prefix="opsec: ")
        tell(last_line(scan.counts))
        return OutputError.exit_code if failed else self.exit_code(scan)

    def _save(self, scan: Scan) -> Iterator[OutputError]:
        """Each file for itself: one that fails keeps none of the others back."""
        for path, name in self.files:
            try:
                save(path, FORMATS[name].render(scan, current()))
            except OutputError as error:
                yield error

    def _print(self, scan: Scan) -> Iterator[OutputError]:
        data = None if self.on_stdout in {None, "table"} else FORMATS[self.on_stdout].render(scan, current())
        try:
            with results() as stream:
                if self.on_stdout == "table":
                    print_table(scan, current(), self.terminal, stream)
                elif data is not None:
                    stream.buffer.write(data)
        except OutputError as error:
            yield error

    def exit_code(self, scan: Scan) -> int:
        """1 when a clip is at least as urgent as asked, else 3 when a clip was not fully checked, else 0."""
        least = ACTIONS.index(self.fail_on)
        if any(ACTIONS.index(action) <= least for result in scan.results for action in _open_actions(result)):
            return FLAGGED
        return NOT_FULLY_CHECKED if scan.counts.not_fully_checked else NOTHING


def _open_actions(result: Result) -> Iterator[Action]:
    """Action words that no decision hides; a clip that is only watched has a verdict and no finding."""
    yield from (finding.action for finding in result.findings if finding.state == "open")
    if not result.findings:
        yield result.verdict.action


def shown(path: Path) -> str:
    """A path for a sentence."""
    return plain(path_text(path))
