"""Finding, naming, reading and writing files."""
