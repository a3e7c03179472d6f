"""What generates text: in-process llama.cpp, any OpenAI-compatible server, and three that need no model."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from styletune.config.schema import Endpoint
    from styletune.engines.protocol import Engine
    from styletune.models.choice import ModelChoice


def open_engine(
    choice: ModelChoice, *, endpoint: Endpoint | None = None, parallel: int | None = None, isolate: bool = False
) -> Engine:
    """Make an engine for a model that was found.

    Arguments: ``endpoint`` is the server for an ``openai`` choice; ``parallel`` is the number of jobs that run side by
    side (``None`` chooses); ``isolate`` runs a local model in a process of its own. Only the chosen implementation is
    imported. The caller closes the engine. Raises ``ModelError`` for a model that is missing or broken.
    """
    if choice.source == "echo":
        from styletune.engines.echo import EchoEngine  # noqa: PLC0415 - only the chosen engine is imported

        return EchoEngine()
    if choice.source == "pseudo":
        from styletune.engines.pseudo import PseudoEngine  # noqa: PLC0415 - see above

        return PseudoEngine()
    if choice.path is None:
        from styletune.engines.openai_endpoint import EndpointEngine, endpoint_from_url  # noqa: PLC0415 - see above

        return EndpointEngine(endpoint or endpoint_from_url(choice.url, choice.model), parallel=parallel)
    if isolate:
        from styletune.engines.child import open_child  # noqa: PLC0415 - see above

        return open_child(choice.path, parallel=parallel)
    from styletune.engines.llama import LlamaEngine  # noqa: PLC0415 - see above

    return LlamaEngine(choice.path, parallel=parallel)
