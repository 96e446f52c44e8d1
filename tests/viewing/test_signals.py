"""Typed events of plain objects."""

import pytest

from lesion_viewer.viewing.signals import Signal


def test_subscribers_are_called_in_their_order_with_the_values() -> None:
    told: list[tuple[str, int, str]] = []
    signal: Signal[int, str] = Signal()
    signal.connect(lambda number, text: told.append(("first", number, text)))
    signal.connect(lambda number, text: told.append(("second", number, text)))
    signal.emit(3, "three")
    assert told == [("first", 3, "three"), ("second", 3, "three")]


class Listener:
    def __init__(self) -> None:
        self.told: list[int] = []

    def take(self, number: int) -> None:
        self.told.append(number)


def test_a_method_that_was_disconnected_is_called_no_longer() -> None:
    signal: Signal[int] = Signal()
    listener = Listener()
    signal.connect(listener.take)
    signal.emit(1)
    signal.disconnect(listener.take)
    signal.emit(2)
    assert listener.told == [1]
    with pytest.raises(ValueError):
        signal.disconnect(listener.take)


def test_a_subscriber_that_comes_during_an_event_hears_the_next_one() -> None:
    signal: Signal[int] = Signal()
    late = Listener()
    signal.connect(lambda _: signal.connect(late.take))
    signal.emit(1)
    assert late.told == []
    signal.emit(2)
    assert late.told == [2]


def test_a_failure_is_raised_after_all_were_called() -> None:
    signal: Signal[()] = Signal()
    told: list[str] = []
    signal.connect(lambda: 1 / 0)
    signal.connect(lambda: told.append("after"))
    with pytest.raises(ZeroDivisionError):
        signal.emit()
    assert told == ["after"]
    signal.connect(lambda: [][1])
    with pytest.raises(ExceptionGroup) as failed:
        signal.emit()
    assert [type(e) for e in failed.value.exceptions] == [ZeroDivisionError, IndexError]
