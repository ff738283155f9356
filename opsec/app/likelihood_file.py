"""The officer's own table of likelihood ratios: a file with every entry that differs from the shipped table."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from opsec.errors import OutputError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import display_path
from opsec.reports.atomic_write import write_atomically
from opsec.verdict.calibration.table_entries import Entry, table_ratios
from opsec.verdict.likelihood_ratios import Channel, LikelihoodRatio, LikelihoodTable

_LISTS: Mapping[str, tuple[str, ...]] = {"ratio": ("rule", "grade"), "by_others": ("rule",)}
"""Entries of lists, and the keys that identify them."""


def table_file(table: LikelihoodTable, shipped: LikelihoodTable, written_on: str) -> bytes:
    """Return a table in the form that ``load_likelihood_table`` merges over the shipped one.

    Parameters
    ----------
    table
        The table.
    shipped
        Entries that are equal to its own are left out.
    written_on
        Date, for the first line.
    """
    parts = [
        f"# Likelihood ratios written by opsec calibrate on {written_on}. They replace those that the program ships;\n"
        "# entries that are missing here keep the shipped values.\n"
    ]
    own, base = table_ratios(table), table_ratios(shipped)
    parts += [_ratio_text(entry, ratio) for entry, ratio in own.items() if ratio != base[entry]]
    parts += [
        _section(f"channel.{family}", _channel_lines(channel))
        for family, channel in table.channels.items()
        if channel != shipped.channels[family]
    ]
    for name, rates, shipped_rates in (
        ("landmark_shown", table.landmark_detection, shipped.landmark_detection),
        ("landmark_chance", table.landmark_false_match, shipped.landmark_false_match),
    ):
        parts += [
            _section(f"{name}.{grade}", _lines(rate)) for grade, rate in rates.items() if rate != shipped_rates[grade]
        ]
    return "\n".join(parts).encode("utf-8", "backslashreplace")


def write_table(path: Path, data: bytes) -> Path | None:
    """Write a table, readable by the owner alone; a file that it replaces is kept beside it under another name.

    Returns
    -------
    Path or None
        The kept file: ``likelihood.toml.old``, or ``.old.2`` and so on where that exists.

    Raises
    ------
    OutputError
        A file cannot be read or written.
    """
    kept = None
    if path.is_file():
        try:
            before = path.read_bytes()
        except OSError as error:
            raise OutputError(
                _(
                    "{file} cannot be read ({error}); it was not replaced",
                    file=display_path(path),
                    error=error.strerror or "",
                )
            ) from error
        kept = next(one for one in _old_names(path) if not one.exists())
        write_atomically(kept, before)
    write_atomically(path, data)
    return kept


def _old_names(path: Path) -> Iterator[Path]:
    yield path.with_name(f"{path.name}.old")
    number = 2
    while True:
        yield path.with_name(f"{path.name}.old.{number}")
        number += 1


def _ratio_text(entry: Entry, ratio: LikelihoodRatio) -> str:
    if entry[0] in _LISTS:
        keys = [f"{key} = {_text(value)}" for key, value in zip(_LISTS[entry[0]], entry[1:], strict=True)]
        return "\n".join([f"[[{entry[0]}]]", *keys, *_lines(ratio), ""])
    return _section(".".join(entry), _lines(ratio))


def _section(name: str, lines: list[str]) -> str:
    return "\n".join([f"[{name}]", *lines, ""])


def _lines(ratio: LikelihoodRatio) -> list[str]:
    bounds = [f"{key} = {value!r}" for key, value in (("low", ratio.low), ("high", ratio.high)) if value is not None]
    return [f"ratio = {ratio.ratio!r}", *bounds, f"set = {_text(ratio.set)}", f"count = {ratio.count}"]


def _channel_lines(channel: Channel) -> list[str]:
    without = channel.share_without_reference
    return [
        f"share = {channel.share!r}",
        *([] if without is None else [f"share_without_reference = {without!r}"]),
        f"detection = {channel.detection!r}",
        f"set = {_text(channel.set)}",
        f"count = {channel.count}",
    ]


def _text(value: str) -> str:
    """Return a basic string of TOML; JSON escapes all that it must, but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
