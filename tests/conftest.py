"""What holds for every test: one hypothesis profile, and a state of the process that no test leaves to the next one.

With the profile, examples are the same on every run and have no deadline on a busy machine.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from opsec.i18n import messages

if TYPE_CHECKING:
    from tests.fixtures.warm_templates import WarmTemplates

settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """Restore the language of the process: a run of the command line in this process sets it."""
    chosen, preferred = messages._chosen, messages._preferred
    yield
    messages.set_language(chosen)
    messages.set_preferred_language(preferred)


@pytest.fixture(autouse=True)
def own_process_state() -> Iterator[None]:
    """Restore the working folder, the umask and the environment of the process.

    A run of the command line in this process sets the umask to 077: without this, a later test that files are private
    could not fail.
    """
    folder, variables, umask = Path.cwd(), dict(os.environ), os.umask(0o077)
    os.umask(umask)
    yield
    os.chdir(folder)
    os.umask(umask)
    for name in (variables.keys() | os.environ.keys()) - {"PYTEST_CURRENT_TEST"}:
        if name not in variables:
            del os.environ[name]
        elif os.environ.get(name) != variables[name]:
            os.environ[name] = variables[name]


@pytest.fixture(scope="session")
def all_warm_templates() -> Iterator["WarmTemplates"]:
    """The templates that this process keeps between scans."""
    from tests.fixtures.warm_templates import WarmTemplates  # the sandbox is imported where it is used

    templates = WarmTemplates()
    yield templates
    templates.close()


@pytest.fixture(scope="module")
def warm_templates(all_warm_templates: "WarmTemplates") -> Iterator[None]:
    """Scans of this module start no template if one with the same terms is running."""
    with all_warm_templates.used():
        yield
