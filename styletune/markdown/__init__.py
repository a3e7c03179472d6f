"""Markdown as segments of prose between bytes that never change."""
