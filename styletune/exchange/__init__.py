"""Formats of other tools, and of training."""
