"""Archives by the names that a person gave them, or by their addresses."""

import json
import re
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.pacs.archive import Archive
from lesion_viewer.system.atomic_files import save_bytes
from lesion_viewer.system.home_folder import home_folder

if TYPE_CHECKING:
    from lesion_viewer.exchange.pacs.moving import Destination

CALLING = "LESIONVIEWER"
SERVICE = "lesion-viewer"
"""The name under which the system's keyring keeps passwords and tokens."""
DIMSE = re.compile(r"(?P<title>[^@\\\s]{1,16})@(?P<host>[^:/@\s]+|\[[0-9a-fA-F:]+\]):(?P<port>\d+)")
LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Address:
    """Where an archive is.

    Attributes
    ----------
    address : str
        ``AE@host:port`` for DIMSE, a URL for DICOMweb.
    calling : str
        The AE title by which a DIMSE archive knows this program.
    user : str
        User of a DICOMweb archive with basic authentication; empty for none and for a token. The
        password or token is in the system's keyring.
    certificates : str
        File of the authorities that a DICOMweb archive's certificate is checked against; empty for
        the system's.
    move : str
        ``PORT`` or ``ADDRESS:PORT`` on which a DIMSE archive that refuses C-GET may send to us
        (C-MOVE); loopback where no address is given, and nowhere where it is empty.
    """

    address: str
    calling: str = CALLING
    user: str = ""
    certificates: str = ""
    move: str = ""


def addresses_path() -> Path:
    """File of the archives that were named, in the program's home folder."""
    return home_folder() / "archives.json"


def named_addresses() -> dict[str, Address]:
    """The archives that were named; none where there are none, or where they cannot be read."""
    try:
        saved = json.loads(addresses_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    known = {item.name for item in fields(Address)}
    return {
        str(name): Address(**{key: str(value) for key, value in of.items() if key in known})
        for name, of in (saved.items() if isinstance(saved, dict) else ())
        if isinstance(of, dict) and "address" in of
    }


def name_address(name: str, address: Address, secret: str = "") -> None:
    """Keep an archive under a name; its password or token goes into the system's keyring.

    Parameters
    ----------
    name : str
        What commands call it.
    address : Address
        Where it is.
    secret : str
        Password or token; empty for none.

    Raises
    ------
    ExchangeError
        Where the address is none, or it or the secret cannot be kept.
    """
    archive_at(address, secret or None)
    if secret:
        import keyring
        from keyring.errors import KeyringError

        try:
            keyring.set_password(SERVICE, _account(address), secret)
        except KeyringError as error:
            raise ExchangeError(
                f"the system's keyring does not keep the password: {error}"
            ) from error
    saved = {key: asdict(value) for key, value in {**named_addresses(), name: address}.items()}
    save_bytes(addresses_path(), json.dumps(saved, indent=2).encode())


def archive_named(text: str) -> Archive:
    """The archive of a name or an address.

    Parameters
    ----------
    text : str
        A name that was given, ``AE@host:port``, or a URL.

    Returns
    -------
    Archive
        Not asked for anything yet.

    Raises
    ------
    ExchangeError
        Where it is neither.
    """
    return archive_at(named_addresses().get(text) or Address(text))


def archive_at(address: Address, secret: str | None = None) -> Archive:
    """The archive at an address.

    Parameters
    ----------
    address : Address
        Where it is.
    secret : str | None
        Its password or token; None for what the system's keyring has.

    Returns
    -------
    Archive
        Not asked for anything yet.

    Raises
    ------
    ExchangeError
        Where it is no address, or one that would send a password in the open.
    """
    url = urlsplit(address.address)
    if url.scheme in ("http", "https") and url.hostname:
        from lesion_viewer.exchange.pacs.dicomweb import WebArchive

        secret = _secret(address) if secret is None else secret
        if secret and url.scheme == "http" and url.hostname not in LOCAL:
            raise ExchangeError(f"{address.address}: a password or token goes by https alone")
        certificates = Path(address.certificates) if address.certificates else None
        return WebArchive(address.address, address.user, secret, certificates)
    found = DIMSE.fullmatch(address.address)
    if found is None or not 0 < int(found["port"]) < 2**16:
        raise ExchangeError(
            f"{address.address[:80]!r} is no archive: give a name that was kept, AE@HOST:PORT, or"
            " a URL of DICOMweb"
        )
    from lesion_viewer.exchange.pacs.dimse import DimseArchive

    host = found["host"].strip("[]")
    where = _destination(address) if address.move else None
    return DimseArchive(
        found["title"], host, int(found["port"]), address.calling, destination=where
    )


def _destination(address: Address) -> "Destination":
    """Where an archive may send to."""
    from lesion_viewer.exchange.pacs.moving import Destination

    host, _, port = address.move.rpartition(":")
    if not port.isdecimal() or not 0 < int(port) < 2**16:
        raise ExchangeError(f"{address.move[:80]!r}: C-MOVE goes to PORT or ADDRESS:PORT")
    listen = host.strip("[]")
    own = Destination(address.calling, int(port))
    return replace(own, host=listen) if listen else own


def _account(address: Address) -> str:
    return f"{address.user}@{address.address}" if address.user else address.address


def _secret(address: Address) -> str:
    """What the keyring has for an address; empty for nothing, or where there is no keyring."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, _account(address)) or ""
    except KeyringError:
        return ""
