"""The numbers under which a journal's events speak of slices, however these are counted."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

from lesion_viewer.ct.volume.picture_identity import Name
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.finding import Place

Row = tuple[int, str, str, int]
"""Number, UID of the series, and name and frame of the slice (SOP Instance UID, else file name)."""


class Names:
    """The names of a series' slices in their order, as its description gives them.

    Parameters
    ----------
    names : Sequence[Name]
        Of each slice; empty where the series was not described.
    """

    def __init__(self, names: Sequence[Name] = ()) -> None:
        self._names = names
        self._indices: Mapping[Name, int] | None = None

    def __len__(self) -> int:
        return len(self._names)

    def at(self, index: int) -> Name:
        """The name under which events know a slice.

        Parameters
        ----------
        index : int
            From 0.

        Returns
        -------
        Name
            Of no text, with the index, where there is no such slice or names do not tell the
            slices apart.
        """
        return self._names[index] if self._by_name and 0 <= index < len(self) else ("", index)

    def find(self, name: Name) -> int | None:
        """The index of the slice of a name.

        Parameters
        ----------
        name : Name
            As ``at`` gave it.

        Returns
        -------
        int | None
            None where there is none, or names do not tell the slices apart.
        """
        return self._by_name.get(name)

    @property
    def _by_name(self) -> Mapping[Name, int]:
        if self._indices is None:
            indices = {name: index for index, name in enumerate(self._names) if name[0]}
            self._indices = indices if len(indices) == len(self._names) else {}
        return self._indices


NamesOf = Callable[[str], Names]
"""UID of a series -> names of its slices; of none where it was not described."""


def _undescribed(series_uid: str) -> Names:
    return Names()


class Slices:
    """Which slice each number stands for.

    A number belongs to a slice by its SOP Instance UID, or its file's name, and its frame, so that
    it stands for the same image after slices joined the series or are counted from its other end.
    A slice of a series whose slices have no names that tell them apart has an empty name and its
    index in the place of the frame.

    Parameters
    ----------
    rows : Iterable[Row]
        Those that the journal holds.
    names_of : NamesOf
        What the slices of a series are called.

    Attributes
    ----------
    unsaved : list[Row]
        Those that the journal does not hold yet.
    """

    def __init__(self, rows: Iterable[Row] = (), names_of: NamesOf = _undescribed) -> None:
        self.unsaved: list[Row] = []
        self._names_of = names_of
        self._rows = {number: (uid, (name, frame)) for number, uid, name, frame in rows}
        self._number_of = {named: number for number, named in self._rows.items()}
        self._in_series: dict[str, list[int]] = defaultdict(list)
        for number, (uid, _) in self._rows.items():
            self._in_series[uid].append(number)
        self._names: dict[str, Names] = {}
        self._next = max(self._rows, default=0) + 1
        self._places: dict[int, Place] = {}
        self._numbers: dict[str, dict[int, int]] = defaultdict(dict)

    def place(self, number: int) -> Place:
        """The slice of a number.

        Parameters
        ----------
        number : int
            Of an event.

        Returns
        -------
        Place
            UID of its series and its present index.

        Raises
        ------
        LookupError
            Where the number is not known, or its series has no such slice.
        """
        place = self._places.get(number)
        if place is None:
            uid, (name, frame) = self._rows[number]
            index = self._named(uid).find((name, frame)) if name else frame
            if index is None:
                raise LookupError(f"slice {name} that its series does not have")
            place = uid, index
            self._places[number] = place
        return place

    def index(self, number: int) -> int:
        """The present index of the slice of a number, from 0.

        Parameters
        ----------
        number : int
            Of an event.

        Returns
        -------
        int
            As slices are counted now.

        Raises
        ------
        LookupError
            As ``place`` does.
        """
        return self.place(number)[1]

    def number(self, series_uid: str, index: int) -> int:
        """The number of a slice; a new one where it has none yet.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        index : int
            Present index of the slice, from 0.

        Returns
        -------
        int
            For an event.
        """
        numbers = self._numbers[series_uid]
        if index not in numbers:
            numbers[index] = self._numbered(series_uid, index)
        return numbers[index]

    def indices_of(self, series_uid: str) -> range:
        """The indices of all slices of a series; none where it was not described.

        Parameters
        ----------
        series_uid : str
            UID of the series.

        Returns
        -------
        range
            From 0.
        """
        return range(len(self._named(series_uid)))

    def runs_of(self, series_uid: str) -> list[list[int]]:
        """First and last of each run of consecutive numbers of a series' slices.

        Parameters
        ----------
        series_uid : str
            UID of the series.

        Returns
        -------
        list[list[int]]
            Of all its slices; none where it was not described.
        """
        numbers = sorted(self.number(series_uid, i) for i in self.indices_of(series_uid))
        runs = groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
        return [[run[0], run[-1]] for _, pairs in runs if (run := [n for _, n in pairs])]

    def are_in(self, series_uid: str) -> bool:
        """Whether any slice of a series has a number.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        """
        return series_uid in self._in_series

    def renamed(
        self, series_uid: str, names: Names, places: Sequence[int] | None = None
    ) -> list[Row]:
        """The rows of a series whose slices are going to have other names.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        names : Names
            What its slices will be called.
        places : Sequence[int] | None
            For each slice, by its present index, the one that it will have; None for the index of
            its name, and the present one where no slice will have its name.

        Returns
        -------
        list[Row]
            Only those that change.

        Raises
        ------
        ReviewError
            Where a slice that events speak of would be gone.
        LookupError
            Where a number stands for no slice now.
        """
        rows = []
        for number in self._in_series.get(series_uid, ()):
            name = self._rows[number][1]
            if places is None and names.find(name) is not None:
                continue
            index = self.index(number)
            if places is not None:
                index = places[index] if index < len(places) else index
            elif name[0] and names.at(index)[0] not in ("", name[0]):
                raise ReviewError(f"series {series_uid} has slice {name[0]} no longer")
            if index >= len(names) > 0:
                raise ReviewError(f"series {series_uid} has slice {index + 1} no longer")
            called = names.at(index)
            if called != name:
                rows.append((number, series_uid, *called))
        return rows

    def rename(self, series_uid: str, rows: Iterable[Row]) -> bool:
        """Take over what ``renamed`` gave, and the series' new description.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        rows : Iterable[Row]
            As the journal holds them now.

        Returns
        -------
        bool
            Whether a number stands for another index than before.
        """
        own = self._in_series.get(series_uid, ())
        before = [self._places.get(number) for number in own]
        for number, uid, name, frame in rows:
            self._number_of.pop(self._rows[number], None)
            self._rows[number] = uid, (name, frame)
        self._number_of |= {self._rows[number]: number for number in own}
        self._names.pop(series_uid, None)
        for number in own:
            self._places.pop(number, None)
        self._numbers.pop(series_uid, None)
        pairs = zip(own, before, strict=True)
        return any(place is not None and self.place(number) != place for number, place in pairs)

    def _numbered(self, series_uid: str, index: int) -> int:
        name = self._named(series_uid).at(index)
        number = self._number_of.get((series_uid, name))
        if number is None:
            number, self._next = self._next, self._next + 1
            self._rows[number] = series_uid, name
            self._number_of[series_uid, name] = number
            self._in_series[series_uid].append(number)
            self.unsaved.append((number, series_uid, *name))
        return number

    def _named(self, series_uid: str) -> Names:
        if series_uid not in self._names:
            self._names[series_uid] = self._names_of(series_uid)
        return self._names[series_uid]
