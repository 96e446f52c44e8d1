"""Files whose labels, boxes or findings a review has taken up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.annotations.annotation import OfSeries
from lesion_viewer.review.events.event import Event, Target
from lesion_viewer.review.events.files import BoxesImported, Label, LabelsImported, ReviewImported
from lesion_viewer.review.events.tables import Tables
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.open_review.review_file import ReviewFile
from lesion_viewer.review.recist import Axes
from lesion_viewer.review.uids import imported_uid, label_uid, new_uid


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


@dataclass(frozen=True)
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

    @cached_property
    def by_id(self) -> Mapping[str, Label]:
        """Each label by the id of the finding that it becomes."""
        return {
            label_uid(self.sha256, row): Label(
                (uid, index), box, row, self.axes.get(row), self.types.get(row, "")
            )
            for row, (uid, index, box) in self.places.items()
        }

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
        event, tables = LabelsImported(name, self.sha256, self.by_id), Tables()
        return [event.apply(None, Target(i, 0, "", "", tables)) for i in event.labels]


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


class ImportedFiles:
    """Files in an open review, each imported at most once.

    Parameters
    ----------
    review : ReviewFile
        The open review.
    """

    def __init__(self, review: ReviewFile) -> None:
        self._review = review

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
        return self._review.state.imported_labels

    def label_rows(self) -> list[bytes]:
        """The records of the imported annotation file, byte for byte, its header first."""
        return self._review.journal.label_rows()

    def record_import(
        self,
        source: Source,
        *,
        labels: LabelRecords | None = None,
        findings: Sequence[Finding] = (),
        read: Sequence[tuple[str, int]] = (),
        boxes: Sequence[Finding] = (),
        once: str = "",
        drawn: Sequence[OfSeries] = (),
        report: bytes = b"",
    ) -> None:
        """Take up what a file holds, in one transaction; all but labels and boxes is one gesture.

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
        drawn : Sequence[OfSeries]
            Measurements of no finding; one whose UID is in the review replaces that one.
        report : bytes
            The file, where it is a report whose other content is to be kept; empty otherwise.

        Raises
        ------
        ReviewError
            Where the review holds the labels of another file, or cannot be written.
        """
        imported = self.imported_labels
        if labels is not None and imported is not None:
            raise ReviewError(f"{self._review.path}: already holds the labels of {imported[0]}")
        events: list[Event] = []
        if labels is not None:
            events.append(LabelsImported(source.name, labels.sha256, labels.by_id))
        if findings or read or drawn or report:
            own, places, seen = _by_id(findings), tuple(read), self._review.seen()
            event = ReviewImported(
                source.name, source.sha256, own, places, seen, tuple(drawn), report
            )
            events.append(event)
        if once:
            uids = [imported_uid(once, f.series_uid, n) for n, f in enumerate(boxes)]
            new = {uid: replace(f, id=uid) for uid, f in zip(uids, boxes, strict=True)}
            events.append(BoxesImported(source.name, once, new))
        if events:
            self._review.record(*events, label_rows=labels.records if labels is not None else ())

    def has_boxes_of(self, sha256: str) -> bool:
        """Whether a file was taken up that is taken once.

        Parameters
        ----------
        sha256 : str
            As ``record_import`` was given it.
        """
        return sha256 in self._review.state.imported_boxes

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

    def kept_reports(self) -> list[bytes]:
        """The reports of other programs that hold what the review could not take up, as files."""
        events = (one.event for one in self._review.state.files())
        return [one.report for one in events if isinstance(one, ReviewImported) and one.report]

    def imports(self) -> list[Import]:
        """Every file that was taken up, in their order; without those that were undone."""
        return [
            Import(one.at, one.reader, Source(*one.event.taken_file), tuple(one.event.findings))
            for one in self._review.state.files()
            if one.event.taken_file is not None
        ]


def _by_id(findings: Iterable[Finding]) -> dict[str, Finding]:
    by_id: dict[str, Finding] = {}
    for finding in findings:
        is_known = finding.id and finding.id not in by_id
        finding_id = finding.id if is_known else new_uid()
        by_id[finding_id] = replace(finding, id=finding_id)
    return by_id
