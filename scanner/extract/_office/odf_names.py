"""Names the elements of OpenDocument that say something by where they begin or end."""

from typing import Final

from scanner.model.place import Part

PARAGRAPHS: Final = frozenset({"p", "h"})
NOTES: Final = {
    "annotation": Part.COMMENT,
    "footnote": Part.FOOTNOTE,
    "endnote": Part.ENDNOTE,
    "footer-decl": Part.FOOTER,
    "header-decl": Part.HEADER,
    "header": Part.HEADER,
    "header-left": Part.HEADER,
    "header-first": Part.HEADER,
    "footer": Part.FOOTER,
    "footer-left": Part.FOOTER,
    "footer-first": Part.FOOTER,
}
SHAPES: Final = frozenset(
    "text-box custom-shape rect ellipse circle polygon polyline regular-polygon path line connector measure"  # noqa: SIM905 - a list of words
    " caption".split()
)
SPACES: Final = {"tab": "\t", "tab-stop": "\t", "line-break": "\n"}
SILENT: Final = frozenset(
    {"note-citation", "footnote-citation", "endnote-citation", "date", "date-string", "config-item"}
)
ASIDE: Final = SILENT | {"title", "desc", "creator", "binary-data"}
CELLS: Final = ("table-cell", "covered-table-cell")
PLACES: Final = frozenset({Part.SLIDE, Part.HIDDEN, Part.SPEAKER_NOTES, Part.MASTER, Part.TEXT_BOX})
"""Parts in which shapes stand where the text around them does."""

HIDING: Final = frozenset({"span", "p", "h", "section", "hidden-text", "hidden-paragraph"})
"""Elements that may hide what is in them."""

INLINE: Final = PARAGRAPHS | set(SPACES) | {"s", "soft-page-break"}
"""Elements that make up lines."""

OPENING: Final = (
    frozenset(NOTES) | SHAPES | {"note", "deletion", "page", "notes", "master-page", "handout-master", "table"}
)
"""Elements that may be a place of their own."""

IN_TABLES: Final = frozenset(CELLS) | {"table-row", "table-column"}
"""Elements that tables are made of."""
