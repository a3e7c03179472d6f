"""Texts that a person wrote while their source said something else: the person decides what stands from now on."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from styletune.config.load import load_config
from styletune.errors import FileError, SourceChangedError, UsageError
from styletune.files.atomic import digest, present, read_bytes, write_atomic
from styletune.files.record import Block, Record
from styletune.files.records import Records, now
from styletune.learning.correction import Correction
from styletune.learning.corrections import Corrections, new_id
from styletune.markdown.document import Document
from styletune.markdown.segments import Segment

Choice = Literal["keep", "take"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One pinned block whose source has changed."""

    id: str
    """``x`` and 8 hexadecimal digits of the output's name, and of the three texts."""

    record: Record
    block: Block

    @property
    def output(self) -> str:
        """The file in which the person's text stands, relative to the project."""
        return self.record.output

    @property
    def source(self) -> str:
        """What the draft says now."""
        return self.block.source

    @property
    def mine(self) -> str:
        """What the person wrote."""
        return self.block.pinned or ""

    @property
    def suggestion(self) -> str | None:
        """What styletune would write now; ``None`` if nothing passed the guards."""
        return self.block.written


def open_conflicts(records: Records) -> list[Conflict]:
    """List the conflicts in the outputs of a project, in the order of files and texts."""
    return [
        Conflict(_id(record, block), record, block)
        for record in sorted(records.outputs(), key=lambda record: record.output)
        for block in record.blocks
        if block.in_conflict
    ]


def decide(records: Records, conflict: Conflict, choice: Choice | None = None, *, text: str | None = None) -> None:
    """Settle a conflict: keep the person's text, take the new suggestion, or put ``text`` in its place.

    A new text replaces the old one in the output, byte by byte with the prefixes of its lines, and nothing else there
    changes. A text of the person's own is a correction of the suggestion. Raises ``SourceChangedError`` if the output, or what is recorded of it, changed meanwhile, ``UsageError``
    if there is no suggestion or the text would change more than its own block, and ``FileError``; nothing is changed
    then.
    """
    record = records.latest_by_name(conflict.output)
    if record is None or conflict.block not in record.blocks:
        raise SourceChangedError(
            f"{conflict.output} was worked on meanwhile, so nothing was decided. Look at it again."
        )
    if choice == "keep":
        records.add(_with(record, conflict.block, replace(conflict.block, reasons=None)))
        _learn(records.root, conflict, conflict.mine)
        return
    new = conflict.suggestion if text is None else text
    if new is None:
        raise UsageError(f"There is no suggestion to take for {conflict.output}. Keep your text, or write another one.")
    if not new.strip():
        raise UsageError("An empty text can take the place of none. Delete the paragraph in the file instead.")
    pinned = None if text is None else new
    _put(records, record, replace(conflict.block, reasons=None, pinned=pinned), conflict.block, new)
    if text is not None:
        _learn(records.root, conflict, text)


def _id(record: Record, block: Block) -> str:
    texts = "\0".join((record.output, block.id, block.source, block.pinned or "", block.written or ""))
    return "x" + hashlib.sha256(texts.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _with(record: Record, old: Block, new: Block) -> Record:
    blocks = tuple(new if block is old or block == old else block for block in record.blocks)
    return replace(record, blocks=blocks, time=now())


def _learn(root: Path, conflict: Conflict, text: str) -> None:
    if text == conflict.suggestion:
        return
    record = conflict.record
    correction = Correction(
        "", now(), record.task, record.source_lang, record.lang, record.source or "", conflict.block.kind,
        conflict.source, conflict.suggestion, text, "review", record.model, record.output,
    )  # fmt: skip
    Corrections(root).add([replace(correction, id=new_id(correction))])


def _put(records: Records, record: Record, new_block: Block, old_block: Block, text: str) -> None:
    output = records.root / record.output
    if not present(output):
        raise FileError(f"{record.output} is gone, so nothing was decided. Write it again first, or keep your text.")
    data = read_bytes(output)
    if digest(data) != record.output_sha256:
        raise SourceChangedError(
            f"{record.output} was changed since, so nothing was decided. "
            "Run the same rewrite or translate again, which learns what you changed; then decide."
        )
    keys = load_config(records.root).for_file(records.root / (record.source or record.output)).header.translate
    edited = _Edited(data, output, keys, old_block, text)
    whole = None if record.text is None else _in_whole(record.text, output, keys, old_block, text)
    decided = _with(record, old_block, new_block)
    blocks = tuple(replace(block, id=edited.ids.get(block.id, block.id)) for block in decided.blocks)
    records.add(replace(decided, blocks=blocks, output_sha256=digest(edited.data), text=whole))
    try:
        write_atomic(output, edited.data, expect=record.output_sha256)
    except FileError:
        records.add(replace(record, time=now()))  # the conflict is open again
        raise


def _in_whole(whole: str, output: Path, keys: tuple[str, ...], block: Block, text: str) -> str | None:
    """Put a text into the output as it was generated, where edits of others may stand differently."""
    try:
        return _Edited(whole.encode("utf-8", "surrogateescape"), output, keys, block, text).data.decode()
    except (UsageError, FileError, UnicodeError):
        return whole


class _Edited:
    """An output in which one text was replaced; raises ``UsageError`` if that would change anything else."""

    def __init__(self, data: bytes, output: Path, keys: tuple[str, ...], block: Block, text: str) -> None:
        before = Document.parse(data, suffix=output.suffix, header_keys=keys)
        first, last = _place(before, block, output)
        start, end = before.segments[first], before.segments[last]
        if first == last:
            self.data = before.replace({}, pinned={start.id: text}).data
        else:
            slot = before.slot(start.id)
            new = text.replace("\n", slot.newline + slot.prefix).encode()
            self.data = data[: start.start] + new + data[end.end :]
        after = Document.parse(self.data, suffix=output.suffix, header_keys=keys)
        below = [segment for segment in before.segments[last + 1 :] if segment.start >= end.end]
        rest = len(below)
        head, tail = after.segments[:first], after.segments[len(after.segments) - rest :]
        same = _texts(head) == _texts(before.segments[:first]) and _texts(tail) == _texts(below)
        middle = after.segments[first : len(after.segments) - rest]
        if not same or not middle or not _reads_as(middle, text):
            raise UsageError(
                f"This text would change more of {output.name} than its own paragraph. Edit the file instead."
            )
        pairs = [*zip(before.segments[:first], head, strict=True), (start, middle[0])]
        pairs += zip(below, tail, strict=True)
        self.ids = {old.id: new.id for old, new in pairs}
        """Ids of the segments before, and after."""


def _place(document: Document, block: Block, output: Path) -> tuple[int, int]:
    """Find the segments that hold a pinned text: one, or several if the person split the paragraph."""
    wanted, segments = block.pinned or "", document.segments
    equal = [index for index, segment in enumerate(segments) if segment.source == wanted]
    named = [index for index in equal if segments[index].id == block.id]
    if equal:
        return (named or equal)[0], (named or equal)[0]
    for first in range(len(segments)):
        joined = segments[first].source
        for last in range(first + 1, len(segments)):
            if not wanted.startswith(joined):
                break
            joined = f"{joined}\n\n{segments[last].source}"
            if joined == wanted:
                return first, last
    raise UsageError(f"Your text is not in {output.name} any more, so nothing was decided.")


def _texts(segments: Sequence[Segment]) -> list[str]:
    return [segment.source for segment in segments]


def _reads_as(segments: Sequence[Segment], text: str) -> bool:
    """Tell whether a text is what stands there now; segments inside others, such as alt texts, are parts of it."""
    outer: list[Segment] = []
    for segment in segments:
        if not outer or segment.start >= outer[-1].end:
            outer.append(segment)
    return "\n\n".join(_texts(outer)).split() == text.split()
