"""Markup: XML as a stream, web pages, packets of metadata."""
