"""What generates text: in-process llama.cpp, any OpenAI-compatible server, and three that need no model."""

from styletune.engines.protocol import Engine
from styletune.model_files import resolve_model


def open_engine(model: str | None, *, parallel: int | None = None) -> Engine:
    """Make the engine that ``--model`` names; ``None`` is the embedded model.

    ``parallel`` is the number of jobs that run side by side; ``None`` chooses. Only the chosen implementation is
    imported. The caller closes the engine. Raises ``UsageError`` for a name that means nothing and ``ModelError``
    for a model that is missing or broken.
    """
    choice = resolve_model(model)
    if choice.source == "echo":
        from styletune.engines.echo import EchoEngine  # noqa: PLC0415 - only the chosen engine is imported

        return EchoEngine()
    if choice.source == "pseudo":
        from styletune.engines.pseudo import PseudoEngine  # noqa: PLC0415

        return PseudoEngine()
    if choice.path is None:
        from styletune.engines.openai_endpoint import EndpointEngine  # noqa: PLC0415

        return EndpointEngine(choice.url, choice.model, parallel=parallel)
    from styletune.engines.llama import LlamaEngine  # noqa: PLC0415

    return LlamaEngine(choice.path, parallel=parallel)
