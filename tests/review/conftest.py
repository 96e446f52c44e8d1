from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lesion_viewer.review.finding import Origin, OriginKind
from lesion_viewer.review.session import Session

MODEL = Origin(OriginKind.MODEL, "phantom net", "1.0", "a" * 64)


@pytest.fixture
def model() -> Origin:
    return MODEL


@pytest.fixture
def reopen(tmp_path: Path) -> Iterator[Callable[..., Session]]:
    """Opens one journal, closing the session that had it open before."""
    opened: list[Session] = []

    def open_again(reader: str = "ann") -> Session:
        if opened:
            opened[-1].close()
        opened.append(Session.open(tmp_path / "a.review", "study", reader))
        return opened[-1]

    yield open_again
    if opened:
        opened[-1].close()


@pytest.fixture
def session(reopen: Callable[..., Session]) -> Session:
    return reopen()
