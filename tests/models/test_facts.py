from pathlib import Path
from typing import Any

import pytest

from styletune.models.facts import ChatTemplateFacts, read_facts
from styletune.models.registry import EMBEDDED, registry

GEMMA = (
    "{% set first = messages[0].content + '\\n\\n' if messages[0].role == 'system' else '' %}"
    "{% for m in messages if m.role != 'system' %}<start_of_turn>{{ m.role }}\\n{{ first if loop.first else '' }}"
    "{{ m.content }}<end_of_turn>\\n{% endfor %}"
)
REJECTING = (
    "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for m in messages %}[INST] {{ m.content }} [/INST]{% endfor %}"
)
LLAMA3 = (
    "{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\\n\\n{{ m.content }}<|eot_id|>{% endfor %}"
)


def test_the_embedded_model_holds_what_the_registry_says(embedded_model: Path) -> None:
    facts, known = read_facts(embedded_model), registry()[EMBEDDED]
    assert facts.parameters == known.parameters
    assert facts.context == known.context
    assert facts.languages == known.languages
    assert facts.memory == pytest.approx(known.memory, rel=0.01)
    assert facts.template == ChatTemplateFacts(known.template, system_role=True)
    assert facts.end_tokens == ("<|im_end|>",)
    assert (facts.tokenizer, facts.vocabulary) == ("gpt2 / smollm", 49_152)
    assert facts.manifest is None


def with_template(tmp_path: Path, build_gguf: Any, template: str | None) -> Path:
    metadata: dict[str, object] = {"general.architecture": "llama"}
    if template is not None:
        metadata["tokenizer.chat_template"] = template
    path = tmp_path / "m.gguf"
    path.write_bytes(build_gguf(metadata))
    return path


@pytest.mark.parametrize(
    ("template", "family", "system_role"),
    [
        (GEMMA, "gemma", False),
        (REJECTING, "mistral", False),
        (LLAMA3, "llama3", True),
        ("{{ messages[0].content }}|{{ messages[1].content }}", "its own", True),
        ("{% for m in messages %}", "its own", None),
        ("{% for i in range(10**9) %}x{% endfor %}", "its own", None),
    ],
)
def test_a_chat_template_is_tried_out(
    tmp_path: Path, build_gguf: Any, template: str, family: str, system_role: bool | None
) -> None:
    found = read_facts(with_template(tmp_path, build_gguf, template)).template
    assert found is not None
    assert (found.family, found.system_role) == (family, system_role)
    assert bool(found.problem) == (system_role is None)


def test_a_base_model_has_no_template_and_little_else(tmp_path: Path, build_gguf: Any) -> None:
    facts = read_facts(with_template(tmp_path, build_gguf, None))
    assert facts.template is None
    assert (facts.context, facts.end_tokens, facts.languages, facts.licence) == (None, (), (), "")


def test_the_key_value_cache_counts_in_the_memory_need(model: Path, tmp_path: Path, build_gguf: Any) -> None:
    bare = read_facts(with_template(tmp_path, build_gguf, None))
    # 2 layers x 2 heads x (16 + 16) values x 2 bytes x 4,096 tokens
    assert read_facts(model).memory - bare.memory == 2 * 2 * 32 * 2 * 4096


def test_each_layer_may_have_its_own_number_of_heads(tmp_path: Path, build_gguf: Any) -> None:
    metadata = {
        "general.architecture": "x",
        "x.block_count": 3,
        "x.attention.head_count_kv": [1, 0, 2],
        "x.attention.key_length": 8,
        "x.attention.value_length": 4,
    }
    (tmp_path / "m.gguf").write_bytes(build_gguf(metadata))
    assert read_facts(tmp_path / "m.gguf").memory == 376 + 3 * 12 * 2 * 4096 + 300_000_000


def test_an_end_token_outside_the_vocabulary_is_shown_by_its_number(tmp_path: Path, build_gguf: Any) -> None:
    metadata = {
        "general.architecture": "llama",
        "tokenizer.ggml.tokens": ["a", "</s>"],
        "tokenizer.ggml.eos_token_id": 1,
        "tokenizer.ggml.eot_token_id": 99,
        "tokenizer.ggml.eom_token_id": 1,
    }
    (tmp_path / "m.gguf").write_bytes(build_gguf(metadata))
    assert read_facts(tmp_path / "m.gguf").end_tokens == ("</s>", "token 99")
