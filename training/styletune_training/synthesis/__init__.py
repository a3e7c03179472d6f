"""The side of a pair that the author did not write, made by a model: reverse translations, drafts in AI registers, questions."""
