"""Watching drafts: what changed, what is to be done about it, and what becomes of it."""
