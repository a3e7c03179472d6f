"""What a project has set: ``styletune.toml``, checked as a whole."""
