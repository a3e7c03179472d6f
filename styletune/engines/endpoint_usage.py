"""What the answers of an endpoint took, as the servers count it, and what they cost."""

from dataclasses import dataclass, replace

from styletune.config.schema import Prices

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of all answers so far, and their cost."""

    answers: int = 0
    """Requests whose tokens the server counted."""

    tokens_in: int = 0
    tokens_out: int = 0
    uncounted: int = 0
    """Requests, broken-off ones among them, for which it sent no count; they are in no other figure here."""

    prices: Prices | None = None

    def plus(self, tokens: tuple[int, int] | None) -> "Usage":
        """Add a request: its tokens of prompt and answer, or ``None`` if nobody counted them."""
        if tokens is None:
            return replace(self, uncounted=self.uncounted + 1)
        return replace(
            self,
            answers=self.answers + 1,
            tokens_in=self.tokens_in + tokens[0],
            tokens_out=self.tokens_out + tokens[1],
        )

    @property
    def cost(self) -> float | None:
        """What the counted tokens cost by the endpoint's prices; ``None`` without prices.

        A server that charges less for a prompt that it has seen before charges less than this.
        """
        if self.prices is None:
            return None
        return (self.tokens_in * self.prices.input + self.tokens_out * self.prices.output) / _MILLION

    def in_words(self) -> str:
        """Say it in one sentence: ``1,200 tokens in, 300 out, 0.0123 USD.`` for one."""
        words = f"{self.tokens_in:,} tokens in, {self.tokens_out:,} out"
        if self.prices is not None and self.cost is not None:
            words += f", {self.cost:.4f} {self.prices.currency}"
        if self.uncounted:
            words += f"; the server did not count {self.uncounted:,} of {self.answers + self.uncounted:,} requests"
        return f"{words}."
