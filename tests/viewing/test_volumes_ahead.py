"""Series that are shown from what was read ahead."""

from collections.abc import Sequence

import numpy as np

from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.viewing.viewer_model import ViewerModel
from tests.viewing.shown_volumes import SHAPE, shown_volume

A, B, C = (shown_volume(uid).series for uid in ("1.2", "1.3", "1.4"))
USUAL = Window(400, 40)


def test_a_series_that_was_expected_is_shown_with_what_was_read_of_it() -> None:
    viewer, asked = ViewerModel(USUAL), list[Sequence[tuple[CTVolume, int]]]()
    viewer.ahead.wanted_changed.connect(asked.append)
    viewer.ahead.expect([(A, 3), (B, 7)])
    ((volume, slice_index), (other, _)) = asked[0]
    assert (volume.series, slice_index, other.series) == (A, 3, B)
    volume.put(3, np.zeros(SHAPE[1:], np.int16))
    viewer.show_series(A, 3)
    assert viewer.volume is volume
    viewer.show_series(A, 3)
    assert viewer.volume is not volume and viewer.series is A


def test_what_is_expected_no_longer_is_dropped_and_what_was_read_is_not_asked_for_again() -> None:
    viewer, asked = ViewerModel(USUAL), list[Sequence[tuple[CTVolume, int]]]()
    viewer.ahead.wanted_changed.connect(asked.append)
    viewer.ahead.expect([(A, 3), (B, 7)])
    (dropped, _), (kept, _) = asked[0]
    kept.put(7, np.zeros(SHAPE[1:], np.int16))
    viewer.ahead.expect([(B, 7), (C, 1)])
    assert [(volume.series, i) for volume, i in asked[1]] == [(C, 1)]
    viewer.show_series(B, 7)
    assert viewer.volume is kept
    viewer.show_series(A, 3)
    assert viewer.volume is not dropped


def test_a_series_without_a_window_of_its_own_is_shown_through_the_usual_one() -> None:
    viewer = ViewerModel(USUAL)
    viewer.show_series(A, window=Window(150, 60))
    viewer.show_series(B)
    assert viewer.window == USUAL
