"""Rewrite and translate Markdown drafts in an author's voice with a local model."""

__version__ = "0.1.0"
