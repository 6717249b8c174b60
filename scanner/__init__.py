"""DocWarden finds sensitive documents that stand where they should not."""

__version__ = "0.1.0"
