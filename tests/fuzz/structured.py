"""Inputs that are well formed and say the strangest things, drawn by hypothesis."""

import json
import sqlite3
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from lesion_viewer.ct.dicom.header import Tag
from lesion_viewer.exchange.csv_records import quoted
from lesion_viewer.exchange.deeplesion.annotation_rows import COLUMNS
from lesion_viewer.exchange.tables.decision_columns import DECISION_COLUMNS
from lesion_viewer.exchange.tables.detections_csv import COLUMNS as DETECTION_COLUMNS
from lesion_viewer.exchange.tables.finding_rows import DICOM_COLUMNS
from lesion_viewer.review.journal.event_replay import CHANGING, CREATING

SHORTS = (0x00280002, 0x00280010, 0x00280011, *range(0x00280100, 0x00280104), 0x00280120)
SEQUENCES = (0x00041220, 0x00283000)

LABEL = {
    "File_name": "000001_01_01_109.png",
    "Bounding_boxes": "4.5, 4.5, 24.25, 24",
    "Slice_range": "1, 1",
}
TIME = "2024-01-01T00:00:00.000001+00:00"
BOX = {
    **{"source": "000001_01_01/109.png", "x1": "1", "y1": "2", "x2": "9", "y2": "9.5"},
    **{"score": "0.5", "model": "some 1", "model_sha256": "00ff"},
}
DECISION = {
    "Status": "corrected",
    "Decided_at": "2024-01-01T00:00:00+00:00",
    "Original_bounding_box": "4.5, 4.5, 25, 25",
}
NUMBER = st.one_of(
    st.floats().map(repr),
    st.integers().map(str),
    st.sampled_from(
        ["", " ", "1e308", "-1e308", "1_0", "9" * 5000, "1e999999", "0.5\\0.5", "1\\0\\0\\0\\1\\0"]
    ),
)
TEXT = st.one_of(st.text(max_size=20), NUMBER)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


@st.composite
def _dicom(draw: st.DrawFn) -> bytes:
    """A CT slice of whose elements up to four are something else."""
    values: dict[int, bytes] = {
        0x00080016: b"1.2.840.10008.5.1.4.1.1.2", 0x00080018: b"1.2.3", 0x00080060: b"CT",
        0x0020000D: b"1.2", 0x0020000E: b"1.3", 0x00200032: b"0\\0\\0",
        0x00200037: b"1\\0\\0\\0\\1\\0", 0x00280002: struct.pack("<H", 1),
        0x00280004: b"MONOCHROME2", 0x00280010: struct.pack("<H", 8),
        0x00280011: struct.pack("<H", 8), 0x00280030: b"0.5\\0.5",
        0x00280100: struct.pack("<H", 16), 0x00280101: struct.pack("<H", 16),
        0x00280102: struct.pack("<H", 15), 0x00280103: struct.pack("<H", 0),
        0x00281052: b"-1024", 0x00281053: b"1",
    }  # fmt: skip
    for _ in range(draw(st.integers(1, 4))):
        tag = int(draw(st.sampled_from(Tag)))
        if tag in SHORTS:
            values[tag] = struct.pack("<H", draw(st.integers(0, 0xFFFF)))
        else:
            values[tag] = draw(TEXT).encode("utf-8", "surrogatepass")
    elements = b"".join(_element(tag, value) for tag, value in sorted(values.items()))
    pixels = struct.pack("<HH2s2xI", 0x7FE0, 0x0010, b"OW", 128) + bytes(range(128))
    meta = _element(0x00020010, b"1.2.840.10008.1.2.1", b"UI")
    return bytes(128) + b"DICM" + meta + elements + pixels


def _element(tag: int, value: bytes, vr: bytes = b"LO") -> bytes:
    vr = b"US" if tag in SHORTS else b"SQ" if tag in SEQUENCES else vr
    value += b" " * (len(value) % 2)
    if vr == b"SQ":
        return struct.pack("<HH2s2xI", tag >> 16, tag & 0xFFFF, vr, 0)
    return struct.pack("<HH2sH", tag >> 16, tag & 0xFFFF, vr, len(value)) + value


def _rows(columns: tuple[str, ...], usual: dict[str, str]) -> st.SearchStrategy[bytes]:
    """A CSV in these columns, with any text in up to four cells of a row."""

    @st.composite
    def rows(draw: st.DrawFn) -> bytes:
        lines = [",".join(columns)]
        for _ in range(draw(st.integers(1, 3))):
            odd = draw(st.sets(st.sampled_from(columns), max_size=4))
            cells = {**usual, **{name: draw(TEXT) for name in odd}}
            lines.append(",".join(quoted(cells.get(name, "")) for name in columns))
        end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
        return end.join(lines).encode("utf-8", "surrogatepass")

    return rows()


def _card(card: dict[str, Any]) -> st.SearchStrategy[bytes]:
    """A card of which some entries are any JSON."""
    changes = st.dictionaries(st.sampled_from(sorted(card)), JSON, min_size=1, max_size=2)
    return changes.map(lambda changed: json.dumps({**card, **changed}).encode())


def _payload() -> st.SearchStrategy[dict[str, Any]]:
    keys = ("series", "slice", "box", "finding", "findings", "seen", "reason", "text", "is_read",
            "run", "origin", "proposed", "vanished", "name", "slices", "of", "event")  # fmt: skip
    usual = st.one_of(st.just("f1"), st.just("1.3"), st.just([1, 2, 3, 4]), st.just({}), JSON)
    return st.dictionaries(st.sampled_from(keys), usual, max_size=7)


def _events() -> st.SearchStrategy[list[tuple[str, Any]]]:
    kinds = st.sampled_from([*CREATING, *CHANGING, "swept", "run_begun", "undone", "redone", "x"])
    return st.lists(st.tuples(kinds, _payload()), min_size=1, max_size=4)


def _entry(usual: dict[str, Any]) -> st.SearchStrategy[Any]:
    """What a journal keeps in an entry beside its events, of which some fields are any JSON."""
    odd = st.dictionaries(st.sampled_from([*usual, "x"]), JSON, max_size=2)
    return st.one_of(odd.map(lambda changed: {**usual, **changed}), JSON)


def _journal(
    seed_journal: bytes, events: list[tuple[str, Any]], at: str, series: Any, view: Any
) -> bytes:
    """A journal with these events and entries in the place of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.review"
        path.write_bytes(seed_journal)
        connection = sqlite3.connect(path)
        connection.execute("DROP TRIGGER events_are_not_deleted")
        connection.execute("DELETE FROM events")
        connection.executemany(
            "INSERT INTO events(at, reader, kind, payload) VALUES (?, 'r', ?, ?)",
            [(at, k, json.dumps(p)) for k, p in events],
        )
        connection.execute("UPDATE series SET description = ?", (json.dumps(series),))
        connection.execute("INSERT INTO view VALUES (?, ?)", ("1.3", json.dumps(view)))
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return path.read_bytes()


def _journals(seed_journal: bytes) -> st.SearchStrategy[tuple[Any, ...]]:
    """Events, their time, and the entries of a series and of a view; most of them sound."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.review"
        path.write_bytes(seed_journal)
        connection = sqlite3.connect(path)
        (series,) = connection.execute("SELECT description FROM series").fetchone()
        connection.close()
    sound, view = json.loads(series), {"slice": 1, "window": [400, 40], "threshold": 0.5}
    return st.tuples(
        _events(),
        st.one_of(st.just(TIME), st.just(TIME), st.datetimes().map(str), TEXT),
        st.one_of(st.just(sound), st.just(sound), _entry(sound)),
        st.one_of(st.just(view), _entry(view)),
    )


def examples(seeds: Path, series_uid: str, count: int, number: int) -> Iterator[tuple[str, bytes]]:
    """About ``count`` inputs with their targets, the same ones for the same seed ``number``.

    ``series_uid`` is of a series that rows may speak of.
    """
    card = json.loads((seeds / "card/card").read_bytes())
    journal = (seeds / "journal/series").read_bytes()
    uid = {**LABEL, "Series_UID": series_uid, "Key_slice_index": "1"}
    for target, strategy, share in (
        ("dicom", _dicom(), 0.25),
        ("folder", _dicom(), 0.15),
        ("labels", _rows(COLUMNS, LABEL), 0.05),
        ("project", _rows(COLUMNS, LABEL), 0.1),
        ("predictions", _rows(DETECTION_COLUMNS, BOX), 0.05),
        ("labels", _rows((*COLUMNS, *DECISION_COLUMNS), {**LABEL, **DECISION}), 0.1),
        ("uids", _rows((*DICOM_COLUMNS, *DECISION_COLUMNS), {**uid, **DECISION}), 0.1),
        ("card", _card(card), 0.1),
    ):
        for data in _drawn(strategy, round(count * share), number):
            yield target, data
    for drawn in _drawn(_journals(journal), round(count * 0.1), number):
        yield "journal", _journal(journal, *drawn)


def _drawn(strategy: st.SearchStrategy[Any], count: int, number: int) -> list[Any]:
    drawn: list[Any] = []

    @seed(number)
    @settings(
        max_examples=max(count, 1), database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def draw(value: Any) -> None:
        drawn.append(value)

    draw()
    return drawn
