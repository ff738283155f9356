"""Ways recorded in a file of their own beside a clip: of a drone, a dash camera, a phone or a watch.

Each notation has its module; what it finds becomes one hint with its fixes, as of a track in the film.
"""

from opsec.hints.beside import gpx, kml, nmea, srt
from opsec.hints.reader import Reader

READERS: tuple[Reader, ...] = (srt.READER, nmea.READER, gpx.READER, kml.READER)
