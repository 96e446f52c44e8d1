"""Entries of schema 1, whose slices are indices, as entries of schema 2, with their numbers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lesion_viewer.review.events.slices import Slices
from lesion_viewer.review.journal.entry import Entry
from lesion_viewer.review.journal.series_of_findings import learn

RENUMBERED = "slices_renumbered"
"""Kind of the entry that gives each slice of a series another index."""
PER_SLICE = ("boxes", "original_boxes", "scores", "axes", "original_axes", "annotation_ids")
"""Fields of a finding that are mappings by slice."""

Place = Callable[[str, int], int]  # series uid and index -> what stands for the slice
Payload = dict[str, Any]


def numbered(entries: Iterable[Entry], slices: Slices) -> list[Entry]:
    """Entries of schema 1 as schema 2 has them.

    Parameters
    ----------
    entries : Iterable[Entry]
        Of one journal, from its first on.
    slices : Slices
        As the series are described now.

    Returns
    -------
    list[Entry]
        In their order, without those that renumber slices.
    """
    entries = _placed(as_counted_last(entries), slices.number)
    series_of: dict[str, str] = {}
    done = []
    for entry in entries:
        learn(entry, series_of)
        done.append(replace(entry, payload=_of_schema_2(entry, slices, series_of)))
    return done


def as_counted_last(entries: Iterable[Entry]) -> list[Entry]:
    """The entries with every slice index as slices are counted at the end of them.

    An index in the journal counts as the slices stood when it was recorded. Each ``RENUMBERED``
    entry maps the indices before it to those after it.

    Parameters
    ----------
    entries : Iterable[Entry]
        Of one journal of schema 1, from its first on.

    Returns
    -------
    list[Entry]
        In their order, without those that renumber slices.
    """
    done: list[Entry] = []
    for entry in entries:
        if entry.kind == RENUMBERED:
            done = _renumbered(done, **entry.payload)
        else:
            done.append(entry)
    return done


def _renumbered(
    entries: Sequence[Entry], series: str, places: Sequence[int], count: int
) -> list[Entry]:
    def place(uid: str, index: int) -> int:
        return places[index] if uid == series else index

    entries = _placed(entries, place)
    return [_parted(e, series, places) for e in entries] if count > len(places) else entries


def _parted(entry: Entry, series: str, places: Sequence[int]) -> Entry:
    """A mark on a series becomes one on each of the slices that it had then."""
    p = entry.payload
    is_on_series = entry.kind == "read_marked" and p.get("series") == series
    if not is_on_series or "places" in p or p["slice"] is not None:
        return entry
    return replace(entry, payload={**p, "places": [[series, place] for place in places]})


def _placed(entries: Iterable[Entry], place: Place) -> list[Entry]:
    """The entries with something else in the place of each slice's index."""
    series_of: dict[str, str] = {}
    after = []
    for entry in entries:
        learn(entry, series_of)
        after.append(replace(entry, payload=_one(entry, place, series_of)))
    return after


def _one(entry: Entry, place: Place, series_of: Mapping[str, str]) -> Payload:
    p = dict(entry.payload)
    if "places" in p:
        p["places"] = [[u, i if i is None else place(u, i)] for u, i in p["places"]]
    if "run" in p:
        uid = series_of[p["run"]]
        p["proposed"] = {
            i: [[place(uid, k), n] for k, n in keys] for i, keys in p["proposed"].items()
        }
        if "slices" in p:
            p["slices"] = _by_slice(p["slices"], place, uid)
    elif isinstance(p.get("findings"), Mapping) and entry.kind.endswith("imported"):
        p["findings"] = {i: _finding(fields, place) for i, fields in p["findings"].items()}
    elif p.get("slice") is not None:
        p["slice"] = place(p.get("series") or series_of[p["finding"]], p["slice"])
    elif "boxes" in p:
        p["boxes"] = _by_slice(p["boxes"], place, series_of[p["finding"]])
    return p


def _finding(fields: Any, place: Place) -> Any:
    """An imported finding: a list of series, slice and the rest, or its fields by name."""
    if not isinstance(fields, Mapping):
        series_uid, slice_index, *rest = fields
        return [series_uid, place(series_uid, slice_index), *rest]
    uid, new = fields["series"], dict(fields)
    for name in PER_SLICE:
        if name in new:
            new[name] = _by_slice(new[name], place, uid)
    if "readings" in new:
        new["readings"] = [
            {**reading, "boxes": _by_slice(reading["boxes"], place, uid)}
            for reading in new["readings"]
        ]
    return new


def _by_slice(values: Mapping[str, Any], place: Place, series_uid: str) -> dict[str, Any]:
    pairs = sorted((place(series_uid, int(index)), value) for index, value in values.items())
    return {str(index): value for index, value in pairs}


def _of_schema_2(entry: Entry, slices: Slices, series_of: Mapping[str, str]) -> Payload:
    p = dict(entry.payload)
    if entry.kind == "read_marked":
        return _marks(p, slices)
    if entry.kind == "review_imported":
        p["slices"] = [number for _, number in p.pop("places", ())]
        p["sha256"] = p.get("sha256", "")
        p.pop("is_read", None)
    if entry.kind == "image_replaced":
        p.pop("is_read", None)
    if "run" in p:
        p["series"] = series_of[p["run"]]
    return p


def _marks(p: Payload, slices: Slices) -> Payload:
    marks: Payload = {"is_read": p["is_read"], "seen": p["seen"]}
    if "places" in p:
        return {"slices": [number for _, number in p["places"]], **marks}
    if p["slice"] is not None:
        return {"slices": [p["slice"]], **marks}
    return {"slices": [], "series": {p["series"]: slices.runs_of(p["series"])}, **marks}
