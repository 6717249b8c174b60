"""Outlook: properties and messages, in compound files and in TNEF streams."""
