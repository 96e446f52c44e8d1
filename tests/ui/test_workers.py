"""Work on threads of its own: failures are told, values come in batches, the end is waited for."""

import logging
import time

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from lesion_viewer.errors import CTError
from lesion_viewer.ui.workers import Batcher, Worker, stop_all_workers


class Listener(QObject):
    told = Signal(str)


class FailingWorker(Worker):
    def __init__(self, listener: Listener, error: Exception) -> None:
        super().__init__(listener.told)
        self.error = error

    def work(self) -> None:
        raise self.error


class EndlessWorker(Worker):
    def work(self) -> None:
        while not self.is_cancelled:
            time.sleep(0.005)


def test_an_error_of_the_program_is_told_as_it_is(qtbot: QtBot) -> None:
    listener = Listener()
    with qtbot.waitSignal(listener.told) as told:
        FailingWorker(listener, CTError("a.dcm: cut short")).begin()
    assert told.args == ["a.dcm: cut short"]
    stop_all_workers()


def test_an_unexpected_error_is_told_by_its_kind(qtbot: QtBot) -> None:
    listener = Listener()
    with qtbot.waitSignal(listener.told) as told:
        FailingWorker(listener, ZeroDivisionError("division by zero")).begin()
    assert told.args == ["Unexpected error: ZeroDivisionError: division by zero"]
    stop_all_workers()


def test_a_cancelled_worker_tells_no_error_and_logs_no_fault(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    listener = Listener()
    worker = FailingWorker(listener, CTError("late"))
    worker.cancel()
    with qtbot.assertNotEmitted(listener.told), qtbot.waitSignal(worker.finished):
        worker.begin()
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_stopping_all_workers_waits_for_them() -> None:
    listener = Listener()
    worker = EndlessWorker(listener.told)
    worker.begin()
    stop_all_workers()
    assert worker.isFinished()


def test_the_first_value_goes_out_at_once_and_the_rest_together() -> None:
    sent: list[list[int]] = []
    batcher = Batcher(sent.append, interval_s=60)
    for value in range(5):
        batcher.add(value)
    batcher.flush()
    assert sent == [[0], [1, 2, 3, 4]]
