"""Watching: which paths changed, when they are whole, and what was missed meanwhile."""
