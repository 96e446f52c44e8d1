"""Journals of before UIDs: findings are ``f1``, ``f2`` and runs ``r1``, ``r2`` in them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from lesion_viewer.review.journal.entry import Entry
from lesion_viewer.review.uids import derived_uid, imported_uid, label_uid

COUNTED = re.compile(r"[fr][1-9][0-9]*")


def with_uids(events: Iterable[Entry], study_key: str) -> list[Entry]:
    """The events of a journal with the UIDs of its findings and runs, the same every time.

    Parameters
    ----------
    events : Iterable[Entry]
        From the first on.
    study_key : str
        Of the journal.

    Returns
    -------
    list[Entry]
        In their order.
    """
    uids: dict[str, str] = {}
    done = []
    for event in events:
        for counted, uid in _named(event, study_key):
            uids.setdefault(counted, uid)
        done.append(replace(event, payload=_renamed(event.payload, uids)) if uids else event)
    return done


def _named(event: Entry, study_key: str) -> list[tuple[str, str]]:
    """Each counted id that an event may bring, and the UID that it gets."""
    p = event.payload
    if event.kind == "labels_imported":
        labels = p["findings"].items()
        return [(i, label_uid(p["sha256"], label[3])) for i, label in labels if _is_counted(i)]
    if event.kind == "boxes_imported":
        places = enumerate(p["findings"].items())
        return [
            (i, imported_uid(p["sha256"], f["series"], n)) for n, (i, f) in places if _is_counted(i)
        ]
    ids: list[str] = []
    if event.kind == "review_imported":
        ids = list(p["findings"])
    elif event.kind == "run_begun":
        ids = [p["run"], *p["proposed"]]
    elif event.kind == "swept":
        ids = list(p["proposed"])
    elif event.kind == "added":
        ids = [p["finding"]]
    return [
        (i, derived_uid("journal", study_key, event.at, event.reader, i))
        for i in ids
        if _is_counted(i)
    ]


def _is_counted(name: str) -> bool:
    return name[:1] in "fr" and COUNTED.fullmatch(name) is not None


def _renamed(payload: Mapping[str, Any], uids: Mapping[str, str]) -> dict[str, Any]:
    p = dict(payload)
    for name in ("finding", "run"):
        if name in p:
            p[name] = uids.get(p[name], p[name])
    for name in ("findings", "types", "proposed", "vanished"):
        if isinstance(p.get(name), Mapping):
            p[name] = {uids.get(i, i): value for i, value in p[name].items()}
        elif name in p:
            p[name] = [uids.get(i, i) for i in p[name]]
    return p
