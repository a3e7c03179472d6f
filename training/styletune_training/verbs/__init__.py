"""The verbs of training: each module offers ``run(settings, console)``."""
