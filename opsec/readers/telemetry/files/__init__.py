"""Readers of tracks in files beside a clip: drones, dash cameras, phones, watches.

Each format has its module; the result is one hint with its fixes, as for a track inside the video.
"""

from opsec.readers.interface import Reader
from opsec.readers.telemetry.files import fit, gpx, kml, nmea, tcx
from opsec.readers.text import subtitle_files

READERS: tuple[Reader, ...] = (subtitle_files.READER, nmea.READER, gpx.READER, kml.READER, tcx.READER, fit.READER)
