"""Makes what a TLS connection to a collector verifies the other end with, and proves its own with."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from scanner.alert._options import Options, read_private
from scanner.model.visible import visible
from scanner.trust import read_ours

_MOST = 1 << 20


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """The files of a TLS connection, all PEM, and the name the other end's certificate must have; "" is absent."""

    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    server_name: str = ""


def tls_files(options: Options) -> TlsFiles:
    """Read the options of a TLS connection."""
    files = TlsFiles(
        options.path("ca_file"), options.path("cert_file"), options.path("key_file"), options.text("server_name")
    )
    if files.key_file and not files.cert_file:
        options.wrong("key_file", "is the key of a certificate that cert_file names, which is missing")
    return files


def tls_context(files: TlsFiles) -> ssl.SSLContext:
    """Return a context that always verifies certificate and name: by `ca_file`, without it by the system's authorities.

    Raises:
        ValueError: a file cannot be used, or others could change it or read a key; the message names the option.
    """
    context = ssl.create_default_context(cadata=_ours("ca_file", files.ca_file) if files.ca_file else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if files.cert_file:
        holder = "key_file" if files.key_file else "cert_file"
        read_private(holder, files.key_file or files.cert_file)
        _ours("cert_file", files.cert_file)
        try:
            context.load_cert_chain(files.cert_file, files.key_file or None, password=_no_password)
        except OSError as error:
            message = f"cert_file: {visible(files.cert_file)} and its key cannot be used: {error}"
            raise ValueError(message) from error
    return context


def _ours(name: str, path: str) -> str:
    """Return the text of a file of certificates that only root and we can change."""
    where = f"{name}: {visible(path)}"
    try:
        data, faults = read_ours(Path(path), _MOST)
        text = data.decode("ascii")
        ssl.create_default_context(cadata=text)
    except (OSError, ValueError) as error:
        message = f"{where} cannot be used as certificates in PEM: {error}"
        raise ValueError(message) from error
    for fault in faults:
        message = f"{name}: {fault}"
        raise ValueError(message)
    return text


def _no_password() -> str:
    message = "key_file: the key is encrypted, and nobody is there to type its password; store it without one"
    raise ValueError(message)
