"""From a settings dataclass to a verb of the command line."""

import inspect
from collections.abc import Callable  # noqa: TC003 -- the types of a verb are read at run time
from dataclasses import MISSING, Field, fields
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast, get_type_hints

import typer

if TYPE_CHECKING:
    from styletune.commands.verb_settings import VerbSettings
    from styletune.terminal.console import Console


class Verb(Protocol):
    """What a verb's module offers."""

    def __call__(self, settings: Any, console: "Console") -> int:  # noqa: ANN401 -- each verb has its own settings
        """Do the work and return the exit code."""
        ...


_LAST = ("quiet", "verbose")
"""Options that every verb has; its own come first in its help."""


class Finished(SystemExit):
    """A verb has run; its exit code is final."""


def add_verb(app: typer.Typer, name: str, settings: "type[VerbSettings]", module: str) -> None:
    """Register a verb: one option for each field of ``settings``, whose docstring is the help.

    ``module.run`` is imported only when the verb is called.
    """

    def call(**values: object) -> None:
        from styletune.terminal.outcome import run_verb  # noqa: PLC0415 -- keeps --help light

        chosen = settings(**cast("dict[str, Any]", values))
        raise Finished(run_verb(lambda console: _load(module)(chosen, console), chosen))

    hints = get_type_hints(settings, include_extras=True)
    ordered = sorted(fields(settings), key=lambda field: field.name in _LAST)
    parameters = [_parameter(field, hints[field.name]) for field in ordered]
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    app.command(name, help=inspect.getdoc(settings))(call)


def group(app: typer.Typer, name: str, purpose: str) -> typer.Typer:
    """Add a verb that has verbs of its own."""
    verbs = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(verbs, name=name, help=purpose)
    return verbs


def _load(module: str) -> Verb:
    return cast("Callable[..., int]", import_module(module).run)


def _parameter(field: Field[Any], annotation: object) -> inspect.Parameter:
    default = inspect.Parameter.empty if field.default is MISSING else field.default
    return inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
