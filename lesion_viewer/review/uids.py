"""Identity of findings, and of what marks them: DICOM UIDs, the same in every journal and file."""

import json
from uuid import NAMESPACE_OID, uuid4, uuid5

ROOT = "2.25."
"""Of UIDs that are made from a UUID (DICOM PS3.5 B.2)."""
NAMESPACE = uuid5(NAMESPACE_OID, "lesion-viewer")


def new_uid() -> str:
    """A UID that nothing else has, at most 44 characters."""
    return f"{ROOT}{uuid4().int}"


def derived_uid(*parts: str | int) -> str:
    """A UID that the same parts give again, on any machine.

    Parameters
    ----------
    *parts : str | int
        What is to be told apart, in an order that the caller keeps.

    Returns
    -------
    str
        Another one for other parts.
    """
    return f"{ROOT}{uuid5(NAMESPACE, json.dumps(parts)).int}"


def label_uid(sha256: str, row: int) -> str:
    """The UID of a label of an annotation file; two readers of one file have the same labels.

    Parameters
    ----------
    sha256 : str
        SHA-256 of the file.
    row : int
        Its data row, from 0.

    Returns
    -------
    str
        Of the finding that the label becomes.
    """
    return derived_uid("label", sha256, row)


def imported_uid(sha256: str, series_uid: str, number: int) -> str:
    """The UID of a finding of a file of boxes; two reviews that take it up have the same findings.

    Parameters
    ----------
    sha256 : str
        SHA-256 of the file, and of what was chosen of it.
    series_uid : str
        UID of the series that the finding is on.
    number : int
        Its place among the file's findings, from 0.

    Returns
    -------
    str
        Of the finding.
    """
    return derived_uid("imported", sha256, series_uid, number)


def annotation_uid(finding_id: str, kind: str, slice_name: str, frame: int) -> str:
    """The UID of what marks a finding on one slice, of which there is one of a kind at most.

    Parameters
    ----------
    finding_id : str
        UID of the finding.
    kind : str
        ``box`` or ``axes``.
    slice_name : str
        SOP Instance UID of the slice, or its file's name where it has none.
    frame : int
        Frame of the slice in its file.

    Returns
    -------
    str
        The same wherever the finding goes.
    """
    return derived_uid("annotation", finding_id, kind, slice_name, frame)
