"""Files whose labels, boxes or findings a review has taken up."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.journal.encoding import encode_axes, encode_box, encode_finding
from lesion_viewer.review.open_review.review_file import ReviewFile
from lesion_viewer.review.recist import Axes
from lesion_viewer.review.uids import imported_uid, label_uid, new_uid


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
        if imported is not None:
            raise ReviewError(f"{self.path}: already holds the labels of {imported[0]}")
        uids = {row: label_uid(sha256, row) for row in labels}
        findings = {
            uids[row]: [
                series_uid,
                slice_index,
                encode_box(box),
                row,
                *([encode_axes(axes[row])] if row in axes else ()),
            ]
            for row, (series_uid, slice_index, box) in labels.items()
        }
        typed = {uids[row]: types[row] for row in labels if types.get(row)}
        payload = {"name": name, "sha256": sha256, "findings": findings}
        payload |= {"types": typed} if typed else {}
        self._apply(self._journal.append_all(self.reader, [("labels_imported", payload)], rows))

    @property
    def imported_labels(self) -> tuple[str, str] | None:
        """Name and SHA-256 of the annotation file that was imported; None for none."""
        return self._state.imported_labels

    def label_rows(self) -> list[bytes]:
        """The records of the imported annotation file, byte for byte, its header first."""
        return self._journal.label_rows()

    def import_boxes(self, name: str, sha256: str, findings: Sequence[Finding]) -> bool:
        """Take up the findings of a file of boxes or of labels.

        Unlike the labels of ``import_labels``, an export writes them as rows of this review.

        Parameters
        ----------
        name : str
            Name of the file.
        sha256 : str
            SHA-256 of its content, and of what was chosen of it.
        findings : Sequence[Finding]
            All of them become new ones, with ids of their place in the file.

        Returns
        -------
        bool
            False where the file was taken up before, which changes nothing.
        """
        if sha256 in self._state.imported_boxes:
            return False
        encoded = {
            imported_uid(sha256, finding.series_uid, n): encode_finding(finding)
            for n, finding in enumerate(findings)
        }
        self._record("boxes_imported", {"name": name, "sha256": sha256, "findings": encoded})
        return True

    def has_boxes_of(self, sha256: str) -> bool:
        """Whether ``import_boxes`` has taken up a file.

        Parameters
        ----------
        sha256 : str
            As ``import_boxes`` was given it.
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
        encoded: dict[str, Any] = {}
        for finding in findings:
            is_known = finding.id and finding.id not in encoded
            encoded[finding.id if is_known else new_uid()] = encode_finding(finding)
        if encoded:
            payload = {"name": name, "findings": encoded, "seen": self._seen()}
            self._record("review_imported", payload)
