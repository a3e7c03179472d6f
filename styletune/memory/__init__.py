"""What a project remembers, and what of it goes into one prompt."""
