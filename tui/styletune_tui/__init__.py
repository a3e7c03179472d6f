"""The review app: read, edit and accept what the model wrote. It sees the core's public seams only."""
