"""Events of a review whose slices have other indices now: more slices, or another order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lesion_viewer.review.journal.event import Event
from lesion_viewer.review.journal.review_state import IMPORTS, REPLACED

RENUMBERED = "slices_renumbered"
PER_SLICE = ("boxes", "original_boxes", "scores", "axes", "original_axes", "annotation_ids")
"""Fields of an encoded finding that are mappings by slice index."""

Place = Callable[[int], int]
Payload = dict[str, Any]


def renumbering(series_uid: str, places: Sequence[int], count: int) -> Payload:
    """The payload of the event that gives each slice of a series its new index.

    Parameters
    ----------
    series_uid : str
        UID of the series.
    places : Sequence[int]
        For each slice, by its former index, the new one.
    count : int
        How many slices there are now.

    Returns
    -------
    Payload
        For an event of kind ``RENUMBERED``.
    """
    return {"series": series_uid, "places": list(places), "count": count}


def renumbered(events: Iterable[Event]) -> list[Event]:
    """The events with every slice index as slices are counted at the end of them.

    An index in the journal counts as the slices stood when it was recorded. Each ``RENUMBERED``
    event maps the indices before it to those after it.

    Parameters
    ----------
    events : Iterable[Event]
        Of one journal, from its first on.

    Returns
    -------
    list[Event]
        In their order.
    """
    done: list[Event] = []
    for event in events:
        if event.kind == RENUMBERED:
            done = _all_renumbered(done, event.payload)
        done.append(event)
    return done


def _all_renumbered(events: Sequence[Event], change: Mapping[str, Any]) -> list[Event]:
    uid, places = change["series"], change["places"]
    findings: set[str] = set()
    runs: set[str] = set()
    after = []
    for event in events:
        p = event.payload
        if event.kind == "run_begun" and p["series"] == uid:
            runs.add(p["run"])
        if event.kind in IMPORTS:
            findings.difference_update(p["findings"])  # one may come back on another series
        findings.update(_brought(event, uid, runs))
        after.append(_one_renumbered(event, uid, places, change["count"], findings, runs))
    return after


def _brought(event: Event, uid: str, runs: set[str]) -> list[str]:
    """Ids of the findings on the series that an event brings."""
    p = event.payload
    if event.kind == "added":
        return [p["finding"]] if p["series"] == uid else []
    if event.kind in IMPORTS:
        return [i for i, fields in p["findings"].items() if _series_of(fields) == uid]
    return list(p.get("proposed", ())) if p.get("run") in runs else []


def _one_renumbered(
    event: Event,
    uid: str,
    places: Sequence[int],
    count: int,
    findings: set[str],
    runs: set[str],
) -> Event:
    p, place = dict(event.payload), places.__getitem__
    if event.kind == "read_marked" or (event.kind == "review_imported" and "places" in p):
        p = _marks(p, uid, places, count)
    if event.kind == "read_marked":
        return replace(event, payload=p)
    if event.kind in ("run_begun", "swept"):
        if p["run"] not in runs:
            return event
        p["proposed"] = {i: [[place(k), n] for k, n in keys] for i, keys in p["proposed"].items()}
        if event.kind == "swept":
            p["slices"] = _by_slice(p["slices"], place)
    elif event.kind in IMPORTS:
        p["findings"] = {
            i: _finding(fields, place) if i in findings else fields
            for i, fields in p["findings"].items()
        }
    elif event.kind == REPLACED:
        if p["series"] == uid:
            p["slice"] = place(p["slice"])
    elif p.get("finding") in findings:
        if "slice" in p:
            p["slice"] = place(p["slice"])
        if "boxes" in p:
            p["boxes"] = _by_slice(p["boxes"], place)
    return replace(event, payload=p)


def _series_of(fields: Any) -> str:
    return str(fields["series"] if isinstance(fields, Mapping) else fields[0])


def _finding(fields: Any, place: Place) -> Any:
    """An imported finding: a list of series, slice and the rest, or its fields by name."""
    if not isinstance(fields, Mapping):
        series_uid, slice_index, *rest = fields
        return [series_uid, place(slice_index), *rest]
    new = dict(fields)
    for name in PER_SLICE:
        if name in new:
            new[name] = _by_slice(new[name], place)
    if "readings" in new:
        new["readings"] = [
            {**reading, "boxes": _by_slice(reading["boxes"], place)} for reading in new["readings"]
        ]
    return new


def _by_slice(values: Mapping[str, Any], place: Place) -> dict[str, Any]:
    pairs = sorted((place(int(index)), value) for index, value in values.items())
    return {str(index): value for index, value in pairs}


def _marks(payload: Payload, uid: str, places: Sequence[int], count: int) -> Payload:
    """A mark on a series becomes one on each of the slices that it had then."""
    if "places" in payload:
        payload["places"] = [
            [series, places[index] if series == uid and index is not None else index]
            for series, index in payload["places"]
        ]
    elif payload["series"] == uid and payload["slice"] is not None:
        payload["slice"] = places[payload["slice"]]
    elif payload["series"] == uid and count > len(places):
        payload["places"] = [[uid, place] for place in places]
    return payload
