"""Headers as scanners, converters and anonymisers leave them: read, or refused by name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lesion_viewer.ct.reading import open_study
from lesion_viewer.errors import CTError

WriteSlice = Callable[..., Path]


def replaced(path: Path, old: bytes, new: bytes) -> Path:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))
    return path


def test_studies_without_a_study_uid_have_keys_of_their_own(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    """One key for all of them would open one patient's review over another's pictures."""
    first = write_slice(tmp_path / "a", 0, StudyInstanceUID=None, SeriesInstanceUID="1.2.3")
    second = write_slice(tmp_path / "b", 0, StudyInstanceUID=None, SeriesInstanceUID="1.2.4")
    assert open_study(first).key != open_study(second).key


def test_slices_without_uid_and_number_are_read_in_the_order_of_their_positions(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    for n in range(4):
        write_slice(tmp_path / f"{3 - n}", n, SOPInstanceUID=None, InstanceNumber="")
    (series,) = open_study(tmp_path).series
    assert [int(series.decode(i)[0, 0]) for i in range(4)] == [0, 1, 2, 3]
    assert [s.instance_number for s in series.slices] == [None] * 4
    assert series.faults == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"PixelRepresentation": None}, "does not say whether its pixels are signed"),
        ({"RescaleSlope": None}, "has no rescale slope and intercept"),
        ({"SeriesInstanceUID": None}, "has no Series Instance UID"),
    ],
)
def test_what_hu_or_series_rest_on_is_never_guessed(
    tmp_path: Path, write_slice: WriteSlice, changes: dict[str, object], reason: str
) -> None:
    with pytest.raises(CTError, match=reason):
        open_study(write_slice(tmp_path / "slice", 0, **changes))


def test_a_comma_in_an_intercept_may_mean_thousands_and_is_refused(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    path = replaced(write_slice(tmp_path / "slice", 0), b"-1024.0 ", b"-1,024.0")
    with pytest.raises(CTError, match=r"intercept that is no number \(-1,024.0\)"):
        open_study(path)


def test_small_letters_in_codes_are_read(tmp_path: Path, write_slice: WriteSlice) -> None:
    path = replaced(
        write_slice(tmp_path / "slice", 0, RescaleType="HU"), b"LO\x02\0HU", b"LO\x02\0hu"
    )
    (series,) = open_study(replaced(path, b"CS\x02\0CT", b"CS\x02\0ct")).series
    assert series.modality == "CT"
