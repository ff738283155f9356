"""Settings from ``opsec.toml``: paths, limits of reading, and thresholds of the actions.

It contains only what an officer may have a reason to change. An unknown key is an error that suggests
the closest known one: a typing error must not switch protection off.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from opsec.errors import SettingsError
from opsec.i18n.messages import Message, _, translatable
from opsec.i18n.safe_text import decode_path, escape_unsafe
from opsec.i18n.suggestions import closest_match
from opsec.model import Check

FILE_NAME = "opsec.toml"
LANDMARK_CACHE_SUFFIX = ".landmarks"
"""Suffix of the folder beside a case file in which features of our landmarks are cached."""
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
    workers: Annotated[int, Field(ge=1, le=256)] | None = None
    """Number of concurrent worker processes; None: one for each processor."""
    archive_members: Annotated[int, Field(gt=0)] = 20_000


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


class PostingTime(_Section):
    """Times of recording and posting."""

    live_minutes: PositiveNumber = 15.0
    """A clip posted within so many minutes after it was recorded was posted live."""


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

    @model_validator(mode="after")
    def _one_finder(self) -> "LandmarkModels":
        if self.aliked is not None and self.disk is not None:
            raise PydanticCustomError("two_models", "one of them", {"example": "aliked, disk"})
        if self.lightglue is not None and self.aliked is None and self.disk is None:
            raise PydanticCustomError("no_finder", "nothing to pair", {"example": "aliked, disk"})
        return self


class Likelihood(_Section):
    """Likelihood ratios of the verdict."""

    table: str | None = None
    """File whose entries replace those of the table shipped with the program; ``opsec calibrate`` writes one."""


class Settings(_Section):
    """Everything that an officer can configure; the defaults fit most units."""

    sites: str = "geofences"
    case: str = "opsec-case.db"
    lang: Literal["en", "ar"] | None = None
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
    terminal: Terminal = Terminal()
    checks: RequiredChecks = RequiredChecks()
    likelihood: Likelihood = Likelihood()
    takedown: Takedown = Takedown()
    time: PostingTime = PostingTime()

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
    named = settings.landmarks.model_dump(exclude_none=True)
    if named:
        found["landmarks"] = LandmarkModels(**{key: str(folder / path) for key, path in named.items()})
    return settings.model_copy(update=found)


def first_error_message(error: ValidationError, file: str, model: type[BaseModel]) -> Message:
    """Build the message for the first error that pydantic found in a file: the key, and the closest known one.

    Parameters
    ----------
    error
        Raised by the validation of the file's content.
    file
        Name of the file, safe to print.
    model
        The model that was validated, whose keys are known.
    """
    return error_messages(error, file, model)[0]


def error_messages(error: ValidationError, file: str, model: type[BaseModel]) -> list[Message]:
    """Build the messages for all errors that pydantic found in a file; parameters as above."""
    return [_error_message(fault, file, model) for fault in error.errors(include_url=False)]


def _error_message(fault: ErrorDetails, file: str, model: type[BaseModel]) -> Message:
    key = escape_unsafe(".".join(str(part) for part in fault["loc"]), limit=100) or "?"
    if fault["type"] == "extra_forbidden":
        near = closest_match(str(fault["loc"][-1])[:80], _known_keys(model, fault["loc"][:-1]))
        if near is None:
            return _(
                "{file}: unknown key {key}; remove it, or see the known keys in the file that opsec init writes",
                file=file,
                key=key,
            )
        return _("{file}: unknown key {key}; did you mean {near}?", file=file, key=key, near=near)
    if fault["type"] == "missing":
        return _("{file}: the key {key} is missing; add it", file=file, key=key)
    if fault["type"] == "literal_error":
        return _invalid_choice(str(fault["input"]), re.findall("'([^']*)'", fault["ctx"]["expected"]), file, key)
    if fault["type"] in _BOUND_MESSAGES:
        name, sentence = _BOUND_MESSAGES[fault["type"]]
        return Message(sentence, {"file": file, "key": key, "bound": fault["ctx"][name]})
    return _(
        "{file}: {key} is invalid: {detail}; fix it and run again",
        file=file,
        key=key,
        detail=escape_unsafe(fault["msg"]),
    )


_BOUND_MESSAGES: Mapping[str, tuple[str, str]] = {
    "greater_than_equal": ("ge", translatable("{file}: {key} must be {bound} or more; fix it and run again")),
    "greater_than": ("gt", translatable("{file}: {key} must be more than {bound}; fix it and run again")),
    "less_than_equal": ("le", translatable("{file}: {key} must be {bound} or less; fix it and run again")),
    "less_than": ("lt", translatable("{file}: {key} must be less than {bound}; fix it and run again")),
    "two_models": (
        "example",
        translatable(
            "{file}: {key} names two models, of which only one can be used ({bound}); remove one of the lines"
        ),
    ),
    "no_finder": (
        "example",
        translatable("{file}: {key}.lightglue matches the features of another model; name that model too ({bound})"),
    ),
    "no_land": (
        "example",
        translatable(
            "{file}: {key} must be south, west, north, east in degrees, such as {bound}; fix it and run again"
        ),
    ),
}


def _invalid_choice(word: str, known: list[str], file: str, key: str) -> Message:
    """Message for a value that is not one of the allowed words."""
    shown, near = escape_unsafe(word, limit=60), closest_match(word[:60], known)
    if near is None:
        words = ", ".join(known)
        return _("{file}: {key} cannot be {word}; use one of {known}", file=file, key=key, word=shown, known=words)
    return _("{file}: {key} cannot be {word}; did you mean {near}?", file=file, key=key, word=shown, near=near)


def _known_keys(model: type[BaseModel], loc: tuple[Any, ...]) -> list[str]:
    """Keys allowed at a location in the file, found by following it through the model."""
    for part in loc:
        field = model.model_fields.get(str(part))
        inner = field.annotation if field else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        model = inner
    return [field.alias or name for name, field in model.model_fields.items()]
