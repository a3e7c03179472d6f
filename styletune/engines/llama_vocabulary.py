"""The tokens of a model without its weights: what a prompt is to it, and how long."""

from pathlib import Path

from styletune.engines.llama_library import LlamaModel
from styletune.engines.llama_prompt import LlamaPrompt, conversation, template_of
from styletune.engines.protocol import Prefix


class LlamaVocabulary:
    """The vocabulary and the chat template of a GGUF model; raises ``ModelError`` when they cannot be used."""

    def __init__(self, path: Path) -> None:
        self._model = LlamaModel(path, gpu_layers=0, vocab_only=True)

    def count(self, text: str) -> int:
        """Count the tokens of a text that stands alone, control tokens spelled out."""
        return len(self._model.tokenize(text, control=False))

    def count_prompt(self, prefix: Prefix, user: str) -> int:
        """Count the tokens of a whole prompt, those of the chat template included."""
        prompt = LlamaPrompt(self._model, prefix)
        return len(prompt.prefix) + len(prompt.suffix(user))

    def render(self, prefix: Prefix, user: str) -> str:
        """Return a whole prompt as the chat template writes it."""
        return "".join(piece.text for piece in template_of(self._model).render(conversation(prefix, user)))

    def close(self) -> None:
        """Free the vocabulary; may be called twice."""
        self._model.close()
