"""``styletune memory explain FILE:LINE``: the exact prompt of one paragraph, what it costs and where it comes from."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from styletune.commands.drafting import draft_options
from styletune.commands.explained_prompt import Prompt, prompts_of
from styletune.commands.explanation import Explanation, as_json, as_text
from styletune.commands.memory_settings import ExplainSettings
from styletune.commands.plan import make_plan
from styletune.commands.planned import Planned
from styletune.commands.projects import Projects
from styletune.commands.settings import DraftSettings, RewriteSettings, TranslateSettings
from styletune.commands.token_counts import Counts, counts_for
from styletune.draft import DraftOptions, Known
from styletune.errors import ModelMissingError, UsageError
from styletune.files.atomic import read_bytes
from styletune.markdown.document import Document
from styletune.memory.places import Places
from styletune.memory.project_memory import ProjectMemory, open_memory
from styletune.terminal.console import Console

if TYPE_CHECKING:
    from styletune.commands.chosen_model import Chosen
    from styletune.memory.entry import Entry

_PLACE = re.compile(r"(.+):([0-9]+)")


def run(settings: ExplainSettings, console: Console) -> int:
    """Explain the prompts of the paragraph at a line."""
    place = _Place.of(settings)
    drafting = _as_drafting(settings, place)
    planned = _planned(drafting, settings)
    explained = _Explained.of(planned, drafting, place)
    ...
    return 0
