"""What the author wrote: folders and files that were added, read as documents and paragraphs."""
