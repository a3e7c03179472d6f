"""Prompts as tokens: the shared prefix once, then each job's own turn."""

from collections.abc import Sequence

from styletune.chat_template import ChatTemplate, Message, Piece
from styletune.engines.llama_library import LlamaModel
from styletune.engines.protocol import Prefix


class LlamaPrompt:
    """What a model reads before it writes.

    The template is rendered once, around a stand-in for the job's text. What the template wrote is tokenized with
    control tokens on, what people wrote with control tokens off: ``<|im_end|>`` in a draft is ten plain characters.
    """

    def __init__(self, model: LlamaModel, prefix: Prefix) -> None:
        messages = conversation(prefix, "")
        pieces = template_of(model).render(messages)
        own = max(index for index, piece in enumerate(pieces) if piece.message == len(messages) - 1)
        self._model = model
        self.prefix = self._with_one_bos(self._tokens(pieces[:own]))
        """Tokens that all jobs begin with."""

        self._before = pieces[own - 1].text if own else ""
        self._tail = self._tokens(pieces[own + 1 :])
        # The token that is written first follows the last token that is evaluated, so a job needs one of its own.
        self._lead = [] if self._tail else [self.prefix.pop()]

    def suffix(self, user: str) -> list[int]:
        """Tokenize a job's own turn and what comes behind it; never empty."""
        return [*self._lead, *self._plain(user, self._before), *self._tail]

    def _tokens(self, pieces: Sequence[Piece]) -> list[int]:
        tokens: list[int] = []
        before = ""
        for piece in pieces:
            if piece.message is None:
                tokens += self._model.tokenize(piece.text, control=True)
            else:
                tokens += self._plain(piece.text, before)
            before = piece.text or before
        return tokens

    def _plain(self, text: str, before: str) -> list[int]:
        """Tokenize people's text as it continues a line or begins one.

        SentencePiece vocabularies put a space before the first word of whatever they are given. Inside a prompt that
        space would be wrong, so the text is tokenized behind a line feed, whose tokens are then taken off.
        """
        if not text:
            return []
        if self._model.drops_first_space and before:
            feed = self._model.tokenize("\n", control=False)
            tokens = self._model.tokenize("\n" + text, control=False)
            if tokens[: len(feed)] == feed:
                return tokens[len(feed) :]
        return self._model.tokenize(text, control=False)

    def _with_one_bos(self, tokens: list[int]) -> list[int]:
        """Begin with exactly one beginning-of-sequence token, whether the template writes it or not."""
        bos = self._model.bos
        if self._model.adds_bos and tokens[:1] != [bos]:
            return [bos, *tokens]
        while bos >= 0 and tokens[:2] == [bos, bos]:
            tokens = tokens[1:]
        return tokens


def template_of(model: LlamaModel) -> ChatTemplate:
    """Return the model's own chat template. Raises ``ModelError``."""
    return ChatTemplate(
        model.chat_template,
        bos=model.token_text(model.bos),
        eos=model.token_text(model.eos),
        name=model.path.name,
    )


def conversation(prefix: Prefix, user: str) -> list[Message]:
    """Return the messages of one job; ``user`` is the text of its own turn."""
    messages = [Message("system", prefix.system)]
    for question, answer in prefix.examples:
        messages += [Message("user", question), Message("assistant", answer)]
    return [*messages, Message("user", user)]
