"""What a person changed: alignment, differences, and the merging of two lines of change."""
