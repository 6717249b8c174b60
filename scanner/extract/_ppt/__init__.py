"""PowerPoint presentations of the years before 2007: edits, slides and their texts."""
