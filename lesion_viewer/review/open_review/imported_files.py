"""Files whose labels, boxes or findings a review has taken up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.finding import Finding, Origin, OriginKind
from lesion_viewer.review.journal.encoding import encode_axes, encode_box, encode_finding
from lesion_viewer.review.open_review.review_file import ReviewFile
from lesion_viewer.review.recist import Axes
from lesion_viewer.review.uids import imported_uid, label_uid, new_uid

Entry = tuple[str, dict[str, Any]]
"""Kind and payload of an event."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that a review took something from.

    Attributes
    ----------
    name : str
        Of the file, without folders.
    sha256 : str
        Of its content, in hexadecimal digits; empty where it is unknown.
    """

    name: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class LabelRecords:
    """An annotation file: its records verbatim, and which of them are labels.

    Attributes
    ----------
    sha256 : str
        Of the records, which names the file's labels.
    records : Sequence[bytes]
        With their line ends, the header first.
    places : Mapping[int, tuple[str, int, Box]]
        Data row, from 0 -> series UID, slice index, box.
    axes : Mapping[int, Axes]
        Data row -> RECIST axes, of the labels that have them.
    types : Mapping[int, str]
        Data row -> lesion type, of the labels that have one.
    """

    sha256: str
    records: Sequence[bytes] = field(repr=False)
    places: Mapping[int, tuple[str, int, Box]] = field(repr=False)
    axes: Mapping[int, Axes] = field(default_factory=dict, repr=False)
    types: Mapping[int, str] = field(default_factory=dict, repr=False)

    def findings(self, name: str) -> list[Finding]:
        """The findings that the labels become.

        Parameters
        ----------
        name : str
            Of the file.

        Returns
        -------
        list[Finding]
            Undecided, with their UIDs.
        """
        found = []
        for row, (series_uid, index, box) in self.places.items():
            axes = {index: self.axes[row]} if row in self.axes else {}
            label = Finding(
                label_uid(self.sha256, row),
                series_uid,
                Origin(OriginKind.LABEL, name, row=row),
                {index: box},
                {index: box},
                axes=axes,
                original_axes=axes,
                lesion_type=self.types.get(row, ""),
                original_type=self.types.get(row, ""),
            )
            found.append(label)
        return found


@dataclass(frozen=True, slots=True)
class Import:
    """That somebody took a file up.

    Attributes
    ----------
    at : str
        UTC, ISO 8601.
    importer : str
        Who did; the decisions in the file may be of others.
    source : Source
        The file.
    findings : tuple[str, ...]
        Ids of the findings that it brought or changed.
    """

    at: str
    importer: str
    source: Source
    findings: tuple[str, ...]


class ImportedFiles(ReviewFile):
    """An open review into which files are imported, each at most once."""

    def import_labels(
        self,
        name: str,
        sha256: str,
        rows: Iterable[bytes],
        labels: Mapping[int, tuple[str, int, Box]],
        axes: Mapping[int, Axes] = MappingProxyType({}),
        types: Mapping[int, str] = MappingProxyType({}),
    ) -> None:
        """Take up an annotation file: its records verbatim, and a finding for each label.

        Parameters
        ----------
        name : str
            Name of the file.
        sha256 : str
            SHA-256 of its content.
        rows : Iterable[bytes]
            Its records with their line ends, the header first.
        labels : Mapping[int, tuple[str, int, Box]]
            Data row, from 0 -> series UID, slice index, box.
        axes : Mapping[int, Axes]
            Data row -> RECIST axes, of the labels that have them.
        types : Mapping[int, str]
            Data row -> lesion type, of the labels that have one.

        Raises
        ------
        ReviewError
            Where another file was imported before; the same one again changes nothing.
        """
        imported = self.imported_labels
        if imported is not None and imported[1] == sha256:
            return
        labelled = LabelRecords(sha256, list(rows), labels, axes, types)
        self.record_import(Source(name, sha256), labels=labelled)

    @property
    def imported_labels(self) -> tuple[str, str] | None:
        """Name and SHA-256 of the annotation file that was imported; None for none."""
        return self._state.imported_labels

    def label_rows(self) -> list[bytes]:
        """The records of the imported annotation file, byte for byte, its header first."""
        return self._journal.label_rows()

    def record_import(
        self,
        source: Source,
        *,
        labels: LabelRecords | None = None,
        findings: Sequence[Finding] = (),
        read: Sequence[tuple[str, int]] = (),
        boxes: Sequence[Finding] = (),
        once: str = "",
    ) -> None:
        """Take up what a file holds, in one transaction; findings and marks are one gesture.

        Parameters
        ----------
        source : Source
            The file.
        labels : LabelRecords | None
            An annotation file, each of whose labels becomes a finding; an export gives its
            records back.
        findings : Sequence[Finding]
            One whose id is in the review replaces that finding; others become new ones, and keep
            their ids. One without an id, or with that of one before it, gets a new one.
        read : Sequence[tuple[str, int]]
            Series UID and index of slices that are marked as read in full.
        boxes : Sequence[Finding]
            Findings that become new ones, with ids of their place in the file; an export writes
            them as rows of this review.
        once : str
            What marks the file as taken, as ``has_boxes_of`` knows it; empty for no mark.

        Raises
        ------
        ReviewError
            Where the review holds the labels of another file, or cannot be written.
        """
        imported = self.imported_labels
        if labels is not None and imported is not None:
            raise ReviewError(f"{self.path}: already holds the labels of {imported[0]}")
        entries: list[Entry] = []
        if labels is not None:
            entries.append(("labels_imported", _labels_payload(source.name, labels)))
        if findings or read:
            payload = {"name": source.name, "sha256": source.sha256, "seen": self._seen()}
            marks = {"places": [list(place) for place in read], "is_read": True} if read else {}
            entries.append(("review_imported", {**payload, **_by_id(findings), **marks}))
        if once:
            new = {imported_uid(once, f.series_uid, n): f for n, f in enumerate(boxes)}
            encoded = {uid: encode_finding(finding) for uid, finding in new.items()}
            payload = {"name": source.name, "sha256": once, "findings": encoded}
            entries.append(("boxes_imported", payload))
        if entries:
            records = labels.records if labels is not None else ()
            self._apply(self._journal.append_all(self.reader, entries, records))

    def has_boxes_of(self, sha256: str) -> bool:
        """Whether a file was taken up that is taken once.

        Parameters
        ----------
        sha256 : str
            As ``record_import`` was given it.
        """
        return sha256 in self._state.imported_boxes

    def import_findings(self, name: str, findings: Sequence[Finding]) -> None:
        """Take up findings as they stand in a file, as one gesture.

        Parameters
        ----------
        name : str
            Name of the file.
        findings : Sequence[Finding]
            One whose id is in the review replaces that finding; others become new ones, and keep
            their ids. One without an id, or with that of one before it, gets a new one.
        """
        self.record_import(Source(name), findings=findings)

    def imports(self) -> list[Import]:
        """Every file that was taken up, in their order; without those that were undone."""
        return [
            Import(
                event.at,
                event.reader,
                Source(event.payload["name"], event.payload.get("sha256", "")),
                tuple(event.payload["findings"]),
            )
            for event in self._state.imports()
        ]


def _labels_payload(name: str, labels: LabelRecords) -> dict[str, Any]:
    uids = {row: label_uid(labels.sha256, row) for row in labels.places}
    findings = {
        uids[row]: [
            series_uid,
            slice_index,
            encode_box(box),
            row,
            *([encode_axes(labels.axes[row])] if row in labels.axes else ()),
        ]
        for row, (series_uid, slice_index, box) in labels.places.items()
    }
    typed = {uids[row]: labels.types[row] for row in labels.places if labels.types.get(row)}
    payload = {"name": name, "sha256": labels.sha256, "findings": findings}
    return payload | ({"types": typed} if typed else {})


def _by_id(findings: Iterable[Finding]) -> dict[str, Any]:
    encoded: dict[str, Any] = {}
    for finding in findings:
        is_known = finding.id and finding.id not in encoded
        encoded[finding.id if is_known else new_uid()] = encode_finding(finding)
    return {"findings": encoded}
