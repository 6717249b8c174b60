"""Compound files: storages, property sets, macros, embedded objects, drawings."""
