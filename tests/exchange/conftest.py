from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from lesion_viewer.ct.study import Series, SliceSource, Study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.review.session import Session


def series_of(uid: str, slices: list[SliceSource], study_uid: str = "") -> Series:
    def decode(slice_index: int) -> np.ndarray:
        return np.zeros((512, 512), np.int16)

    spacing = (5.0, 0.7, 0.8) if study_uid else None
    shape = (len(slices), 512, 512)
    return Series(uid, study_uid, "CT", "", None, tuple(slices), shape, spacing, None, (), decode)


@pytest.fixture
def png_study() -> Study:
    """Slices 100 to 109 of a DeepLesion volume, and an isolated one of another."""
    volume = [SliceSource(f"000007_01_02/{n}.png") for n in range(100, 110)]
    isolated = [SliceSource("000009_03_01/050.png")]
    series = (series_of("000007_01_02/100-109", volume), series_of("000009_03_01/050", isolated))
    return Study("png", series)


@pytest.fixture
def dicom_study() -> Study:
    """Ten slices whose Instance Numbers, 30 to 21, run downwards."""
    window = Window.from_limits(-160, 240)
    slices = [SliceSource(f"IM{i}", 0, f"1.2.3.{i}", 5.0 * i, window, 30 - i) for i in range(10)]
    return Study("dicom", (series_of("1.2.3", slices, "1.2"),))


@pytest.fixture
def open_review(tmp_path: Path) -> Iterator[Callable[[Study], Session]]:
    """A new review of a study, each in a file of its own."""
    opened: list[Session] = []

    def open_new(study: Study) -> Session:
        session = Session.open(tmp_path / f"{len(opened)}.review", study.key, "ann")
        session.pictures.describe(study)
        opened.append(session)
        return session

    yield open_new
    for session in opened:
        session.close()
