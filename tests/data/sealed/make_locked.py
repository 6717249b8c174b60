"""Makes `locked.doc`, `locked.xls` and `locked.odt`, which need the password "test", with LibreOffice 7.4.

`soffice --headless --accept="pipe,name=x;urp;" & python3 tests/data/sealed/make_locked.py`, with the system's Python
where that has the module `uno`; nothing else of this project needs it.
"""

from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found] # comes with LibreOffice

_FOLDER = Path(__file__).parent.resolve()
_TEXT = "SECRET//NOFORN\nplan of the thing"


def _value(name: str, value: object) -> Any:
    made = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made


def _main() -> None:
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    there = resolver.resolve("uno:pipe,name=x;urp;StarOffice.ComponentContext")
    desk = there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
    for kind, made in (
        ("swriter", (("locked.doc", "MS Word 97"), ("locked.odt", "writer8"))),
        ("scalc", (("locked.xls", "MS Excel 97"),)),
    ):
        document = desk.loadComponentFromURL(f"private:factory/{kind}", "_blank", 0, (_value("Hidden", value=True),))
        if kind == "scalc":
            document.Sheets.getByIndex(0).getCellByPosition(0, 0).String = _TEXT
        else:
            document.Text.String = _TEXT
        document.DocumentProperties.Title = "TITLEWORD"
        for name, filter_ in made:
            options = (_value("FilterName", filter_), _value("Password", "test"))
            document.storeToURL((_FOLDER / name).as_uri(), options)
        document.close(True)  # noqa: FBT003 - that is how it is called


if __name__ == "__main__":
    _main()
