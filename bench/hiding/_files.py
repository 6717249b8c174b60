"""Runs the office programs of this machine over documents, for formats that only they write."""

import shutil
import subprocess
import tempfile
from pathlib import Path

SOFFICE = shutil.which("soffice")


def converted(data: bytes, ending: str, wanted: str) -> bytes:
    """Return a document, of a type named by its ending, saved as another by LibreOffice.

    Raises:
        RuntimeError: LibreOffice is not there, or did not do it.
    """
    if SOFFICE is None:
        message = "LibreOffice is not installed"
        raise RuntimeError(message)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, f"source.{ending}")
        source.write_bytes(data)
        command = [SOFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless"]
        command += ["--convert-to", wanted, "--outdir", f"{folder}/out", str(source)]
        subprocess.run(command, check=False, capture_output=True, timeout=180)
        made = list(Path(folder, "out").glob("*")) if Path(folder, "out").is_dir() else []
        if not made:
            message = f"LibreOffice did not make {wanted} of {ending}"
            raise RuntimeError(message)
        return made[0].read_bytes()
