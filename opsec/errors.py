"""Exceptions for expected errors. Each message states what happened, to which file, and what to do next."""

from opsec.i18n.messages import Message, render


class OpsecError(Exception):
    """Base of all expected errors. Its text is one sentence in the current language; no traceback is shown."""

    exit_code = 2

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return render(self.message)


class UsageError(OpsecError):
    """The arguments are invalid: a missing path, a week that does not exist."""


class SettingsError(OpsecError):
    """``opsec.toml`` cannot be used."""


class SitesError(OpsecError):
    """The officer's sites cannot be used; a scan without them would report "nothing" for the wrong reason."""


class CaseError(OpsecError):
    """The case file cannot be read or written."""


class OutputError(OpsecError):
    """A result could not be written to the requested place."""


class RenderError(OutputError):
    """A result could not be made because of a fault in this program; the others were."""

    exit_code = 4


class KeysError(OpsecError):
    """A key cannot be used, made or trusted."""


class BundleError(OpsecError):
    """A bundle of a unit cannot be imported; the others can."""


class ClusterError(OpsecError):
    """The cluster cannot be used: no scheduler answers, it has no workers, or the extra is not installed."""
