"""Frames that no other frame is decoded from, recognised by the headers of their packets without decoding them.

A frame that is not analysed need not be decoded where no other frame refers to it. H.264 states so in ``nal_ref_idc``
(ITU-T H.264, 7.4.1), HEVC in the type of a slice: even types under 16 are of pictures that no picture of their
sub-layer refers to (ITU-T H.265, 7.4.2.2); only those of the highest sub-layer are left out. Other codecs, and streams
without lengths before their units, are decoded as a whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_CONFIGURATION_VERSION = 1
"""First byte of the extradata of streams with lengths (ISO/IEC 14496-15); others begin with a start code."""
_AVC_LENGTH_AT, _HEVC_LENGTH_AT = 4, 21
_AVC_SLICES = range(1, 6)
_HEVC_SLICES = range(32)
_HEVC_FIRST_REFERENCE = 16


@dataclass(slots=True)
class UnreferencedFrames:
    """Recognises them in one stream; its packets must be given in order."""

    codec: Literal["h264", "hevc"]
    length_bytes: int
    """Bytes of the length before each unit."""
    _highest_layer: int = 0

    def is_unreferenced(self, packet: bytes | memoryview) -> bool:
        """Return whether no other frame refers to that of a packet; False for a packet without slices or damaged."""
        flags = [self._refers(unit) for unit in self._units(packet)]
        slices = [one for one in flags if one is not None]
        return bool(slices) and not any(slices)

    def _units(self, packet: bytes | memoryview) -> Iterator[bytes]:
        """Yield the first two bytes of each unit."""
        at = 0
        while at + self.length_bytes + 2 <= len(packet):
            length = int.from_bytes(packet[at : at + self.length_bytes], "big")
            at += self.length_bytes
            yield bytes(packet[at : at + 2])
            at += length

    def _refers(self, header: bytes) -> bool | None:
        """Return whether a slice may be referred to; None for a unit that is no slice."""
        if self.codec == "h264":
            return bool(header[0] >> 5 & 3) if header[0] & 31 in _AVC_SLICES else None
        kind, layer = header[0] >> 1 & 63, header[1] & 7
        if kind not in _HEVC_SLICES:
            return None
        self._highest_layer = max(self._highest_layer, layer)
        return kind >= _HEVC_FIRST_REFERENCE or kind % 2 == 1 or layer < self._highest_layer


def unreferenced_frames(codec: str, extradata: bytes | None) -> UnreferencedFrames | None:
    """Return what recognises the frames of a stream, from its codec and extradata; None where it cannot be done."""
    if codec not in {"h264", "hevc"} or not extradata or extradata[0] != _CONFIGURATION_VERSION:
        return None
    at = _AVC_LENGTH_AT if codec == "h264" else _HEVC_LENGTH_AT
    if len(extradata) <= at:
        return None
    return UnreferencedFrames("h264" if codec == "h264" else "hevc", (extradata[at] & 3) + 1)
