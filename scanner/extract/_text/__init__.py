"""Texts: their encodings, their escapes, what is written into them in codes."""
