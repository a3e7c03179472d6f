"""Every option of ``rewrite`` and ``translate``, defined once: flags, help and checks follow from here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from styletune.commands.verb_settings import VerbSettings
from styletune.errors import UsageError
from styletune.markdown.segments import Kind
from styletune.task import REWRITE_KINDS, TRANSLATE_KINDS, Task, TaskName

if TYPE_CHECKING:
    from styletune.config.schema import FileSettings

STDIN = "-"
_KINDS = ", ".join(Kind)
_LINES = re.compile(r"([0-9]+)(?::([0-9]+))?")


@dataclass(frozen=True, kw_only=True)
class DraftSettings(VerbSettings):
    """What a run on drafts was asked to do."""

    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="Files, folders, globs, or - for standard input.")]
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="A model's or an endpoint's name, a .gguf file, echo, pseudo or openai:URL#MODEL."
            "  [default: the project's, else the embedded model]",
        ),
    ] = None
    output: Annotated[
        str | None,
        typer.Option(
            "--output", "-o", metavar="FILE|DIR|-", help="Where the result goes.  [default: beside the source]"
        ),
    ] = None
    in_place: Annotated[bool, typer.Option("--in-place", help="Change the sources themselves.")] = False
    diff: Annotated[bool, typer.Option("--diff", help="Print a patch for git apply; write nothing.")] = False
    check: Annotated[
        bool,
        typer.Option("--check", help="Run no model; exit 1 if an output is missing, stale or has flagged segments."),
    ] = False
    show: Annotated[bool, typer.Option("--show", help="Show each change before and after.")] = False
    lines: Annotated[
        str | None, typer.Option(metavar="A:B", help="Only blocks that touch these lines, counted from 1.")
    ] = None
    kinds: Annotated[
        str | None, typer.Option(metavar="KIND,...", help=f"Kinds of segments to work on: {_KINDS} or all.")
    ] = None
    stdin_filepath: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Name that stands for standard input; its suffix tells the format."),
    ] = None
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite outputs written or edited by hand; redo finished blocks.")
    ] = False
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Redo blocks that an earlier run finished.")] = False
    examples: Annotated[
        int | None,
        typer.Option(
            min=0, metavar="N", help="Show the model the N nearest of your own paragraphs.  [default: the project's, 0]"
        ),
    ] = None
    isolate: Annotated[
        bool, typer.Option("--isolate", help="Run a local model in a process of its own, whose death costs nothing.")
    ] = False
    json: Annotated[bool, typer.Option("--json", help="Print a report as JSON.")] = False
    jobs: Annotated[int | None, typer.Option(min=1, metavar="N", help="Segments worked on at the same time.")] = None
    seed: Annotated[int, typer.Option(metavar="N", help="Seed for models that sample.")] = 0
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show each segment, every reason, and where errors arise.")
    ] = False

    verb: ClassVar[TaskName]
    default_kinds: ClassVar[frozenset[Kind]] = frozenset(Kind)
    """Kinds of segments that are worked on unless something names others."""

    @property
    def names_source(self) -> bool:
        """Whether the language of the sources was named."""
        return False

    def task(self, file: "FileSettings") -> Task:
        """Return what is to be done with a file that the project says ``file`` about. Raises ``UsageError``."""
        raise NotImplementedError

    def pattern(self, file: "FileSettings") -> str:
        """Return the name pattern of outputs."""
        raise NotImplementedError

    def configured_kinds(self, file: "FileSettings") -> tuple[str, ...] | None:
        """Return the kinds that the project names."""
        raise NotImplementedError

    @property
    def filters(self) -> bool:
        """Whether standard input is the source."""
        return STDIN in self.paths

    @property
    def answers_with_text(self) -> bool:
        """Whether standard output is the document: what a filter in an editor expects."""
        return self.output == STDIN or (self.filters and self.output is None and not (self.diff or self.json))

    @property
    def returns_input(self) -> bool:
        """Whether a failure must leave the input on standard output: an editor puts it in place of the text."""
        return self.filters and self.answers_with_text

    @property
    def writes(self) -> bool:
        """Whether files are written."""
        return not (self.diff or self.check or self.answers_with_text)

    @property
    def stdout_is_data(self) -> bool:
        """Whether standard output belongs to other programs."""
        return self.diff or self.json or self.answers_with_text

    @property
    def line_range(self) -> tuple[int, int] | None:
        """First and last line, from 1. Raises ``UsageError``."""
        if self.lines is None:
            return None
        found = _LINES.fullmatch(self.lines.strip())
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if not 1 <= first <= last:
            raise UsageError(f"--lines {self.lines}: give the first and the last line, counted from 1, such as 12:20.")
        return first, last

    def check_all(self) -> None:
        """Raise ``UsageError`` that names every option that cannot work and every two that exclude each other."""
        problems = [*self._conflicts(), *self._value_problems()]
        if problems:
            raise UsageError("\n".join(problems))

    def _conflicts(self) -> Iterator[str]:
        on = self._given()
        for first, others in _EXCLUDING.items():
            for other, why in others.items():
                if first in on and other in on:
                    yield f"{first} and {other} exclude each other: {why}."
        if self.filters and len(self.paths) > 1:
            yield "- (standard input) stands alone: give no other PATH beside it."
        if self.filters and self.json and self.output in (None, STDIN):
            yield "- with --json needs --output FILE: standard output can hold only one of the two."
        if self.stdin_filepath is not None and not self.filters:
            yield "--stdin-filepath names standard input: use it with - as PATH."

    def _given(self) -> set[str]:
        flags = {
            "-": self.filters,
            "--in-place": self.in_place,
            "--diff": self.diff,
            "--check": self.check,
            "--json": self.json,
            "--show": self.show,
            "--output": self.output is not None,
            "--output -": self.output == STDIN and not self.filters,
            "--quiet": self.quiet,
            "--verbose": self.verbose,
            "--lines": self.lines is not None,
        }
        return {flag for flag, given in flags.items() if given}

    def _value_problems(self) -> Iterator[str]:
        try:
            _ = self.line_range
        except UsageError as error:
            yield str(error)
        if self.kinds is not None:
            from styletune.commands.kinds import unknown_kinds  # noqa: PLC0415 -- keeps --help light

            yield from unknown_kinds(self.kinds)
        if self.model is not None and not self.model.strip():
            yield "--model needs a name, such as a .gguf file; see styletune models list."


@dataclass(frozen=True, kw_only=True)
class RewriteSettings(DraftSettings):
    """Rewrite drafts in your own voice.

    The result of post.md is post.rewritten.md beside it.
    """

    verb = "rewrite"
    default_kinds = REWRITE_KINDS

    def task(self, file: "FileSettings") -> Task:
        """Return the task of rewriting in the language that the project names."""
        return Task("rewrite", source_lang=file.source_lang)

    def pattern(self, file: "FileSettings") -> str:
        """Return the name pattern of outputs."""
        return file.rewrite_output

    def configured_kinds(self, file: "FileSettings") -> tuple[str, ...] | None:
        """Return the kinds that the project names."""
        return file.rewrite_kinds


@dataclass(frozen=True, kw_only=True)
class _Languages:
    """The options that only a translation has; they come first in its help."""

    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="LANG",
            help="Language to translate into: en, zh-hans, Chinese ...  [default: the project's]",
        ),
    ] = None
    source: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="LANG", help="Language of the sources.  [default: the project's, else left to the model]"
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class TranslateSettings(DraftSettings, _Languages):
    """Translate drafts in your own voice.

    With --to en, the result of post.md or post.zh.md is post.en.md beside it.
    """

    verb = "translate"
    default_kinds = TRANSLATE_KINDS

    @property
    def names_source(self) -> bool:
        """Whether the language of the sources was named."""
        return self.source is not None

    def task(self, file: "FileSettings") -> Task:
        """Return the task of translating: the command line's languages, else the project's."""
        from styletune.text.language import language_code  # noqa: PLC0415 -- keeps --help light

        target = language_code(self.to) if self.to is not None else file.target_lang
        if target is None:
            raise UsageError(
                "Into which language? Name it with --to, for example --to en, or set it in styletune.toml."
            )
        named = language_code(self.source) if self.source is not None else None
        if named == target:
            raise UsageError(f"--from {self.source} and --to {self.to or target} are the same language.")
        configured = file.source_lang if file.source_lang != target else None
        return Task("translate", target_lang=target, source_lang=named or configured)

    def pattern(self, file: "FileSettings") -> str:
        """Return the name pattern of outputs."""
        return file.translate_output

    def configured_kinds(self, file: "FileSettings") -> tuple[str, ...] | None:
        """Return the kinds that the project names."""
        return file.translate_kinds

    def _value_problems(self) -> Iterator[str]:
        yield from super()._value_problems()
        from styletune.text.language import language_code  # noqa: PLC0415 -- keeps --help light

        for flag, value in (("--to", self.to), ("--from", self.source)):
            try:
                _ = language_code(value) if value is not None else None
            except UsageError as error:
                yield f"{flag}: {error}"


_EXCLUDING = {
    "--in-place": {
        "-": "standard input is no file that could be changed",
        "--output": "the result goes to one place",
        "--diff": "a diff writes nothing",
    },
    "--diff": {
        "--check": "a check runs no model",
        "--json": "standard output can hold only one of the two",
        "--output": "a diff goes to standard output and writes nothing",
    },
    "--check": {
        "-": "standard input has no output to check",
        "--show": "a check changes nothing that could be shown",
        "--lines": "a check looks at whole files",
    },
    "--json": {"--output -": "standard output can hold only one of the two"},
    "--quiet": {"--verbose": "one asks for less, the other for more"},
}
"""What cannot be asked for at once, and why."""
