"""LesaNet's tags of DeepLesion: what reports say of a lesion, and LesaNet's own split."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lesion_viewer.errors import TrainingError

PARTS = {"train": "train", "val": "validation", "test": "test"}
"""The file's names of a split's parts, and ours."""


@dataclass(frozen=True, slots=True)
class Tags:
    """What LesaNet knows of rows of the full DL_info.csv, counted from 0.

    Attributes
    ----------
    parts : row -> ``train``, ``validation`` or ``test``
    rows : tag -> rows to which it certainly applies
    """

    parts: Mapping[int, str]
    rows: Mapping[str, frozenset[int]]

    def counts(self, tag: str) -> dict[str, int]:
        """Lesions with a tag in each part."""
        of_tag = [self.parts[row] for row in self.rows_of(tag)]
        return {part: of_tag.count(part) for part in PARTS.values()}

    def rows_of(self, tag: str) -> frozenset[int]:
        """Rows with a tag.

        Raises
        ------
        TrainingError
            For a tag that there is not.
        """
        if tag not in self.rows:
            raise TrainingError(f"LesaNet has no tag '{tag}'; see term_list in its file")
        return self.rows[tag]


def read_tags(path: Path) -> Tags:
    """The tags in LesaNet's ``text_mined_labels_171_and_split.json``.

    Tags that the file calls uncertain or irrelevant are left out, as in the paper.

    Raises
    ------
    TrainingError
        Where the file cannot be read or is another one.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return _tags(entries)
    except OSError as error:
        raise TrainingError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise TrainingError(f"{path} does not hold LesaNet's tags and split: {error!r}") from error


def _tags(entries: Mapping[str, Any]) -> Tags:
    parts: dict[int, str] = {}
    rows: dict[str, set[int]] = {term: set() for term in entries["term_list"]}
    for theirs, ours in PARTS.items():
        of_part = entries[f"{theirs}_lesion_idxs"]
        parts |= dict.fromkeys(of_part, ours)
        for row, numbers in zip(of_part, entries[f"{theirs}_relevant_labels"], strict=True):
            for number in numbers:
                rows[entries["term_list"][number]].add(row)
    return Tags(parts, {tag: frozenset(of_tag) for tag, of_tag in rows.items()})
