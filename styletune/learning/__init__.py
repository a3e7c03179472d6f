"""From what a person changed to what the project remembers: corrections, proposals, rules."""
