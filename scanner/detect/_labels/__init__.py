"""The systems that keep labels beside the text of a document, a module each; a new one joins the list here."""

from typing import Final

from scanner.detect._labels import (
    boldon_james,
    headers,
    ism,
    microsoft,
    named,
    protective_marking,
    stanag,
    structured,
    titus,
)
from scanner.detect._labels.said import System

SYSTEMS: Final[tuple[System, ...]] = (
    microsoft.find,
    stanag.find,
    ism.find,
    protective_marking.find,
    titus.find,
    boldon_james.find,
    headers.find,
    named.find,
    structured.find,
)
"""Every system, in the order in which their labels are told of."""
