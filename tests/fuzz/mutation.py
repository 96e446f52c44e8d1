"""Bytes changed as storage, networks and attackers change them; all from one random generator."""

import random
import re
import struct
from collections.abc import Callable, Sequence

NUMBERS = (
    b"", b"0", b"-1", b"1e308", b"-1e308", b"1e-308", b"nan", b"inf", b"1_0", b"0x10", b"1.5.2",
    b"2147483648", b"99999999999999999999", b"1" * 5000, b"1e999999", b"\xd9\xa3", b"\xc2\xb2",
    b"=1+1", b"'", b'"', b"\\", b",", b"\r\n", b"\0", b"../../x", b"[]", b"{}", b"null", b"\xff",
)  # fmt: skip
INTEGERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
DIGITS = re.compile(rb"-?\d+(?:\.\d+)?")


def mutated(data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    """``data`` after one to four changes; ``others`` is what parts are taken from."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        rng.choice(CHANGES)(changed, others, rng)
    return bytes(changed)


def _place(data: bytearray, rng: random.Random) -> int:
    """Somewhere; half of the time near the beginning, where headers are."""
    end = len(data) if rng.random() < 0.5 else min(len(data), 1024)
    return rng.randrange(max(end, 1))


def _flip_bits(data: bytearray, others: Sequence[bytes], rng: random.Random) -> None:
    for _ in range(rng.choice((1, 1, 2, 16)) if data else 0):
        data[_place(data, rng)] ^= 1 << rng.randrange(8)


def _cut_off(data: bytearray, others: Sequence[bytes], rng: random.Random) -> None:
    del data[_place(data, rng) :]


def _take_out(data: bytearray, others: Sequence[bytes], rng: random.Random) -> None:
    start = _place(data, rng)
    del data[start : start + rng.choice((1, 2, 8, 100, 5000))]


def _repeat(data: bytearray, others: Sequence[bytes], rng: random.Random) -> None:
    start = _place(data, rng)
    piece = data[start : start + rng.choice((1, 8, 64, 1000))]
    data[start:start] = piece * rng.choice((1, 2, 50))


def _put_noise(data: bytearray, others: Sequence[bytes], rng: random.Random) -> None:
    start = _place(data, rng)
    noise = rng.randbytes(rng.choice((1, 4, 32)))
    data[start : start + rng.choice((0, len(noise)))] = noise


def _put_integer(data: bytearray, others: Sequence[bytes], rng: random.Random) -> None:
    start, value = _place(data, rng), rng.choice(INTEGERS)
    form = rng.choice(("<H", ">H", "<I", ">I", "<Q", ">Q"))
    piece = struct.pack(form, value & (2 ** (8 * struct.calcsize(form)) - 1))
    data[start : start + len(piece)] = piece


def _put_number(data: bytearray, others: Sequence[bytes], rng: random.Random) -> None:
    found = list(DIGITS.finditer(data[: 2**16]))
    if found:
        match = rng.choice(found)
        data[match.start() : match.end()] = rng.choice(NUMBERS)


def _splice(data: bytearray, others: Sequence[bytes], rng: random.Random) -> None:
    other = rng.choice(others)
    start, middle = _place(data, rng), rng.randrange(max(len(other), 1))
    data[start : start + rng.choice((0, 64, len(data)))] = other[middle : middle + 4096]


CHANGES: tuple[Callable[[bytearray, Sequence[bytes], random.Random], None], ...] = (
    _flip_bits, _cut_off, _take_out, _repeat, _put_noise, _put_integer, _put_number, _splice,
)  # fmt: skip
