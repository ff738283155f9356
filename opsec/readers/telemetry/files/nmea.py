"""What a dash camera's receiver said (NMEA 0183), in a file beside the film: ``.nmea``, and ``.gps`` of BlackVue.

A sentence with a wrong checksum is believed only where most of the file have one: then it is the camera
that reckons wrongly, and not the card that lost a letter.
"""

import re
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import islice
from operator import xor
from typing import BinaryIO

from opsec.formats.bounded_text import bounded
from opsec.i18n.messages import reason
from opsec.model import FileKind
from opsec.model.records import Found, Gap, UnreadableError
from opsec.readers.field_values import time_told
from opsec.readers.interface import Reader
from opsec.readers.telemetry.nmea_sentences import lay
from opsec.readers.telemetry.track_builder import Clock, Trail

NAME = "receiver_log"
PART = ".nmea"
MOST_MIB = 16
MOST_SENTENCES = 200_000
"""A day of one each second has fewer."""

_SENTENCE = re.compile(r"\$([A-Z]{2}(?:RMC|GGA),[^$*\r\n]{0,120})(?:\*([0-9A-Fa-f]{2}))?")
_STARTED = re.compile(
    r"RMC,([0-9]{2})([0-9]{2})([0-9]{2})(?:\.[0-9]{0,6})?,A(?:,[^,]{0,20}){6},([0-9]{2})([0-9]{2})([0-9]{2})"
)


def read(file: BinaryIO, kind: FileKind) -> Iterator[Found]:  # noqa: ARG001 - every reader is called alike
    """The way as one track, and when it began.

    Raises
    ------
    UnreadableError
        The file holds no sentence of a receiver, whatever its name says.
    """
    log = bounded(file, PART, MOST_MIB)
    if b"$" not in log.data:
        raise UnreadableError(reason("unknown_type"))
    found = [found.groups("") for found in islice(_SENTENCE.finditer(log.data.decode("latin-1")), MOST_SENTENCES + 1)]
    sentences = _sound(found[:MOST_SENTENCES])
    trail = Trail(PART)
    lay(trail, sentences, Clock())
    yield from trail.told()
    yield from _started(sentences)
    yield from log.gaps()
    if len(found) > MOST_SENTENCES:
        yield Gap(reason("too_many", limit=MOST_SENTENCES, part="sentences"))


def _sound(found: Sequence[Sequence[str]]) -> str:
    """The sentences that say where and when, one a line: without the damaged, and ``GGA`` only to fill in ``RMC``."""
    sentences = [(words, _right(words, checksum)) for words, checksum in found]
    verdicts = [right for _, right in sentences if right is not None]
    reckons_wrongly = 2 * sum(verdicts) < len(verdicts)
    sound = [words for words, right in sentences if right is not False or reckons_wrongly]
    times = {_time(words) for words in sound if words[2:5] == "RMC"}
    return "\n".join(f"${words}" for words in sound if not times or _time(words) in times)


def _time(words: str) -> str:
    """Of ``GPRMC,061233.000,A,…`` the second part."""
    return words.split(",", 2)[1]


def _right(words: str, checksum: str) -> bool | None:
    """Whether the exclusive or of the letters between ``$`` and ``*`` is what stands behind them; none without one."""
    return reduce(xor, words.encode("latin-1"), 0) == int(checksum, 16) if checksum else None


def _started(sentences: str) -> Iterator[Found]:
    """The moment of the first sentence with a fix; the receiver's clock runs in UTC."""
    found = _STARTED.search(sentences)
    if found:
        hour, minute, second, day, month, year = found.groups()
        moment = f"20{year}-{month}-{day}T{hour}:{minute}:{second}Z"
        yield from time_told(moment, reader=NAME, field=f"{PART}/RMC")


READER = Reader(name=NAME, version=1, check="sidecar", kinds=frozenset({"nmea"}), read=read)
