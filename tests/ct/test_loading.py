import numpy as np
import pytest

from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.study import Series, SliceSource
from lesion_viewer.ct.volume import loading
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.loading import VolumeLoader, load_volume
from lesion_viewer.errors import CTError


def series_of(decode, slices: int = 40) -> Series:
    return Series(
        uid="1",
        study_uid="1",
        modality="CT",
        description="",
        number=None,
        slices=tuple(SliceSource(f"slice{i}") for i in range(slices)),
        shape=(slices, 2, 2),
        spacing_mm=None,
        geometry=None,
        faults=(),
        decode=decode,
    )


@pytest.fixture
def asked():
    """Slices in the order in which they were asked for, and a series that keeps it."""
    return []


@pytest.fixture
def series(asked):
    def decode(slice_index: int) -> np.ndarray:
        asked.append(slice_index)
        return np.full((2, 2), slice_index, np.int16)

    return series_of(decode)


def run(loader: VolumeLoader) -> list[int]:
    settled: list[int] = []
    loader.run(settled.append)
    return settled


def test_all_slices_are_read_and_told(series):
    volume = CTVolume(series)
    assert sorted(run(VolumeLoader(volume))) == list(range(40))
    assert volume.voxels[:, 0, 0].tolist() == list(range(40))
    assert volume.is_loaded.all()


@pytest.fixture
def one_thread(monkeypatch):
    monkeypatch.setattr(loading, "THREADS", 1)


def test_the_wanted_slice_is_read_first_then_outwards(series, asked, one_thread):
    run(VolumeLoader(CTVolume(series), first=20))
    assert asked[:7] == [20, 19, 21, 18, 22, 17, 23]
    assert asked[-1] == 0


def test_a_new_aim_is_read_next(asked, one_thread):
    def decode(slice_index):
        asked.append(slice_index)
        if len(asked) == 3:
            loader.aim(35)
        return np.zeros((2, 2), np.int16)

    loader = VolumeLoader(CTVolume(series_of(decode)))
    run(loader)
    assert asked[:6] == [0, 1, 2, 35, 34, 36]
    assert sorted(asked) == list(range(40))


def test_after_a_cancel_only_the_slices_at_hand_are_read(asked):
    def decode(slice_index):
        asked.append(slice_index)
        loader.cancel()
        return np.zeros((2, 2), np.int16)

    volume = CTVolume(series_of(decode))
    loader = VolumeLoader(volume)
    assert 1 <= len(run(loader)) <= loading.THREADS
    assert volume.is_loaded.sum() == len(asked)


def test_a_slice_that_fails_is_recorded_and_the_others_are_read():
    def decode(slice_index):
        if slice_index == 7:
            raise CTError("slice7 is cut off")
        return np.zeros((2, 2), np.int16)

    volume = CTVolume(series_of(decode))
    assert sorted(run(VolumeLoader(volume))) == list(range(40))
    assert volume.failures == {7: "slice7 is cut off"}
    assert volume.is_loaded.sum() == 39


def test_slices_that_were_read_before_are_not_read_again(series, asked):
    volume = CTVolume(series)
    run(VolumeLoader(volume))
    assert run(VolumeLoader(volume)) == []
    assert len(asked) == 40


def test_an_error_of_the_listener_ends_the_run(series):
    def fail(slice_index):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        VolumeLoader(CTVolume(series)).run(fail)


def test_an_unforeseen_error_of_a_decoder_is_raised_and_does_not_hang():
    def decode(slice_index):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(VolumeLoader(CTVolume(series_of(decode))))


def test_a_whole_volume_is_read_at_once_or_its_first_bad_slice_named(ct_folder):
    series = open_study(ct_folder).series[0]
    assert load_volume(series).voxels[:, 0, 0].tolist() == [0, 1, 2, 3, 4]
    (ct_folder / "slice7").unlink()
    with pytest.raises(CTError, match="1 of 5 slices cannot be read: slice7 cannot be read"):
        load_volume(series)
