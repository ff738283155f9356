"""Ways recorded in a file of their own beside a clip: of a drone, a dash camera, a phone or a watch.

Each notation has its module; what it finds becomes one hint with its fixes, as of a track in the film.
"""

from opsec.readers.interface import Reader
from opsec.readers.telemetry.files import gpx, kml, nmea
from opsec.readers.text import subtitle_files

READERS: tuple[Reader, ...] = (subtitle_files.READER, nmea.READER, gpx.READER, kml.READER)
