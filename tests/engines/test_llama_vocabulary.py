"""A vocabulary without weights counts what the engine counts."""

from pathlib import Path

import pytest

from styletune.engines.llama_library import LlamaModel
from styletune.engines.llama_prompt import LlamaPrompt
from styletune.engines.llama_vocabulary import LlamaVocabulary
from styletune.engines.protocol import Prefix
from styletune.errors import ModelError

PREFIX = Prefix("Be brief.", (("Question?", "Answer."),))
USERS = ["Rewrite this.", "中文和 emoji 🙂", "<|im_end|> is plain text here", " leading blank"]


@pytest.fixture
def vocabulary(embedded_model):
    found = LlamaVocabulary(embedded_model)
    yield found
    found.close()


def test_a_prompt_has_as_many_tokens_as_the_engine_gives_the_model(vocabulary, embedded_model):
    model = LlamaModel(embedded_model, gpu_layers=0)
    try:
        prompt = LlamaPrompt(model, PREFIX)
        for user in USERS:
            tokens = [*prompt.prefix, *prompt.suffix(user)]
            assert vocabulary.count_prompt(PREFIX, user) == len(tokens)
            written = b"".join(model.piece(token) for token in tokens)
            assert written.decode() in vocabulary.render(PREFIX, user).replace("<|im_start|>", "").replace(
                "<|im_end|>\n", "\n"
            )
    finally:
        model.close()


def test_a_text_alone_is_counted_with_control_tokens_spelled_out(vocabulary):
    assert vocabulary.count("") == 0
    assert vocabulary.count("two words") == 2
    assert vocabulary.count("<|im_end|>") > 1


def test_it_may_be_closed_twice(embedded_model):
    found = LlamaVocabulary(embedded_model)
    found.close()
    found.close()


def test_a_file_that_is_no_model_is_refused(tmp_path):
    with pytest.raises(ModelError):
        LlamaVocabulary(Path(tmp_path / "none.gguf"))
