"""Phases of one region in one series: by what they are told apart, and where nothing does it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.study import Series

WriteSlice = Callable[..., Path]
Changes = Callable[[int], dict[str, Any]]


def write_phase(
    folder: Path, write_slice: WriteSlice, phase: int, places: Sequence[int], changes: Changes
) -> None:
    """A phase whose HU are 100 times its number plus the place, files in no telling order."""
    for place in places:
        elements = {"InstanceNumber": None, "SOPInstanceUID": f"1.7.{10 - phase}.{place + 1}"}
        write_slice(
            folder / f"{(place * 7) % 11}-{place}-{phase}", 100 * phase + place,
            **{**elements, "ImagePositionPatient": [0, 0, 2.5 * place], **changes(place)},
        )  # fmt: skip


def changed(element: str, value: Any) -> Changes:
    """A phase of which every slice has this value."""
    return lambda _: {element: value}


def parts(folder: Path) -> dict[str, list[int]]:
    """HU of each part's slices by what the part is named after."""
    study = open_collection(folder)
    assert study.left_out == ()
    found = {}
    for series in study.series:
        assert "duplicate_position" not in codes(series)
        found[series.uid.partition("#")[2]] = values(series)
    return found


def values(series: Series) -> list[int]:
    return [int(series.decode(i)[0, 0]) for i in range(series.shape[0])]


def codes(series: Series) -> list[str]:
    return [fault.code for fault in series.faults]


def phase(number: int, places: Sequence[int] = range(8)) -> list[int]:
    return [100 * number + place for place in places]


@pytest.mark.parametrize(
    ("element", "values", "word", "texts"),
    [
        ("AcquisitionTime", ("101010", "101110"), "acquisition time", ("10:10:10", "10:11:10")),
        ("AcquisitionDateTime", ("202401011010", "202401011011"), "acquisition time",
         ("10:10:00", "10:11:00")),
        ("ContentTime", ("101010.25", "101110"), "content time", ("10:10:10.25", "10:11:10")),
        ("TriggerTime", (0, 70), "trigger time", ("0 ms", "70 ms")),
        ("TemporalPositionIdentifier", (1, 2), "time", ("1", "2")),
        ("EchoTime", (4.5, 9), "echo time", ("4.5", "9")),
        ("KVP", (80, 140), "kVp", ("80", "140")),
        ("MonoenergeticEnergyEquivalent", (40.0, 70.0), "keV", ("40", "70")),
        ("NominalPercentageOfCardiacPhase", (30.0, 75.0), "% of the cardiac cycle", ("30", "75")),
        ("SeriesDescription", ("ART", "VEN"), "description", ("1", "2")),
        ("ConvolutionKernel", ("B30f", "B60f"), "kernel", ("B30f", "B60f")),
    ],
)  # fmt: skip
def test_phases_are_named_by_the_element_that_tells_them_apart(
    tmp_path: Path, write_slice: WriteSlice, element: str, values: tuple[Any, Any], word: str,
    texts: tuple[str, str],
) -> None:  # fmt: skip
    for number, value in enumerate(values, 1):
        write_phase(tmp_path, write_slice, number, range(8), changed(element, value))
    assert parts(tmp_path) == {f"{word} {text}": phase(n) for n, text in enumerate(texts, 1)}


@pytest.mark.parametrize(
    ("element", "second", "names"),
    [
        ("ContrastBolusAgent", "IOPAMIDOL", ["no contrast agent", "contrast agent 2"]),
        ("AcquisitionNumber", 2, ["no acquisition", "acquisition 2"]),
    ],
)
def test_a_phase_that_lacks_the_element_is_a_part_too(
    tmp_path: Path, write_slice: WriteSlice, element: str, second: Any, names: list[str]
) -> None:
    write_phase(tmp_path, write_slice, 1, range(8), lambda _: {})
    write_phase(tmp_path, write_slice, 2, range(8), lambda _: {element: second})
    assert parts(tmp_path) == {names[0]: phase(1), names[1]: phase(2)}


def test_a_written_text_is_shown_and_is_not_in_the_name_that_files_keep(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    write_phase(tmp_path, write_slice, 1, range(4), lambda _: {"ContrastBolusAgent": "MUELLER"})
    write_phase(tmp_path, write_slice, 2, range(4), lambda _: {"ContrastBolusAgent": "WATER"})
    series = open_collection(tmp_path).series
    assert [s.description for s in series] == [
        "Abdomen part contrast agent MUELLER",
        "Abdomen part contrast agent WATER",
    ]
    assert not any("MUELLER" in s.uid for s in series)


def test_phases_whose_slices_each_have_a_time_are_told_apart_by_the_pause(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    def times(minute: int) -> Changes:
        return lambda place: {"AcquisitionTime": f"10{minute}{10 + place * 0.5:04.1f}"}

    for number, minute in enumerate((10, 11, 13), 1):
        write_phase(tmp_path, write_slice, number, range(8), times(minute))
    assert parts(tmp_path) == {
        "acquisition time 10:10:10.0 to 10:10:13.5": phase(1),
        "acquisition time 10:11:10.0 to 10:11:13.5": phase(2),
        "acquisition time 10:13:10.0 to 10:13:13.5": phase(3),
    }


def test_times_that_differ_from_slice_to_slice_do_not_part_a_normal_scan(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    write_phase(
        tmp_path, write_slice, 1, range(8),
        lambda place: {
            "AcquisitionTime": f"1010{10 + place}", "ContentTime": f"10130{(place * 5) % 8}",
            "InstanceNumber": place + 1,
        },
    )  # fmt: skip
    assert parts(tmp_path) == {"": phase(1)}


def test_a_pause_for_breath_does_not_part_a_scan_nor_does_a_gap(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    places = [0, 1, 2, 3, 5, 6, 7]
    write_phase(
        tmp_path, write_slice, 1, places,
        lambda place: {"AcquisitionTime": f"10{10 + (place > 3)}{10 + place}"},
    )  # fmt: skip
    assert parts(tmp_path) == {"": phase(1, places)}


def test_a_phase_that_goes_further_than_the_other_is_whole(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    """The second begins below the first: its lowest slice lies where no other one does."""
    write_phase(tmp_path, write_slice, 1, range(2, 8), lambda place: {"InstanceNumber": place - 1})
    write_phase(tmp_path, write_slice, 2, range(7), lambda place: {"InstanceNumber": place + 7})
    assert parts(tmp_path) == {
        "instance numbers 1 to 6": phase(1, range(2, 8)),
        "instance numbers 7 to 13": phase(2, range(7)),
    }


def test_a_table_that_goes_and_returns_makes_a_phase_of_each_way(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    def numbers(n: int) -> Changes:
        return lambda p: {"InstanceNumber": 6 * n - 5 + (p if n % 2 else 5 - p)}

    for number in (1, 2, 3):
        write_phase(tmp_path, write_slice, number, range(6), numbers(number))
    assert list(parts(tmp_path).values()) == [phase(n, range(6)) for n in (1, 2, 3)]


@pytest.mark.parametrize("missing", [(), (3,)], ids=["all", "one missing"])
def test_numbers_that_take_turns_make_two_phases(
    tmp_path: Path, write_slice: WriteSlice, missing: tuple[int, ...]
) -> None:
    second = [place for place in range(8) if place not in missing]
    write_phase(tmp_path, write_slice, 1, range(8), lambda p: {"InstanceNumber": 2 * p + 1})
    write_phase(tmp_path, write_slice, 2, second, lambda p: {"InstanceNumber": 2 * p + 2})
    assert parts(tmp_path) == {
        "instance numbers 1, 3 to 15": phase(1),
        "instance numbers 2, 4 to 16": phase(2, second),
    }


def test_a_time_tells_apart_what_numbers_mix(tmp_path: Path, write_slice: WriteSlice) -> None:
    def elements(n: int, hour: int) -> Changes:
        return lambda p: {"InstanceNumber": 2 * p + n, "AcquisitionTime": f"{hour:02}00{p:02}"}

    for number, hour in ((1, 10), (2, 11)):
        write_phase(tmp_path, write_slice, number, range(number, 8), elements(number, hour))
    assert list(parts(tmp_path).values()) == [phase(1, range(1, 8)), phase(2, range(2, 8))]


def test_scans_repeated_at_each_place_are_phases_by_their_turn(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    def times(n: int) -> Changes:
        return lambda p: {"AcquisitionTime": f"1010{10 + 3 * p + n}"}

    for number in (1, 2, 3):
        write_phase(tmp_path, write_slice, number, range(5), times(number))
    assert parts(tmp_path) == {
        f"acquisition time {n} of 3 at each place": phase(n, range(5)) for n in (1, 2, 3)
    }


def test_two_elements_together_tell_four_parts_apart(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    def elements(n: int) -> Changes:
        return lambda _: {"AcquisitionNumber": n // 2 + 1, "ConvolutionKernel": "AB"[n % 2]}

    for number in range(4):
        write_phase(tmp_path, write_slice, number, range(4), elements(number))
    assert parts(tmp_path) == {
        "acquisition 1, kernel A": phase(0, range(4)),
        "acquisition 1, kernel B": phase(1, range(4)),
        "acquisition 2, kernel A": phase(2, range(4)),
        "acquisition 2, kernel B": phase(3, range(4)),
    }


def test_two_acquisitions_exactly_between_one_anothers_slices_are_parts(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    write_phase(tmp_path, write_slice, 1, range(0, 12, 2), lambda _: {"AcquisitionNumber": 1})
    write_phase(tmp_path, write_slice, 2, range(1, 12, 2), lambda _: {"AcquisitionNumber": 2})
    assert parts(tmp_path) == {
        "acquisition 1": phase(1, range(0, 12, 2)),
        "acquisition 2": phase(2, range(1, 12, 2)),
    }


@pytest.mark.parametrize("numbers", ["equal", "none", "random"])
def test_what_nothing_tells_apart_stays_together_with_its_fault(
    tmp_path: Path, write_slice: WriteSlice, numbers: str
) -> None:
    mixed = [7, 3, 12, 1, 16, 9, 5, 14, 2, 11, 6, 15, 4, 10, 8, 13]

    def instances(n: int) -> Changes:
        of_kind: dict[str, Changes] = {
            "equal": lambda p: {"InstanceNumber": p + 1},
            "none": lambda _: {"InstanceNumber": None},
            "random": lambda p: {"InstanceNumber": mixed[2 * p + n - 1]},
        }
        return of_kind[numbers]

    for number in (1, 2):
        write_phase(tmp_path, write_slice, number, range(8), instances(number))
    (series,) = open_collection(tmp_path).series
    assert series.shape[0] == 16
    assert codes(series) == ["duplicate_position"]


def test_content_times_in_the_order_of_a_busy_reconstruction_part_nothing(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    """Either phase is first at some of the places: turns would mix the two."""

    def times(n: int) -> Changes:
        return lambda p: {"ContentTime": f"1010{10 + 2 * p + (n + p * p) % 2}"}

    for number in (1, 2):
        write_phase(tmp_path, write_slice, number, range(8), times(number))
    (series,) = open_collection(tmp_path).series
    assert codes(series) == ["duplicate_position"]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    first=st.tuples(st.integers(0, 4), st.integers(3, 9)),
    second=st.tuples(st.integers(0, 4), st.integers(3, 9)),
    is_upward=st.tuples(st.booleans(), st.booleans()),
    element=st.sampled_from(["AcquisitionTime", "ContentTime", "InstanceNumber", "TriggerTime"]),
    pause_s=st.integers(1, 40),
)
def test_no_part_without_its_fault_holds_slices_of_two_phases(
    tmp_path_factory: pytest.TempPathFactory, write_slice: WriteSlice, first: tuple[int, int],
    second: tuple[int, int], is_upward: tuple[bool, bool], element: str, pause_s: int,
) -> None:  # fmt: skip
    """Two scans of any extent and direction, one after the other."""
    folder = tmp_path_factory.mktemp("two")
    moment = 0
    for number, (start, count) in enumerate((first, second), 1):
        places = list(range(start, start + count))
        for place in places if is_upward[number - 1] else places[::-1]:
            moment += 1
            value: Any = f"10{moment // 60:02}{moment % 60:02}" if "Time" in element else moment
            value = moment * 10 if element == "TriggerTime" else value
            write_phase(folder, write_slice, number, [place], changed(element, value))
        moment += pause_s if "Time" in element else 0
    study = open_collection(folder)
    shown = [values(series) for series in study.series]
    assert sorted(sum(shown, [])) == sorted(
        phase(1, range(first[0], sum(first))) + phase(2, range(second[0], sum(second)))
    )
    overlap = min(sum(first), sum(second)) - max(first[0], second[0])
    for series, hu in zip(study.series, shown, strict=True):
        is_mixed = len({value // 100 for value in hu}) > 1
        assert not is_mixed or overlap < 2 or "duplicate_position" in codes(series)
