"""A real Orthanc on loopback, for tests."""

import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PLUGINS = "/usr/share/orthanc/plugins"
START_S = 30.0
needs_orthanc = pytest.mark.skipif(
    shutil.which("Orthanc") is None, reason="Orthanc (orthanc, orthanc-dicomweb) is not installed"
)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass(frozen=True)
class Orthanc:
    """One that runs."""

    http: int
    dicom: int

    @property
    def address(self) -> str:
        return f"ORTHANC@127.0.0.1:{self.dicom}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http}/dicom-web"

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=10) as answer:
            content: bytes = answer.read()
        return content

    def store(self, folder: Path) -> None:
        """Put all files of a folder into it, as a scanner would."""
        for file in sorted(folder.iterdir()):
            request = urllib.request.Request(
                f"http://127.0.0.1:{self.http}/instances", file.read_bytes(), method="POST"
            )
            urllib.request.urlopen(request, timeout=10).close()

    def clear(self) -> None:
        for patient in json.loads(self.get("/patients")):
            url = f"http://127.0.0.1:{self.http}/patients/{patient}"
            urllib.request.urlopen(urllib.request.Request(url, method="DELETE"), timeout=10).close()


@contextmanager
def running(folder: Path, **changes: object) -> Iterator[Orthanc]:
    """Start one with its store under ``folder``; end it afterwards."""
    one = Orthanc(free_port(), free_port())
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "Name": "Test", "DicomAet": "ORTHANC", "HttpPort": one.http, "DicomPort": one.dicom,
        "StorageDirectory": str(folder / "store"), "IndexDirectory": str(folder / "store"),
        "Plugins": [PLUGINS], "DicomWeb": {"Enable": True}, "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False, "DicomCheckCalledAet": True,
        "DicomModalities": {"viewer": ["LESIONVIEWER", "127.0.0.1", 11112]},
        "DicomAlwaysAllowGet": True, **changes,
    }  # fmt: skip
    (folder / "orthanc.json").write_text(json.dumps(settings))
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            ["Orthanc", str(folder / "orthanc.json")], stdout=log, stderr=subprocess.STDOUT
        )
    try:
        began = time.monotonic()
        while True:
            try:
                one.get("/system")
                break
            except OSError:
                if process.poll() is not None or time.monotonic() - began > START_S:
                    raise RuntimeError((folder / "log").read_text()) from None
                time.sleep(0.05)
        yield one
    finally:
        process.terminate()
        process.wait(timeout=20)
