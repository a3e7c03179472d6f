"""Words, sentences, line breaks and languages of plain text."""
