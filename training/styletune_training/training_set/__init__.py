"""All pairs of a project as a model is trained on them: gathered, gated, without duplicates, split by document."""
