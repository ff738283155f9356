"""What holds for every test: one hypothesis profile, and a language that no test leaves to the next one.

With the profile, examples are the same on every run and have no deadline on a busy machine.
"""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from opsec.i18n import messages

settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """Restore the language of the process: a run of the command line in this process sets it."""
    chosen, preferred = messages._chosen, messages._preferred
    yield
    messages.set_language(chosen)
    messages.set_preferred_language(preferred)
