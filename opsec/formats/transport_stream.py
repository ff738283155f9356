"""Demultiplex MPEG transport streams far enough to collect data streams (ISO/IEC 13818-1, section 2.4).

Packets are 188 bytes, 192 in M2TS and 204 with error correction. A file is read once, in large pieces; numpy selects
the packets of the wanted streams, so that the pictures, most of the file, cost no more than being read.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Packets = NDArray[np.uint8]
    """(n, 188)"""

PACKET_BYTES = 188
_SYNC = 0x47
_SIZES = ((188, 0), (192, 4), (204, 0))
"""Bytes from one packet to the next, and those before the sync byte."""
_PIECE_PACKETS = 20_000
_MIN_SYNCED = 0.9
"""Share of sync bytes in their place from which on a piece counts as aligned."""
MAX_STREAMS = 64
"""Limit of streams of one file."""
MAX_TABLE_PACKETS = 64
"""Limit of table packets that are parsed in one piece."""
MAX_PES_BYTES = 1 << 20
"""Limit for one unit of a stream; a KLV packet has some hundred bytes, a picture of a camcorder half a MiB."""
_PAT_PID, _NULL_PID = 0, 0x1FFF
_TICKS_PER_S = 90_000
_PTS_MODULUS = 1 << 33


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """One elementary stream, as the program map table describes it."""

    pid: int
    stream_type: int
    descriptors: bytes


@dataclass(frozen=True, slots=True)
class PesUnit:
    """One packetized elementary stream unit."""

    stream: StreamInfo
    stream_id: int
    at_s: float | None
    """Presentation time since the first one in the file; None without one."""
    payload: bytes
    """At most ``MAX_PES_BYTES``."""


@dataclass(slots=True)
class _OpenUnit:
    data: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class TransportStream:
    """Iterates over the units of the wanted streams. Iterating fills in ``streams``."""

    file: BinaryIO
    packets_wanted: Callable[[StreamInfo], int]
    """Number of packets wanted at the start of each unit of a stream; 0 for a stream that is not wanted."""
    most_bytes: int
    """Limit of bytes of the file that are read."""
    streams: dict[int, StreamInfo] = field(default_factory=dict)
    """Streams by packet id."""
    cut: bool = False
    """Whether the file is longer than ``most_bytes``."""
    _map_pids: set[int] = field(default_factory=set)
    _open: dict[int, _OpenUnit] = field(default_factory=dict)
    _passed: dict[int, int] = field(default_factory=dict)
    """Packets since the start of the open unit of a stream, at most those wanted."""
    _first_pts: int | None = None

    def __iter__(self) -> Iterator[PesUnit]:
        import numpy as np

        for packets in self._pieces():
            pids = ((packets[:, 1].astype(np.int32) & 0x1F) << 8) | packets[:, 2]
            self._read_tables(packets, pids)
            self._note_first_pts(packets)
            for index in self._select(packets, pids):
                yield from self._add_packet(self.streams[int(pids[index])], packets[index].tobytes())
        for pid, unit in self._open.items():
            yield from self._finish(self.streams[pid], unit)

    # ── packets ───────────────────────────────────────────────────────────────────────────────
    def _pieces(self) -> "Iterator[Packets]":
        """Yield aligned packets; after damage, those of the next piece that is aligned again."""
        import numpy as np

        self.file.seek(0)
        step, lead = _packet_size(self.file.read(16 * 204))
        self.file.seek(0)
        left, rest = self.most_bytes, b""
        while left > 0 and (data := self.file.read(min(_PIECE_PACKETS * step, left))):
            left -= len(data)
            piece = np.frombuffer(rest + data, np.uint8)
            start = _alignment(piece, step, lead)
            count = max(0, len(piece) - start) // step
            rows = piece[start : start + count * step].reshape(count, step)[:, lead : lead + PACKET_BYTES]
            rest = piece[start + count * step :].tobytes()[-step:]
            yield rows[(rows[:, 0] == _SYNC) & (rows[:, 1] & 0x80 == 0)]  # 0x80: a transport error
        self.cut = left <= 0 and bool(self.file.read(1))

    def _select(self, packets: "Packets", pids: "NDArray[np.int32]") -> "NDArray[np.int64]":
        """Indices of the wanted packets of a piece, in file order."""
        import numpy as np

        chosen = [np.empty(0, np.int64)]
        for pid, stream in self.streams.items():
            limit = self.packets_wanted(stream)
            if limit:
                mine = np.flatnonzero(pids == pid)
                begins = (packets[mine, 1] & 0x40) != 0
                order = np.arange(len(mine))
                since = order - np.maximum.accumulate(np.where(begins, order, -self._passed.get(pid, limit)))
                chosen.append(mine[since < limit])
                self._passed[pid] = min(limit, int(since[-1]) + 1) if len(mine) else self._passed.get(pid, limit)
        return np.sort(np.concatenate(chosen))

    def _add_packet(self, stream: StreamInfo, packet: bytes) -> Iterator[PesUnit]:
        payload = _payload(packet)
        if packet[1] & 0x40:  # a unit begins
            if (before := self._open.get(stream.pid)) is not None:
                yield from self._finish(stream, before)
            self._open[stream.pid] = _OpenUnit(bytearray(payload))
        elif (unit := self._open.get(stream.pid)) is not None and len(unit.data) < MAX_PES_BYTES:
            unit.data += payload

    def _finish(self, stream: StreamInfo, unit: _OpenUnit) -> Iterator[PesUnit]:
        data = bytes(unit.data)
        if len(data) < 9 or data[:3] != b"\0\0\1":
            return
        declared = int.from_bytes(data[4:6], "big")
        end = 6 + declared if declared else len(data)
        yield PesUnit(stream, data[3], self._to_seconds(_pts(data)), data[9 + data[8] : end])

    def _to_seconds(self, pts: int | None) -> float | None:
        if pts is None or self._first_pts is None:
            return None
        ticks = (pts - self._first_pts) % _PTS_MODULUS
        return ticks / _TICKS_PER_S if ticks < _PTS_MODULUS // 2 else 0.0

    def _note_first_pts(self, packets: "Packets") -> None:
        """Take the first presentation time of any stream as the start of the clip."""
        import numpy as np

        if self._first_pts is not None:
            return
        begins = np.flatnonzero((packets[:, 1] & 0x40) != 0)[: 4 * MAX_TABLE_PACKETS]
        for index in begins:
            self._first_pts = _pts(_payload(packets[index].tobytes()))
            if self._first_pts is not None:
                return

    # ── tables ────────────────────────────────────────────────────────────────────────────────
    def _read_tables(self, packets: "Packets", pids: "NDArray[np.int32]") -> None:
        import numpy as np

        for index in np.flatnonzero(pids == _PAT_PID)[:MAX_TABLE_PACKETS]:
            for program, pid in _programs(_section(packets[index].tobytes())):
                if program and len(self._map_pids) < MAX_STREAMS:
                    self._map_pids.add(pid)
        for index in np.flatnonzero(np.isin(pids, list(self._map_pids)))[:MAX_TABLE_PACKETS]:
            for stream in _program_streams(_section(packets[index].tobytes())):
                if len(self.streams) < MAX_STREAMS:
                    self.streams.setdefault(stream.pid, stream)


def _packet_size(head: bytes) -> tuple[int, int]:
    """Size of a packet with what stands before its sync byte, by the size that most sync bytes agree with."""
    return max(_SIZES, key=lambda size: sum(byte == _SYNC for byte in head[size[1] :: size[0]]) * size[0])


def _alignment(piece: "NDArray[np.uint8]", step: int, lead: int) -> int:
    """Offset of the first packet of a piece: 0, unless bytes were lost or added."""
    import numpy as np

    def share(start: int) -> float:
        column = piece[start + lead :: step]
        return float(np.mean(column == _SYNC)) if len(column) else 0.0

    return 0 if share(0) >= _MIN_SYNCED else max(range(step), key=share)


def _payload(packet: bytes) -> bytes:
    """Payload of a packet, behind its adaptation field; empty for an encrypted packet."""
    if packet[3] & 0xC0 or not packet[3] & 0x10:
        return b""
    return packet[5 + packet[4] :] if packet[3] & 0x20 else packet[4:]


def _section(packet: bytes) -> bytes:
    """Body of a table that begins in a packet, without its checksum; tables of one packet only."""
    payload = _payload(packet)
    if not packet[1] & 0x40 or not payload:
        return b""
    table = payload[1 + payload[0] :]
    length = int.from_bytes(table[1:3], "big") & 0xFFF
    return table[: max(0, 3 + length - 4)]


def _programs(table: bytes) -> Iterator[tuple[int, int]]:
    """Program number and packet id of its map, from a program association table."""
    if table[:1] == b"\0":
        for at in range(8, len(table) - 3, 4):
            yield int.from_bytes(table[at : at + 2], "big"), int.from_bytes(table[at + 2 : at + 4], "big") & 0x1FFF


def _program_streams(table: bytes) -> Iterator[StreamInfo]:
    """Streams in a program map table."""
    if table[:1] != b"\2":
        return
    at = 12 + (int.from_bytes(table[10:12], "big") & 0xFFF)
    while at + 5 <= len(table):
        length = int.from_bytes(table[at + 3 : at + 5], "big") & 0xFFF
        pid = int.from_bytes(table[at + 1 : at + 3], "big") & 0x1FFF
        yield StreamInfo(pid, table[at], table[at + 5 : at + 5 + length])
        at += 5 + length


def _pts(unit: bytes) -> int | None:
    """Presentation time in a PES header, in units of 1/90,000 s; None without one."""
    if len(unit) < 14 or unit[:3] != b"\0\0\1" or not unit[7] & 0x80:
        return None
    high, mid, low = unit[9] >> 1 & 7, int.from_bytes(unit[10:12], "big") >> 1, int.from_bytes(unit[12:14], "big") >> 1
    return high << 30 | mid << 15 | low
