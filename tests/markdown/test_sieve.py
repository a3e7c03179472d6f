"""How the texts to blame are found, with a check that only counts."""

import pytest

from styletune.markdown.sieve import Fault, keep


class Check:
    """Finds fault with some texts, and with some pairs of texts that cannot stand together."""

    def __init__(self, bad=(), pairs=(), *, named=True) -> None:
        self.bad = set(bad)
        self.pairs = [set(pair) for pair in pairs]
        self.named = named
        self.calls = 0

    def __call__(self, ids):
        self.calls += 1
        found = [Fault(f"bad {name}", int(name) if self.named else -1) for name in ids if name in self.bad]
        return found + [Fault("a bad pair") for pair in self.pairs if pair <= set(ids)]


IDS = [str(number) for number in range(1000)]
RUN_OF = {name: int(name) for name in IDS}


def test_faults_that_name_their_run_cost_one_check_in_all():
    check, refused = Check(bad=IDS[::10]), {}
    kept = keep(IDS, check, RUN_OF, refused)
    assert set(refused) == set(IDS[::10])
    assert kept == [name for name in IDS if name not in refused]
    assert refused["10"] == "bad 10"
    assert check.calls == 2


def test_other_faults_cost_a_few_checks_each():
    check, refused = Check(bad=["17", "18", "700"], named=False), {}
    kept = keep(IDS, check, RUN_OF, refused)
    assert set(refused) == {"17", "18", "700"}
    assert len(kept) == 997
    assert check.calls < 80


@pytest.mark.parametrize("pair", [("3", "4"), ("0", "999"), ("499", "500")])
def test_of_two_texts_that_cannot_stand_together_the_first_is_kept(pair):
    check, refused = Check(pairs=[pair]), {}
    kept = keep(IDS, check, RUN_OF, refused)
    assert refused == {pair[1]: "a bad pair"}
    assert len(kept) == 999
    assert not check(kept)


def test_a_good_text_in_the_run_of_a_bad_one_is_kept():
    check, refused = Check(bad=["1"]), {}
    assert set(keep(["0", "1", "2"], check, {"0": 5, "1": 1, "2": 1}, refused)) == {"0", "2"}
    assert set(refused) == {"1"}
