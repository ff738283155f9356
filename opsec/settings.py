"""Settings from ``opsec.toml``: paths, limits of reading, and thresholds of the actions.

It contains only what an officer may have a reason to change. An unknown key is an error that suggests
the closest known one: a typing error must not switch protection off.
"""

import hashlib
import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from opsec.errors import SettingsError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import decode_path, escape_unsafe
from opsec.model import Check
from opsec.model.depth import Depth
from opsec.validation_messages import first_error_message

FILE_NAME = "opsec.toml"
LANDMARK_CACHE_SUFFIX = ".landmarks"
"""Suffix of the folder beside a case file in which features of our landmarks are cached."""
MAX_WORKERS = 256
PositiveNumber = Annotated[float, Field(gt=0, allow_inf_nan=False)]
UnitInterval = Annotated[float, Field(ge=0, le=1)]
IRAQ_BOUNDS = (29.0, 38.5, 37.6, 49.0)


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(_Section):
    """Limits of reading one file. Wall and processor time: ``base + per_megapixel_second × duration × pixels``."""

    file_mib: Annotated[int, Field(gt=0)] = 8192
    """A larger file is not opened."""
    wall_base_s: PositiveNumber = 60.0
    cpu_base_s: PositiveNumber = 30.0
    wall_s_per_megapixel_second: PositiveNumber = 6.0
    cpu_s_per_megapixel_second: PositiveNumber = 3.0
    speech_s_per_second: PositiveNumber = 2.0
    """Extra wall and processor time when a speech model is set; a small model needs half of it."""
    landmark_model_s: PositiveNumber = 120.0
    """Extra wall and processor time when a landmark model is set: it processes eight frames of a clip."""
    most_s: PositiveNumber = 1800.0
    """Upper bound of the wall time, whatever duration a file declares."""
    memory_mib: Annotated[int, Field(ge=128)] = 1024
    """Of one worker process."""
    reply_mib: Annotated[int, Field(gt=0)] = 16
    """Maximum size of a reply from a worker process."""
    workers: Annotated[int, Field(ge=1, le=MAX_WORKERS)] | None = None
    """Number of concurrent worker processes; None: one for each processor, fewer where memory is short."""
    archive_members: Annotated[int, Field(gt=0)] = 20_000
    archive_unpacked_mib: Annotated[int, Field(gt=0)] = 65_536
    """What the members of one archive may take up together when they are unpacked; the rest is left out and said."""
    scan_unpacked_mib: Annotated[int, Field(gt=0)] = 1_048_576
    """The same for all archives of one scan."""
    scan_members: Annotated[int, Field(gt=0)] = 200_000
    """What all archives of one scan may contain together; the files beyond are left out and said."""
    archive_cpu_base_s: PositiveNumber = 3_600.0
    """Processor time that the members of one archive may take together, and more for each MiB that they contain."""
    scan_cpu_base_s: PositiveNumber = 14_400.0
    """The same for all archives of one scan."""
    cpu_s_per_unpacked_mib: PositiveNumber = 60.0
    """What each unpacked MiB adds to both; a strongly compressed clip needs a third of it."""
    allow_weak_isolation: bool = False
    """Read files even where the reading process cannot be locked; each clip then says so."""


class Thresholds(_Section):
    """Likelihood and severity from which each action applies; printed with every verdict."""

    act_now_likelihood: UnitInterval = 0.90
    act_now_severity: UnitInterval = 0.60
    act_today_likelihood: UnitInterval = 0.70
    review_likelihood: UnitInterval = 0.20
    watch_likelihood: UnitInterval = 0.12

    @model_validator(mode="after")
    def _in_order(self) -> "Thresholds":
        steps = (self.watch_likelihood, self.review_likelihood, self.act_today_likelihood, self.act_now_likelihood)
        if list(steps) != sorted(steps):
            raise ValueError("watch ≤ review ≤ act_today ≤ act_now must hold for the likelihoods")
        return self


class RequiredChecks(_Section):
    """Checks without which a clip counts as not fully checked."""

    required: tuple[Check, ...] = ("metadata", "caption", "signage", "layout")
    """As far as they apply to the clip. Landmarks are required too as soon as a site has photos."""


class Takedown(_Section):
    """Requests to platforms to remove a post."""

    due_days: Annotated[int, Field(ge=1, le=365)] = 7
    """``opsec list --due`` names requests that nobody has answered for so many days."""


class WeekSettings(_Section):
    """Weeks of ``opsec report``."""

    start: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "sunday"
    """First day of a week. A week has the number of the ISO week that its Thursday is in."""
    time_zone: str | None = None
    """Of clips without a site; None: that of the sites where all have the same, else that of this machine."""


class ReportSettings(_Section):
    """The weekly page."""

    unit: Annotated[str, Field(max_length=40)] | None = None
    """Code of the unit that reports, for the head of the page; never its real name."""
    digits: Literal["arabic-indic", "western"] = "arabic-indic"
    """Digits of Arabic pages."""


class PostingTime(_Section):
    """Times of recording and posting."""

    live_minutes: PositiveNumber = 15.0
    """A clip posted within so many minutes after it was recorded was posted live."""


class ReviewSettings(_Section):
    """``opsec review``."""

    basemaps: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    """Maps of the officer's own under the maps of the console, the lowest one first: PNG, JPEG or WebP images with a
    world file, KML files with ground overlays, PMTiles archives of such images. Nothing is ever downloaded."""


class WatchSettings(_Section):
    """``opsec watch``."""

    settle_s: PositiveNumber = 10.0
    """A file that has not changed for so many seconds has arrived."""
    command: tuple[str, ...] = ()
    """Program and arguments of a notice of new flagged clips; ``{new}``, ``{flagged}`` and ``{not_checked}`` become
    numbers. Empty: no notice."""
    command_timeout_s: PositiveNumber = 10.0
    """After which the command is ended."""


class Terminal(_Section):
    """How text is displayed on the terminal."""

    bidi: Literal["auto", "terminal", "program"] = "auto"
    """What reorders Arabic text: the terminal itself, or this program for terminals that cannot."""


class Signage(_Section):
    """Text in images."""

    tessdata: str | None = None
    """Folder with the language data of tesseract; None: the system's own."""


class Speech(_Section):
    """Spoken words."""

    model: str | None = None
    """Folder of a faster-whisper model on this machine; None: speech is not transcribed. Nothing is ever downloaded."""


class LandmarkModels(_Section):
    """Landmark models on this machine; None: the built-in features are used. Nothing is ever downloaded."""

    aliked: str | None = None
    """ONNX file of ALIKED."""
    disk: str | None = None
    """ONNX file of DISK, used instead."""
    lightglue: str | None = None
    """ONNX file of LightGlue trained for that extractor."""
    models: str | None = None
    """Folder that ``opsec models export`` wrote: its model looks again where the built-in features are not certain."""

    @model_validator(mode="after")
    def _one_finder(self) -> "LandmarkModels":
        finders = [name for name in ("aliked", "disk", "models") if getattr(self, name) is not None]
        if len(finders) > 1:
            raise PydanticCustomError("two_models", "one of them", {"example": ", ".join(finders)})
        if self.lightglue is not None and self.aliked is None and self.disk is None:
            raise PydanticCustomError("no_finder", "nothing to pair", {"example": "aliked, disk"})
        return self


class ClusterSettings(_Section):
    """Certificates (PEM) for ``--engine dask`` with a scheduler on another machine."""

    ca: str | None = None
    """Certificate of the authority that signed those of all machines of the cluster."""
    cert: str | None = None
    """Certificate of this machine."""
    key: str | None = None
    """Its private key."""


class Likelihood(_Section):
    """Likelihood ratios of the verdict."""

    table: str | None = None
    """File whose entries replace those of the table shipped with the program; ``opsec calibrate`` writes one."""


class Settings(_Section):
    """Everything that an officer can configure; the defaults fit most units."""

    sites: str = "geofences"
    case: str = "opsec-case.db"
    lang: Literal["en", "ar"] | None = None
    depth: Depth = "normal"
    """``quick``: metadata and words alone, no frame is opened; ``full``: everything, however long it takes."""
    home: tuple[float, float, float, float] = IRAQ_BOUNDS
    """South, west, north and east bounds of the region of the sites, in degrees.

    A fence that is outside of it, but inside with latitude and longitude swapped, was drawn latitude first.
    The whole globe switches this test off.
    """
    limits: Limits = Limits()
    thresholds: Thresholds = Thresholds()
    signage: Signage = Signage()
    speech: Speech = Speech()
    landmarks: LandmarkModels = LandmarkModels()
    cluster: ClusterSettings = ClusterSettings()
    terminal: Terminal = Terminal()
    checks: RequiredChecks = RequiredChecks()
    likelihood: Likelihood = Likelihood()
    takedown: Takedown = Takedown()
    week: WeekSettings = WeekSettings()
    report: ReportSettings = ReportSettings()
    time: PostingTime = PostingTime()
    review: ReviewSettings = ReviewSettings()
    watch: WatchSettings = WatchSettings()

    @field_validator("home")
    @classmethod
    def _a_land(cls, home: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        south, west, north, east = home
        if not (-90 <= south < north <= 90 and -180 <= west < east <= 180):
            raise PydanticCustomError("no_land", "no land lies there", {"example": str([*IRAQ_BOUNDS])})
        return home

    def sha256(self, models: Sequence[str] = (), table_sha256: str = "") -> str:
        """Fingerprint of the settings that can change a result; paths and display settings cannot.

        Parameters
        ----------
        models
            Names of the landmark models in use, which change with their files.
        table_sha256
            Fingerprint of the likelihood ratios in use.
        """
        relevant = self.model_dump(
            mode="json",
            include={"limits": {"file_mib", "archive_members"}, "thresholds": True, "checks": True, "time": True},
        )
        relevant |= {"depth": self.depth} if self.depth != "normal" else {}
        relevant |= {"models": list(models)} if models else {}
        relevant |= {"ratios": table_sha256} if table_sha256 else {}
        return hashlib.sha256(json.dumps(relevant, sort_keys=True).encode()).hexdigest()


def load_settings_file(path: Path | None = None) -> Settings:
    """Load the settings of a file, else of ``opsec.toml`` in the current folder, else the defaults.

    Paths in the file are relative to its folder.

    Raises
    ------
    SettingsError
        The given file is missing, is not TOML, or contains an unknown key or a value out of bounds.
    """
    chosen = path or Path(FILE_NAME)
    if path is None and not chosen.is_file():
        return Settings()
    shown = escape_unsafe(decode_path(chosen))
    try:
        raw = tomllib.loads(chosen.read_text("utf-8"))
        settings = Settings.model_validate(raw)
    except OSError as error:
        raise SettingsError(
            _(
                "{file} cannot be opened ({error}); check the path given with --config",
                file=shown,
                error=error.strerror or "",
            )
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            _(
                "{file} is not valid TOML: {error}; fix that line and run the command again",
                file=shown,
                error=escape_unsafe(str(error)),
            )
        ) from error
    except ValidationError as error:
        raise SettingsError(first_error_message(error, shown, Settings)) from error
    return _resolve_paths(settings, chosen.parent)


def _resolve_paths(settings: Settings, folder: Path) -> Settings:
    case = settings.case if "://" in settings.case else str(folder / settings.case)
    found: dict[str, Any] = {"sites": str(folder / settings.sites), "case": case}
    if settings.signage.tessdata is not None:
        found["signage"] = Signage(tessdata=str(folder / settings.signage.tessdata))
    if settings.speech.model is not None:
        found["speech"] = Speech(model=str(folder / settings.speech.model))
    if settings.likelihood.table is not None:
        found["likelihood"] = Likelihood(table=str(folder / settings.likelihood.table))
    if settings.review.basemaps:
        found["review"] = ReviewSettings(basemaps=tuple(str(folder / one) for one in settings.review.basemaps))
    for section in ("landmarks", "cluster"):
        own = getattr(settings, section)
        paths = {key: str(folder / path) for key, path in own.model_dump(exclude_none=True).items()}
        if paths:
            found[section] = type(own)(**paths)
    return settings.model_copy(update=found)
