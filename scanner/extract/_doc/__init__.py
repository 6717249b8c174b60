"""Word documents of the years before 2007: text, stories, tables and what was left."""
