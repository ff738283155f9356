"""Read NMEA 0183 logs beside a video: ``.nmea``, and ``.gps`` of BlackVue.

A sentence with a wrong checksum is accepted only where most sentences of the file have one: then the camera computes it
wrongly, and the card is not damaged.
"""

import re
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import islice
from operator import xor
from typing import BinaryIO

from opsec.formats.bounded_text import read_bounded_text
from opsec.i18n.reasons import make_reason
from opsec.model import FileKind
from opsec.model.records import Gap, ReaderOutput, UnreadableError
from opsec.readers.field_values import parse_time
from opsec.readers.interface import Reader
from opsec.readers.telemetry.nmea_sentences import add_fixes
from opsec.readers.telemetry.track_builder import ClipClock, TrackBuilder

NAME = "receiver_log"
PART = ".nmea"
MAX_NMEA_MIB = 16
MAX_SENTENCES = 200_000
"""Limit of sentences; a day with one per second has fewer."""

_SENTENCE = re.compile(r"\$([A-Z]{2}(?:RMC|GGA),[^$*\r\n]{0,120})(?:\*([0-9A-Fa-f]{2}))?")
_STARTED = re.compile(
    r"RMC,([0-9]{2})([0-9]{2})([0-9]{2})(?:\.[0-9]{0,6})?,A(?:,[^,]{0,20}){6},([0-9]{2})([0-9]{2})([0-9]{2})"
)


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - every reader is called alike
    """Yield the track and its start time.

    Raises
    ------
    UnreadableError
        The file contains no NMEA sentence.
    """
    log = read_bounded_text(file, PART, MAX_NMEA_MIB)
    if b"$" not in log.data:
        raise UnreadableError(make_reason("unknown_type"))
    found = [found.groups("") for found in islice(_SENTENCE.finditer(log.data.decode("latin-1")), MAX_SENTENCES + 1)]
    sentences = _valid_sentences(found[:MAX_SENTENCES])
    trail = TrackBuilder(PART)
    add_fixes(trail, sentences, ClipClock())
    yield from trail.hint_records()
    yield from _start_time(sentences)
    yield from log.gaps()
    if len(found) > MAX_SENTENCES:
        yield Gap(make_reason("too_many", limit=MAX_SENTENCES, part="sentences"))


def _valid_sentences(found: Sequence[Sequence[str]]) -> str:
    """Undamaged sentences with position and time; ``GGA`` only where ``RMC`` is missing."""
    sentences = [(words, _is_valid_checksum(words, checksum)) for words, checksum in found]
    verdicts = [right for _, right in sentences if right is not None]
    reckons_wrongly = 2 * sum(verdicts) < len(verdicts)
    sound = [words for words, right in sentences if right is not False or reckons_wrongly]
    times = {_sentence_time(words) for words in sound if words[2:5] == "RMC"}
    return "\n".join(f"${words}" for words in sound if not times or _sentence_time(words) in times)


def _sentence_time(words: str) -> str:
    """Time field: of ``GPRMC,061233.000,A,…`` the second part."""
    return words.split(",", 2)[1]


def _is_valid_checksum(words: str, checksum: str) -> bool | None:
    """Whether the checksum equals the XOR of the bytes between ``$`` and ``*``; None without a checksum."""
    return reduce(xor, words.encode("latin-1"), 0) == int(checksum, 16) if checksum else None


def _start_time(sentences: str) -> Iterator[ReaderOutput]:
    """Time of the first sentence with a fix; the receiver's clock runs in UTC."""
    found = _STARTED.search(sentences)
    if found:
        hour, minute, second, day, month, year = found.groups()
        moment = f"20{year}-{month}-{day}T{hour}:{minute}:{second}Z"
        yield from parse_time(moment, reader=NAME, field=f"{PART}/RMC")


READER = Reader(name=NAME, version=1, check="sidecar", kinds=frozenset({"nmea"}), read=read)
