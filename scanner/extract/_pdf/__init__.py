"""PDF: objects, pages, letters, earlier states and repair."""
