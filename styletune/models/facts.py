"""What a model's files hold, for people: the facts behind ``models info``."""

from dataclasses import dataclass
from pathlib import Path

from styletune.errors import ModelError
from styletune.models.gguf_header import Header, read_string_items
from styletune.models.manifest import Manifest, read_manifest
from styletune.models.memory_need import cache_per_token, memory_need
from styletune.models.weights import Weights, read_weights

_VOCABULARY = "tokenizer.ggml.tokens"
_END_TOKENS = ("eos", "eot", "eom")

_TEMPLATE_FAMILIES = (
    ("<|im_start|>", "chatml"),
    ("<|start_header_id|>", "llama3"),
    ("<start_of_turn>", "gemma"),
    ("<|turn>", "gemma4"),
    ("[SYSTEM_PROMPT]", "mistral-tekken"),
    ("[INST]", "mistral"),
    ("<|start|>", "harmony"),
    ("<|start_of_role|>", "granite"),
    ("<|START_OF_TURN_TOKEN|>", "command-r"),
    ("<|assistant|>", "zephyr"),
    ("### Instruction", "alpaca"),
)
"""What a chat template writes, and the family it belongs to; the first that matches counts."""


@dataclass(frozen=True, slots=True)
class ChatTemplateFacts:
    """What is known of a chat template."""

    family: str
    system_role: bool | None
    """Whether it has a role for the system message, which is otherwise put into the first user turn; ``None`` if it
    cannot be rendered."""

    problem: str = ""
    """Why it cannot be rendered."""


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What a model's files hold."""

    files: tuple[Path, ...]
    file_size: int
    """Bytes of all files."""

    name: str
    architecture: str
    parameters: int
    bits_per_weight: float
    shares: tuple[tuple[str, float], ...]
    """Types of tensors with the share (0 to 1) of weights stored in each, largest first."""

    context: int | None
    """Tokens it was trained to look back on."""

    memory: int
    """Bytes it takes while it runs."""

    licence: str
    languages: tuple[str, ...]
    tokenizer: str
    vocabulary: int
    """Number of tokens."""

    end_tokens: tuple[str, ...]
    """Spellings of the tokens that end an answer."""

    template: ChatTemplateFacts | None
    """``None`` for a base model, which has none and follows no instructions."""

    manifest: Manifest | None


def read_facts(path: Path) -> ModelFacts:
    """Read what a model's files hold. Raises ``ModelError`` for a file that is no model."""
    weights = read_weights(path)
    header = weights.header
    vocabulary = header.metadata.get(_VOCABULARY)
    return ModelFacts(
        files=tuple(shard.path for shard in weights.shards),
        file_size=weights.file_size,
        name=header.text("general.name") or "",
        architecture=weights.architecture,
        parameters=weights.parameters,
        bits_per_weight=weights.bits_per_weight,
        shares=tuple(weights.shares),
        context=header.number(f"{weights.architecture}.context_length"),
        memory=memory_need(weights.tensor_size, cache_per_token(header)),
        licence=header.text("general.license") or "",
        languages=header.strings("general.languages"),
        tokenizer=_tokenizer(header),
        vocabulary=getattr(vocabulary, "count", 0),
        end_tokens=_end_tokens(header),
        template=_template(weights),
        manifest=read_manifest(header),
    )


def _tokenizer(header: Header) -> str:
    names = (header.text("tokenizer.ggml.model"), header.text("tokenizer.ggml.pre"))
    return " / ".join(name for name in names if name)


def _end_tokens(header: Header) -> tuple[str, ...]:
    numbers = [header.number(f"tokenizer.ggml.{name}_token_id") for name in _END_TOKENS]
    ends = list(dict.fromkeys(number for number in numbers if number is not None))
    texts = read_string_items(header, _VOCABULARY, set(ends))
    return tuple(texts.get(number, f"token {number}") for number in ends)


def _template(weights: Weights) -> ChatTemplateFacts | None:
    source = weights.header.text("tokenizer.chat_template")
    if not source:
        return None
    family = next((family for mark, family in _TEMPLATE_FAMILIES if mark in source), "its own")
    try:
        return ChatTemplateFacts(family, _has_system_role(source))
    except ModelError as error:
        return ChatTemplateFacts(family, None, str(error))


def _has_system_role(source: str) -> bool:
    """Render a conversation and look at what stands between system message and user turn.

    Only blank space means that the one was put in front of the other.
    """
    from styletune.chat_template import ChatTemplate, Message  # noqa: PLC0415 - jinja2 loads only for this

    pieces = ChatTemplate(source).render((Message("system", "Be brief."), Message("user", "Hello.")))
    places = {piece.message: index for index, piece in enumerate(pieces) if piece.message is not None}
    return any(piece.text.strip() for piece in pieces[places[0] + 1 : places[1]])
