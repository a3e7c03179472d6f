"""How much a run may spend: no request goes out that could take it beyond its limits."""

from dataclasses import dataclass

from styletune.config.schema import Prices

_DOUBT = 1.25
"""How many times its estimate a prompt may take, before a server has counted one."""


@dataclass(frozen=True, slots=True)
class Need:
    """What one request takes at most."""

    tokens_in: int
    """Tokens of the prompt, estimated."""

    tokens_out: int
    """The most tokens that the answer may have."""


class Budget:
    """The limits of a run, what it has spent, and what is set aside for the requests under way.

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
        self._doubt = _DOUBT

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
        return self._cost(self._prompt(need), need.tokens_out)

    def fits(self, need: Need) -> bool:
        """Tell whether a request stays within the limits even if all that are under way cost the most they can."""
        needs = (*self._reserved.values(), need)
        tokens_in, tokens_out = sum(map(self._prompt, needs)), sum(one.tokens_out for one in needs)
        if self.tokens is not None and self.tokens_in + self.tokens_out + tokens_in + tokens_out > self.tokens:
            return False
        return self.money is None or self.spent + self._cost(tokens_in, tokens_out) <= self.money

    def reserve(self, item: str, need: Need) -> None:
        """Set aside what a request takes at most."""
        self._reserved[item] = need

    def settle(self, item: str, tokens_in: int, tokens_out: int) -> float:
        """Count what a request took, and return what it cost; estimates learn from prompts that took more."""
        need = self._reserved.pop(item)
        self._doubt = max(self._doubt, tokens_in / max(need.tokens_in, 1))
        cost = self._cost(tokens_in, tokens_out)
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out
        self.spent += cost
        return cost

    def _prompt(self, need: Need) -> int:
        return round(need.tokens_in * self._doubt)

    def _cost(self, tokens_in: int, tokens_out: int) -> float:
        return self._prices.cost(tokens_in, tokens_out) if self._prices else 0.0
