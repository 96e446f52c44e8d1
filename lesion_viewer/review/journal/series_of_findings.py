"""On which series the findings and runs of a journal are, told from its stored entries."""

from collections.abc import Mapping
from typing import Any

from lesion_viewer.review.journal.entry import Entry


def learn(entry: Entry, series_of: dict[str, str]) -> None:
    """Note the series of the findings and of the run that an entry brings.

    Parameters
    ----------
    entry : Entry
        The next one of a journal of any schema.
    series_of : dict[str, str]
        Id of a finding or run -> UID of its series; is extended.
    """
    kind, payload = entry.kind, entry.payload
    if kind == "run_begun":
        series_of[payload["run"]] = payload["series"]
    if "run" in payload:
        series_of.update(dict.fromkeys(payload["proposed"], series_of[payload["run"]]))
    if kind == "added":
        series_of[payload["finding"]] = payload["series"]
    findings = payload.get("findings")
    if kind.endswith("imported") and isinstance(findings, Mapping):
        series_of.update({i: _series_of(fields) for i, fields in findings.items()})


def _series_of(fields: Any) -> str:
    """Of an imported finding: a list that begins with its series, or its fields by name."""
    return str(fields["series"] if isinstance(fields, Mapping) else fields[0])
