"""Makes `agile.xlsx`, a workbook encrypted with the password that Excel tries itself.

`python tests/data/sealed/make.py`: msoffcrypto-tool 6 writes it, of `tests/data/office-sheet/document.xlsx`; nothing
else of this project needs that.
"""

import io
from pathlib import Path

from msoffcrypto.format.ooxml import OOXMLFile

_FOLDER = Path(__file__).parent

if __name__ == "__main__":
    made = io.BytesIO()
    with (_FOLDER.parent / "office-sheet/document.xlsx").open("rb") as source:
        OOXMLFile(source).encrypt("VelvetSweatshop", made)
    (_FOLDER / "agile.xlsx").write_bytes(made.getvalue())
