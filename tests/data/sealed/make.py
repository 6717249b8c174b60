"""Makes encrypted workbooks: `agile.xlsx` with the password that Excel tries itself, `password.xlsx` with "test".

`python tests/data/sealed/make.py`: msoffcrypto-tool 6 writes them, of `tests/data/office-sheet/document.xlsx`; nothing
else of this project needs that.
"""

import io
from pathlib import Path

from msoffcrypto.format.ooxml import OOXMLFile

_FOLDER = Path(__file__).parent

if __name__ == "__main__":
    for name, password in (("agile.xlsx", "VelvetSweatshop"), ("password.xlsx", "test")):
        made = io.BytesIO()
        with (_FOLDER.parent / "office-sheet/document.xlsx").open("rb") as source:
            OOXMLFile(source).encrypt(password, made)
        (_FOLDER / name).write_bytes(made.getvalue())
