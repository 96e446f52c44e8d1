"""A PACS that misbehaves as it is told to, for tests."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pydicom
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage
from pynetdicom import AE, evt

from lesion_viewer.exchange.pacs.contexts import FIND, GET
from tests.exchange.orthanc import free_port
from tests.exchange.reports import ROOT, SLICES

STUDY = f"{ROOT}.1"
Handler = (
    tuple[evt.EventType, Callable[..., Any]] | tuple[evt.EventType, Callable[..., Any], list[Any]]
)


class Faulty:
    """A PACS that answers what it is told to, and sends its images in the order of their places."""

    def __init__(self, images: Path, answers: str, order: Sequence[int] = range(SLICES)) -> None:
        self.port, self._how = free_port(), answers
        files = sorted(images.iterdir())
        self._images = [pydicom.dcmread(files[place]) for place in order]
        self._let_go = threading.Event()
        entity = AE("FAULTY")
        entity.add_supported_context(FIND)
        entity.add_supported_context(GET)
        entity.add_supported_context(CTImageStorage, scu_role=True, scp_role=True)
        handlers: list[Handler] = [(evt.EVT_C_FIND, self._find), (evt.EVT_C_GET, self._get)]
        self._server = entity.start_server(
            ("127.0.0.1", self.port), block=False, evt_handlers=handlers
        )

    def go_on(self) -> None:
        """Answer again, where it stopped."""
        self._let_go.set()

    def close(self) -> None:
        self.go_on()
        self._server.shutdown()

    def _find(self, event: evt.Event) -> Iterator[tuple[int, Dataset | None]]:
        answer = Dataset()
        answer.QueryRetrieveLevel, answer.StudyInstanceUID = "STUDY", STUDY
        answer.NumberOfStudyRelatedInstances = str(SLICES)
        yield 0xFF00, answer

    def _get(self, event: evt.Event) -> Iterator[object]:
        images = list(self._images)
        if self._how == "refuses":
            yield 1
            yield 0xA900, None
            return
        if self._how == "half":
            images = images[: SLICES // 2]
        if self._how == "twice":
            images = [*images[:3], *images[:3]]
        yield len(images)
        for number, image in enumerate(images):
            if self._how in ("stops", "hangs up") and number == 2:
                self._let_go.wait(20)
            if self._how in ("breaks", "hangs up") and number == 2:
                event.assoc.abort()
                return
            if self._how == "other" and number == 2:
                image.StudyInstanceUID = "1.2.3.4"
            yield 0xFF00, image
