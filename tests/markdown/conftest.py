"""Puts the generators and the oracle, which other tests use as well, within reach."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from markdown_documents import documents
from oracle import constants, letters_swapped, structure

__all__ = ["constants", "documents", "letters_swapped", "structure"]
