"""Findings stay on their slices where a study's slices are counted in another order than before.

The order of a series once followed from how its pixels are stored; it follows from how the patient
lies. Older journals are brought to the new order when their study is opened: an event says which
slice each former one is, and what came before it is read by that.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lesion_viewer.ct.study import Series
from lesion_viewer.review.journal.journal_file import REORDERED, Event
from lesion_viewer.review.series_record import SeriesRecord

Order = Sequence[int]  # for each slice as it was counted, its new index
Name = tuple[str, str, int]  # SOP Instance UID, file, frame
SAME_PLACE_DIGITS = 4
"""Slices whose locations in mm are equal to so many digits were in the order of their numbers."""


def order_in_study(record: SeriesRecord, series: Series) -> Order | None:
    """Where the slices of a journal's series are in its study; None where nothing moved.

    None too where the two do not hold the same slices.

    Parameters
    ----------
    record : SeriesRecord
        As the journal has it.
    series : Series
        As it was opened.
    """
    now = SeriesRecord.of(series)
    if record.frames or record.shape != now.shape:
        return order_between(record, now)
    # Frames of one file have one name, but their former order is known.
    then = _order_by_stored_normal(series)
    names = _names(replace(now, frames=()))
    if [names[i] for i in then] == _names(record):
        return then if then != list(range(len(then))) else None
    return order_between(record, now)


def order_between(former: SeriesRecord, now: SeriesRecord) -> Order | None:
    """Where the slices of one record are in another one of the same series.

    None where nothing moved, or the two do not hold the same slices, each by a name of its own.

    Parameters
    ----------
    former : SeriesRecord
    now : SeriesRecord
    """
    if not (former.frames and now.frames):
        former, now = replace(former, frames=()), replace(now, frames=())
    before, after = _names(former), _names(now)
    places = {name: index for index, name in enumerate(after)}
    if before == after or len(places) < len(after) or sorted(before) != sorted(after):
        return None
    return [places[name] for name in before]


def is_order_unknown(one: SeriesRecord, other: SeriesRecord) -> bool:
    """Whether two records of a series name its slices alike in whatever order they count them.

    So do the records of a file of many frames, where one of them does not tell the frames.

    Parameters
    ----------
    one : SeriesRecord
    other : SeriesRecord
    """
    names = set(_names(replace(other, frames=())))
    return bool(one.frames) != bool(other.frames) and len(names) < other.shape[0]


def in_present_order(events: Iterable[Event]) -> list[Event]:
    """The events of a journal as if its slices had always been counted as they are now.

    Parameters
    ----------
    events : Iterable[Event]
        From the first on.
    """
    present: list[Event] = []
    for event in events:
        if event.kind == REORDERED:
            present = _reordered(present, event.payload["orders"])
        present.append(event)
    return present


def _order_by_stored_normal(series: Series) -> list[int]:
    """The slices in the order that followed from the stored row and column directions."""
    order = list(range(len(series.slices)))
    if not series.turn.is_mirroring:
        return order
    return sorted(
        order, key=lambda i: round(-(series.slices[i].location_mm or 0.0), SAME_PLACE_DIGITS)
    )


def _names(record: SeriesRecord) -> list[Name]:
    count = record.shape[0]
    uids = record.sop_instance_uids or ("",) * count
    return list(zip(uids, record.files, record.frames or (0,) * count, strict=True))


def _reordered(events: Iterable[Event], orders: Mapping[str, Order]) -> list[Event]:
    homes: dict[str, str] = {}
    return [replace(e, payload=_moved(e.payload, orders, homes)) for e in events]


def _moved(
    payload: Mapping[str, Any], orders: Mapping[str, Order], homes: dict[str, str]
) -> dict[str, Any]:
    """What an event holds, with its slices by their new indices.

    Parameters
    ----------
    homes : dict[str, str]
        Id of a finding or a run -> uid of its series; is filled as they come.
    """
    p = dict(payload)
    uid = p.get("series") or homes.get(p.get("finding") or p.get("run") or "", "")
    for made in (p.get("finding"), p.get("run"), *p.get("proposed", ())):
        if made:
            homes[made] = uid
    order = orders.get(uid)
    if isinstance(p.get("findings"), Mapping):
        p["findings"] = {i: _moved_finding(f, orders, i, homes) for i, f in p["findings"].items()}
    if "places" in p:
        p["places"] = [[u, _place(orders.get(u), i)] for u, i in p["places"]]
    if "slice" in p:
        p["slice"] = _place(order, p["slice"])
    for key in ("slices", "boxes"):
        if key in p:
            p[key] = _moved_keys(p[key], order)
    if "proposed" in p:
        p["proposed"] = {
            i: [[_place(order, k), n] for k, n in keys] for i, keys in p["proposed"].items()
        }
    return p


def _moved_finding(
    finding: Any, orders: Mapping[str, Order], finding_id: str, homes: dict[str, str]
) -> Any:
    """A finding as labels or a review bring it; what is none of these is left as it is."""
    if isinstance(finding, list):
        uid, index, *rest = finding
        homes[finding_id] = uid
        return [uid, _place(orders.get(uid), index), *rest]
    if not isinstance(finding, Mapping):
        return finding
    uid = homes[finding_id] = finding["series"]
    order = orders.get(uid)
    by_slice = ("boxes", "original_boxes", "scores", "axes", "original_axes")
    moved = {key: _moved_keys(finding[key], order) for key in by_slice if key in finding}
    if "readings" in finding:
        readings = [
            {**reading, "boxes": _moved_keys(reading["boxes"], order)}
            for reading in finding["readings"]
        ]
        return {**finding, **moved, "readings": readings}
    return {**finding, **moved}


def _moved_keys(by_slice: Mapping[str, Any], order: Order | None) -> dict[str, Any]:
    return {str(_place(order, int(i))): value for i, value in by_slice.items()}


def _place(order: Order | None, slice_index: int | None) -> int | None:
    return slice_index if order is None or slice_index is None else order[slice_index]
