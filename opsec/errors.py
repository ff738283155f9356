"""What can go wrong for the officer: one small family. Each says what happened, to which file, and what to do next."""

from opsec.i18n.messages import Message, say


class OpsecError(Exception):
    """Expected trouble. Its text is one sentence in the language in use; it never shows a traceback."""

    exit_code = 2

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return say(self.message)


class UsageError(OpsecError):
    """The call itself cannot be carried out: a missing path, a week that does not exist."""


class SettingsError(OpsecError):
    """``opsec.toml`` cannot be used."""


class SitesError(OpsecError):
    """The officer's sites cannot be used: a scan without them would report "nothing" for the wrong reason."""


class CaseError(OpsecError):
    """The case file cannot be read or written."""


class OutputError(OpsecError):
    """A result could not be written where it was asked for."""
