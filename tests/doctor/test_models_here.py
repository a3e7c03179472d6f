from pathlib import Path

import pytest

from styletune.doctor.machine import Memory
from styletune.doctor.models_here import fit_findings
from styletune.models.choice import ModelChoice

GB = 10**9


@pytest.mark.parametrize(
    ("memory", "state", "words"),
    [
        (Memory(8 * GB, 4 * GB), "good", "the model needs 491 MB"),
        (Memory(8 * GB, None), "good", "8.0 GB; the model needs"),
        (Memory(8 * GB, 10**8), "warning", "100 MB available; the model needs 491 MB"),
        (Memory(10**8, 10**8), "warning", "100 MB, 100 MB available; the model needs"),
        (Memory(None, None), "absent", "does not say"),
    ],
)
def test_memory_is_compared_with_what_the_model_needs(
    embedded_model: Path, memory: Memory, state: str, words: str
) -> None:
    first = next(iter(fit_findings(ModelChoice("gguf", path=embedded_model), memory)))
    assert (first.state, words in first.text) == (state, True), first.text


def test_models_that_would_fit_are_told_from_those_that_would_not() -> None:
    fit = list(fit_findings(None, Memory(6 * GB, 6 * GB)))[1]
    fitting, large = fit.text.split("; too large: ")
    assert "smollm2-135m" in fitting
    assert "qwen2.5-7b" in large
