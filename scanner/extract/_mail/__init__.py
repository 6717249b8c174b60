"""Mail: fields, parts and files in the lines of a text."""
