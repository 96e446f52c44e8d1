"""A thread in which alone a runtime takes denormal numbers for zero."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")


class OwnThread:
    """Calls functions in a thread of its own, one after the other.

    A CPU is up to a hundred times slower with denormal numbers. Runtimes that are told so take them
    for zero in the thread that calls them, and leave it so: all that follows there would count so.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)

    def call(
        self, function: Callable[Given, Result], *args: Given.args, **options: Given.kwargs
    ) -> Result:
        """What a function gives, or raises, in the thread.

        Parameters
        ----------
        function : Callable[Given, Result]
            To be called.
        *args : Given.args
            With these.
        **options : Given.kwargs
            And these.

        Returns
        -------
        Result
            Of the function.
        """
        return self._pool.submit(function, *args, **options).result()
