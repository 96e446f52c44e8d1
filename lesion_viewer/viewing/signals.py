"""Typed events of plain objects; no Qt."""

from collections.abc import Callable
from typing import Generic, TypeVarTuple

Values = TypeVarTuple("Values")


class Signal(Generic[*Values]):
    """Calls its subscribers, in the order in which they came, with the values of an event.

    For the GUI thread alone: subscribers run within ``emit``, on the thread that calls it.
    Subscribers are held until they are disconnected.
    """

    def __init__(self) -> None:
        self._subscribers: list[Callable[[*Values], object]] = []

    def connect(self, subscriber: Callable[[*Values], object]) -> None:
        """Call a function at each event from now on.

        Parameters
        ----------
        subscriber : Callable[[*Values], object]
            Called with the event's values.
        """
        self._subscribers.append(subscriber)

    def disconnect(self, subscriber: Callable[[*Values], object]) -> None:
        """Call a function no longer.

        Parameters
        ----------
        subscriber : Callable[[*Values], object]
            One that was connected.

        Raises
        ------
        ValueError
            Where it is not connected.
        """
        self._subscribers.remove(subscriber)

    def emit(self, *values: *Values) -> None:
        """Call all subscribers, also where one of them fails.

        Parameters
        ----------
        *values : *Values
            What the event tells.

        Raises
        ------
        Exception
            What a subscriber raised, once all were called.
        ExceptionGroup
            Where several subscribers raised.
        """
        failures: list[Exception] = []
        for subscriber in tuple(self._subscribers):
            try:
                subscriber(*values)
            except Exception as failure:
                failures.append(failure)
        if len(failures) > 1:
            raise ExceptionGroup("several subscribers failed", failures)
        if failures:
            raise failures[0]
