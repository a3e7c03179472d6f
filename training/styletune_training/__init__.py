"""From an author's posts to a small model of their own: the training loop's stages."""
