"""Phases of one region, separated by the order in which their slices were acquired.

Times and numbers also differ within a phase, so that their values alone do not separate phases.
Phases are separated by a long pause, by the return of the table, or by alternation at each place.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from lesion_viewer.ct.dicom.header import Tag
from lesion_viewer.ct.dicom.slices import DicomSlice

# Shortest pause between phases, relative to the longest pause within them.
CLEAR_PAUSE = 2.0
# A step longer than this multiple of the usual one begins a new run.
LONG_STEP = 1.5
MAX_PHASES = 64

TIMES = {
    Tag.TRIGGER_TIME: "trigger time",
    Tag.ACQUISITION_TIME: "acquisition time",
    Tag.ACQUISITION_DATE_TIME: "acquisition time",
    Tag.CONTENT_TIME: "content time",
}
# Times of the scan; a content time is that of the reconstruction, whose order may be arbitrary.
TIMES_OF_SCAN = (Tag.TRIGGER_TIME, Tag.ACQUISITION_TIME, Tag.ACQUISITION_DATE_TIME)
_CLOCK = re.compile(r"(?:(\d{8}))?(\d\d):?(\d\d)(?::?(\d\d(?:\.\d{1,6})?))?(?:[+-]\d{4})?")
_DAY_S = 86400

Split = dict[str, list[DicomSlice]]


def phases_of(slices: Sequence[DicomSlice], places: Sequence[int]) -> Iterator[Split]:
    """Ways to separate slices by times, then by instance numbers; the most reliable first.

    Parameters
    ----------
    slices : Sequence[DicomSlice]
        Slices with positions, sorted along the normal.
    places : Sequence[int]
        Number of each slice's position along the normal, from 0; slices at one position share it.

    Yields
    ------
    Split
        Slices of each phase, sorted along the normal, by the name of the phase. The caller checks
        whether a phase has faults.
    """
    for tag, word in TIMES.items():
        values = [_time_of(s, tag) for s in slices]
        times = [value for value in values if value is not None]
        if len(times) < len(slices) or len(set(times)) < 2:
            continue
        order = _Order(slices, places, times)
        texts = [_time_text(s, tag) for s in slices]
        for phases in (*order.by_pauses(), order.by_runs()):
            yield _named_by_ends(slices, phases, word, texts)
        if tag in TIMES_OF_SCAN:
            turns = order.by_turns()
            names = [f"{word} {n} of {len(turns)} at each place" for n in range(1, len(turns) + 1)]
            yield _named(slices, turns, names)
    yield from _by_numbers(slices, places)


def _by_numbers(slices: Sequence[DicomSlice], places: Sequence[int]) -> Iterator[Split]:
    values = [s.number for s in slices]
    numbers = [value for value in values if value is not None]
    if len(set(numbers)) < len(slices):
        return
    word = "frames" if any(s.header.frames > 1 for s in slices) else "instance numbers"
    order = _Order(slices, places, numbers)
    yield _named_by_ends(slices, order.by_runs(), word, [f"{n:g}" for n in numbers])
    alternating = order.by_remainders()
    ends = [sorted(numbers[i] for i in phase) for phase in alternating]
    names = [f"{word} {n[0]:g}, {n[1]:g} to {n[-1]:g}" for n in ends if len(n) > 1]
    if len(names) == len(alternating):
        yield _named(slices, alternating, names)


class _Order:
    """Slices in the order of one value, and the phases in this order.

    A phase is a list of slice indices; the list of phases is empty where there are none.
    """

    def __init__(
        self, slices: Sequence[DicomSlice], places: Sequence[int], values: Sequence[float]
    ) -> None:
        self._places, self._values = places, values
        self._locations = [s.location_mm or 0.0 for s in slices]
        self._order = sorted(
            range(len(slices)), key=lambda i: (values[i], slices[i].acquisition_order)
        )

    def by_pauses(self) -> Iterator[list[list[int]]]:
        """Phases between the longest pauses, for each number of phases with clear pauses."""
        pauses = [self._values[b] - self._values[a] for a, b in pairwise(self._order)]
        longest = sorted(range(len(pauses)), key=lambda n: -pauses[n])
        for phases in range(2, min(MAX_PHASES, len(self._order) // 2) + 1):
            shortest_cut = pauses[longest[phases - 2]]
            longest_within = pauses[longest[phases - 1]]
            if shortest_cut > 0 and shortest_cut >= CLEAR_PAUSE * longest_within:
                yield self._cut([n + 1 for n in sorted(longest[: phases - 1])])

    def by_runs(self) -> list[list[int]]:
        """Phases during which the table moved in one direction.

        There are none where the table reversed at a usual step: then the slice at the reversal
        could be the last of one phase or the first of the next.
        """
        steps = [self._locations[b] - self._locations[a] for a, b in pairwise(self._order)]
        is_same = [self._places[a] == self._places[b] for a, b in pairwise(self._order)]
        usual = sorted(map(abs, steps))[len(steps) // 2] if steps else 0.0
        cuts, begin = list[int](), 0
        for n, step in enumerate(steps):
            if n == begin and not is_same[n]:
                continue  # the first step of a run defines its direction
            if not is_same[n] and (step > 0) == (steps[begin] > 0):
                continue
            if is_same[n] or self._is_return(steps, is_same, n):
                begin = n + 1
            elif abs(steps[n - 1]) > LONG_STEP * usual:
                begin = n
            else:
                return []
            cuts.append(begin)
        if len(cuts) >= MAX_PHASES or not self._are_distinct(cuts):
            return []
        return self._cut(cuts)

    def by_turns(self) -> list[list[int]]:
        """Phases that alternate at each position: the earliest slices, the second ones ..."""
        at: dict[int, list[int]] = defaultdict(list)
        for i in self._order:
            at[self._places[i]].append(i)
        if len({len(found) for found in at.values()}) > 1:
            return []
        if any(len({self._values[i] for i in found}) < len(found) for found in at.values()):
            return []
        return [list(phase) for phase in zip(*at.values(), strict=True)]

    def by_remainders(self) -> list[list[int]]:
        """Phases whose whole numbers alternate: 1, 3, 5 ... and 2, 4, 6 ...

        The numbers of one position are consecutive, and a missing slice leaves its number out.
        The first position must be complete, because it defines the number of phases.
        """
        first = self._values[self._order[0]]
        first_place = self._places[self._order[0]]
        count = sum(self._places[i] == first_place for i in self._order)
        if count < 2 or any(value != int(value) for value in self._values):
            return []
        blocks = {(self._values[i] - first) // count: self._places[i] for i in self._order}
        is_kept = all(
            blocks[(self._values[i] - first) // count] == self._places[i] for i in self._order
        )
        if not is_kept or len(set(blocks.values())) < len(blocks):
            return []
        phases: dict[float, list[int]] = defaultdict(list)
        for i in self._order:
            phases[(self._values[i] - first) % count].append(i)
        return [phases[remainder] for remainder in sorted(phases)]

    def _is_return(self, steps: Sequence[float], is_same: Sequence[bool], n: int) -> bool:
        """Whether a step against the direction of the run is the return of the table."""
        return n + 1 == len(steps) or is_same[n + 1] or (steps[n + 1] > 0) != (steps[n] > 0)

    def _are_distinct(self, cuts: Sequence[int]) -> bool:
        """Whether no value lies on both sides of a cut."""
        return all(self._values[self._order[c - 1]] < self._values[self._order[c]] for c in cuts)

    def _cut(self, cuts: Sequence[int]) -> list[list[int]]:
        ends = [0, *cuts, len(self._order)]
        return [self._order[a:b] for a, b in pairwise(ends)]


def _named_by_ends(
    slices: Sequence[DicomSlice], phases: Sequence[list[int]], word: str, texts: Sequence[str]
) -> Split:
    """The phases, named by the values of their first and last slices."""
    names = []
    for phase in phases:
        first, last = texts[phase[0]], texts[phase[-1]]
        names.append(f"{word} {first}" if first == last else f"{word} {first} to {last}")
    return _named(slices, phases, names)


def _named(
    slices: Sequence[DicomSlice], phases: Sequence[list[int]], names: Sequence[str]
) -> Split:
    """The slices of the phases by name; empty where two phases have the same name."""
    if len(set(names)) < len(phases):
        return {}
    return {
        name: [slices[i] for i in sorted(phase)] for name, phase in zip(names, phases, strict=True)
    }


def _time_of(image: DicomSlice, tag: Tag) -> float | None:
    """A time in seconds, or in milliseconds after a trigger; None where there is none."""
    if tag == Tag.TRIGGER_TIME:
        return image.header.number(tag)
    match = _CLOCK.fullmatch(image.header.text(tag))
    if match is None:
        return None
    day, hours, minutes, seconds = match.groups()
    return int(day or 0) * _DAY_S + int(hours) * 3600 + int(minutes) * 60 + float(seconds or 0)


def _time_text(image: DicomSlice, tag: Tag) -> str:
    if tag == Tag.TRIGGER_TIME:
        return f"{image.header.number(tag):g} ms"
    match = _CLOCK.fullmatch(image.header.text(tag))
    assert match is not None  # _time_of has read it
    _, hours, minutes, seconds = match.groups()
    return f"{hours}:{minutes}:{seconds or '00'}"
