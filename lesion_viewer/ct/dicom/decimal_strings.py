"""Decimal and integer strings (PS3.5 section 6.2) as numbers."""

from functools import lru_cache
from math import isfinite

# Longer strings are rare, and would fill the cache's memory.
MAX_CACHED_BYTES = 256


def numbers_of(value: bytes) -> tuple[float, ...]:
    r"""The numbers of a decimal or integer string.

    Parameters
    ----------
    value : bytes
        Value of an element with VR DS or IS; ``\`` separates the numbers.

    Returns
    -------
    tuple[float, ...]
        Empty where the value is empty, or a part of it is not a finite number.
    """
    return _short_numbers(value) if len(value) < MAX_CACHED_BYTES else _numbers_in(value)


def _numbers_in(value: bytes) -> tuple[float, ...]:
    if b"_" in value:  # which Python accepts between digits
        return ()
    try:
        parts = (part.strip(b" \0") for part in value.split(b"\\"))
        numbers = tuple(float(part) for part in parts if part)
    except ValueError:
        return ()
    return numbers if all(map(isfinite, numbers)) else ()


_short_numbers = lru_cache(4096)(_numbers_in)
