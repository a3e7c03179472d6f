"""Lists of documents and pairs, laid out for a terminal of any width."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from styletune.commands.corpus_settings import CorpusView
from styletune.terminal.console import printable
from styletune_training.verbs.shown_paths import shortened
from styletune_training.verbs.wording import direction

_Line = Mapping[str, Any]


def table(view: CorpusView, values: Sequence[_Line], names: Mapping[str, str]) -> RenderableType:
    """Lay out a list; ``names`` are what paths outside of the project are called."""
    values = [{**value, **_named(value, names)} for value in values]
    if view == "documents":
        return _documents(values)
    if view == "sources":
        return _sources(values)
    blocks: Mapping[str, Callable[[_Line], Iterator[Text]]] = {
        "pairs": _pair, "dropped": _dropped, "preferences": _preference
    }  # fmt: skip
    return Group(*(_block(blocks[view](value)) for value in values))


def _named(value: _Line, names: Mapping[str, str]) -> _Line:
    """Shorten what holds paths; the texts themselves stay as they are."""
    shown = {key: value[key] for key in ("id", "path", "place", "skipped", "words") if isinstance(value.get(key), str)}
    return {key: shortened(text, names) for key, text in shown.items()}


def _documents(values: Sequence[_Line]) -> RenderableType:
    shown = Table(box=None, pad_edge=False, header_style="dim")
    shown.add_column("document", overflow="fold", ratio=1)
    for column in ("lang", "date", "split"):
        shown.add_column(column, no_wrap=True)
    shown.add_column("words", justify="right", no_wrap=True)
    for value in values:
        name = Text(printable(value["id"]))
        if value["skipped"]:
            name.append(f"\n  not used: {printable(value['skipped'])}", style="yellow")
        facts = (value["lang"] or "?", value["date"] or "", value["split"], f"{value['words']:,}")
        shown.add_row(name, *(("", "", "", "") if value["skipped"] else facts))
    return shown


def _sources(values: Sequence[_Line]) -> RenderableType:
    shown = Table(box=None, pad_edge=False, header_style="dim")
    shown.add_column("id", no_wrap=True, style="dim")
    shown.add_column("kind", no_wrap=True)
    shown.add_column("path", overflow="fold", ratio=1)
    shown.add_column("documents", justify="right", no_wrap=True)
    for value in values:
        has_documents = value["kind"] in ("posts", "notes")
        count = f"{value['documents']:,}" if has_documents else ""
        shown.add_row(value["id"], value["kind"], printable(value["path"]), count)
    return shown


def _block(lines: Iterator[Text]) -> RenderableType:
    head, *rest = lines
    return Group(head, *(Padding(line, (0, 0, 0, 2)) for line in rest), Text())


def _pair(value: _Line) -> Iterator[Text]:
    yield _head(value)
    yield Text.assemble(("- ", "red"), printable(value["source"]))
    yield Text.assemble(("+ ", "green"), printable(value["target"]))


def _dropped(value: _Line) -> Iterator[Text]:
    yield _head(value)
    why = value["words"] if value["words"].startswith(value["reason"]) else f"{value['reason']}: {value['words']}"
    yield Text(printable(why), style="yellow")
    yield Text.assemble(("- ", "red"), printable(value["source"]))
    yield Text.assemble(("+ ", "green"), printable(value["target"]))


def _head(value: _Line) -> Text:
    facts = [value["task"], direction(value["source_lang"], value["target_lang"]), value["origin"], value["split"]]
    if value.get("distance") is not None:
        facts.append(f"{value['distance']:.0%} of the words differ")
    if value["generator"]:
        facts.append(value["generator"]["prompt"])
    return Text.assemble((printable(value["place"]), "bold"), "  ", (printable("  ".join(facts)), "dim"))


def _preference(value: _Line) -> Iterator[Text]:
    yield Text.assemble((printable(value["doc"]), "bold"), "  ", (value["task"], "dim"))
    yield Text.assemble(("source    ", "dim"), printable(value["prompt_source"]))
    yield Text.assemble(("rejected  ", "red"), printable(value["rejected"]))
    yield Text.assemble(("chosen    ", "green"), printable(value["chosen"]))
