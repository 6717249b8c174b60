"""Rich text: words, groups, characters, objects."""
