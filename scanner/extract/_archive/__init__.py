"""Archives: directories, packed streams, discs and what hangs behind other files."""
