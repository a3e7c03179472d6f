"""How much a run may spend: no request goes out that could take it beyond its limits."""

from dataclasses import dataclass

from styletune.config.schema import Prices

_DOUBT = 1.25
"""How many times its estimate a prompt may take at least."""

_MARGIN = 1.1
"""How many times more than the worst that was counted another request may take."""


@dataclass(frozen=True, slots=True)
class Need:
    """What one request takes at most."""

    tokens_in: int
    """Tokens of the prompt, estimated."""

    tokens_out: int
    """The most tokens that the answer may have."""

    bytes_in: int = 0
    """Bytes of the prompt: no vocabulary makes more tokens of it."""


class Budget:
    """The limits of a run, what it has spent, and what is set aside for the requests under way.

    Where there is a limit, the first request goes alone: what a server counts for it shows how far estimates can be
    trusted.

    Arguments: ``money`` is in the currency of ``prices``, which it needs; ``tokens`` counts prompts and answers
    together. ``None`` is no limit.
    """

    def __init__(self, *, prices: Prices | None = None, money: float | None = None, tokens: int | None = None) -> None:
        if money is not None and prices is None:
            raise ValueError("an amount of money needs prices")
        self.money = money
        self.tokens = tokens
        self.spent = 0.0
        """In the currency of the prices."""

        self.tokens_in = self.tokens_out = 0
        """Tokens that were counted so far."""

        self._prices = prices
        self._reserved: dict[str, Need] = {}
        self._counted = False
        self._doubt_in, self._doubt_out = _DOUBT, 1.0

    @property
    def limited(self) -> bool:
        """Whether there is a limit at all."""
        return self.money is not None or self.tokens is not None

    @property
    def under_way(self) -> int:
        """Number of requests that something is set aside for."""
        return len(self._reserved)

    def most(self, need: Need) -> float:
        """Return what a request costs at most; 0 without prices."""
        return self._cost(self._prompt(need), self._answer(need))

    def fits(self, need: Need) -> bool:
        """Tell whether a request stays within the limits even if all that are under way cost the most they can."""
        if self.limited and self._reserved and not self._counted:
            return False
        needs = (*self._reserved.values(), need)
        tokens_in, tokens_out = sum(map(self._prompt, needs)), sum(map(self._answer, needs))
        if self.tokens is not None and self.tokens_in + self.tokens_out + tokens_in + tokens_out > self.tokens:
            return False
        return self.money is None or self.spent + self._cost(tokens_in, tokens_out) <= self.money

    def reserve(self, item: str, need: Need) -> None:
        """Set aside what a request takes at most."""
        self._reserved[item] = need

    def settle(self, item: str, tokens_in: int, tokens_out: int) -> float:
        """Count what a request took, and return what it cost; estimates learn from requests that took more."""
        need = self._reserved.pop(item)
        self._counted = self._counted or tokens_in > 0
        self._doubt_in = max(self._doubt_in, _MARGIN * tokens_in / max(need.tokens_in, 1))
        if tokens_out > need.tokens_out:
            self._doubt_out = max(self._doubt_out, _MARGIN * tokens_out / max(need.tokens_out, 1))
        cost = self._cost(tokens_in, tokens_out)
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out
        self.spent += cost
        return cost

    def _prompt(self, need: Need) -> int:
        estimated = round(need.tokens_in * self._doubt_in)
        return estimated if self._counted else max(estimated, need.bytes_in)

    def _answer(self, need: Need) -> int:
        return round(need.tokens_out * self._doubt_out)

    def _cost(self, tokens_in: int, tokens_out: int) -> float:
        return self._prices.cost(tokens_in, tokens_out) if self._prices else 0.0
