"""Office Open XML, OpenDocument and iWork: packages, parts and the text in them."""
