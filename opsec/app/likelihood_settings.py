"""The likelihood ratios that the settings ask for."""

from pathlib import Path

from opsec.settings import Settings
from opsec.verdict.likelihood_ratios import LikelihoodTable, load_likelihood_table


def likelihood_table_from(settings: Settings) -> LikelihoodTable:
    """Return the shipped likelihood ratios with the entries of the officer's own table, if the settings name one."""
    return load_likelihood_table(None if settings.likelihood.table is None else Path(settings.likelihood.table))
