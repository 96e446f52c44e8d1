"""Inputs that are well formed and say the strangest things, drawn by hypothesis."""

import json
import sqlite3
import struct
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from seeds import BOXES

from lesion_viewer.ct.dicom.header import Tag
from lesion_viewer.exchange.box_files import coco_reading
from lesion_viewer.exchange.csv_records import quoted
from lesion_viewer.exchange.deeplesion.annotation_rows import COLUMNS
from lesion_viewer.exchange.tables.decision_columns import DECISION_COLUMNS
from lesion_viewer.exchange.tables.detections_csv import COLUMNS as DETECTION_COLUMNS
from lesion_viewer.exchange.tables.finding_rows import DICOM_COLUMNS
from lesion_viewer.review.events.kinds import KINDS

SHORTS = (0x00280002, 0x00280010, 0x00280011, *range(0x00280100, 0x00280104), 0x00280120)
SEQUENCES = (0x00041220, 0x00283000, 0x00283010)

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


NUMBERS = st.lists(st.one_of(st.integers(-9, 99), st.floats()), min_size=4, max_size=4)
PLAIN = (
    (("file", "x1", "y1", "x2", "y2", "label"), (LABEL["File_name"], "1", "2", "9,5", "9", "a")),
    (("image", "x", "y", "w", "h", "score"), (LABEL["File_name"], "1", "2", "9.5", "9", ".5")),
    (("path", "bbox", "id"), (LABEL["File_name"], "[1, 2, 9, 9]", "7")),
)


@st.composite
def _dicom(draw: st.DrawFn) -> bytes:
    """A CT slice of whose elements up to four are something else, of any beginning."""
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
    mark = bytes(128) + b"DICM"
    return draw(st.sampled_from([mark + meta, mark, meta, b""])) + elements + pixels


def _element(tag: int, value: bytes, vr: bytes = b"LO") -> bytes:
    vr = b"US" if tag in SHORTS else b"SQ" if tag in SEQUENCES else vr
    value += b" " * (len(value) % 2)
    if vr == b"SQ":
        return struct.pack("<HH2s2xI", tag >> 16, tag & 0xFFFF, vr, 0)
    return struct.pack("<HH2sH", tag >> 16, tag & 0xFFFF, vr, len(value)) + value


REFERENCE = st.one_of(
    st.sampled_from(
        ["image.raw", "../outside/secret", "away/secret", "/etc/passwd", "LIST", "LIST 2", "LOCAL",
         "local", "%s", "image%d.raw 1 1 1", "-", "/dev/zero", "", " ", "./image.raw", "..", "."]
    ),
    st.text(max_size=12),
)  # fmt: skip
SIGN = st.sampled_from([" = ", "=", ": ", ":", ":=", " : ", " == ", "\t=\t", "", "\n", "\r"])
LINE_END = st.sampled_from([*["\n"] * 40, "\r\n", "\r", "\n\n", " \n", "\v\n", "\0\n"])


def _text_header(
    start: str, fields: dict[str, str], sign: str, names: tuple[str, ...]
) -> st.SearchStrategy[bytes]:
    """The header of a detached image that names its data in up to three ways.

    ``start`` is its first line, ``fields`` and ``sign`` are as the format wants them; ``names`` of
    the data are among those that no reader should take for one.
    """

    @st.composite
    def header(draw: st.DrawFn) -> bytes:
        text, odd = start, draw(st.sets(st.sampled_from(sorted(fields)), max_size=1))
        for name, value in fields.items():
            said = draw(TEXT) if name in odd else value
            text += f"{name}{sign}{said}{draw(LINE_END)}"
        for _ in range(draw(st.integers(1, 3))):
            name, own_sign = draw(st.sampled_from(names)), draw(st.one_of(st.just(sign), SIGN))
            text += f"{name}{own_sign}{draw(REFERENCE)}{draw(LINE_END)}"
        return text.encode("utf-8", "surrogatepass")

    return header()


NRRD_HEADERS = _text_header(
    "NRRD0004\n",
    {"type": "int16", "dimension": "3", "sizes": "16 16 3", "endian": "little", "content": "x",
     "encoding": "raw", "spacings": "1 1 2"},
    ": ",
    ("data file", "datafile", "Data File", "data  file", "data\tfile", "content", "# data file"),
)  # fmt: skip
META_HEADERS = _text_header(
    "",
    {"ObjectType": "Image", "NDims": "3", "BinaryData": "True", "Comment": "x",
     "DimSize": "16 16 3", "ElementSpacing": "1 1 2", "ElementType": "MET_SHORT"},
    " = ",
    ("ElementDataFile", "ElementDataFile", "elementdatafile", "ElementDataFile ", "Comment"),
)  # fmt: skip


def _rows(columns: Sequence[str], usual: dict[str, str]) -> st.SearchStrategy[bytes]:
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


@st.composite
def _plain(draw: st.DrawFn) -> bytes:
    """A plain table between any delimiters, with any text in some of its cells."""
    names, usual = draw(st.sampled_from(PLAIN))
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    lines = [delimiter.join(names)]
    for _ in range(draw(st.integers(1, 3))):
        odd = draw(st.dictionaries(st.integers(0, len(names) - 1), TEXT, max_size=2))
        cells = [odd.get(n, cell) for n, cell in enumerate(usual)]
        lines.append(delimiter.join(map(quoted, cells)))
    text = "\n".join(lines)
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16"]))
    return text.encode(encoding, "surrogatepass")


@st.composite
def _coco(draw: st.DrawFn) -> bytes:
    """COCO of which some entries of an image and of annotations are any JSON."""
    image = {"id": 1, "file_name": "000001_01_01/109.png", "width": 32, "height": 32}
    box = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 8, 9.5]}
    keys = (
        "id",
        "image_id",
        "bbox",
        "segmentation",
        "attributes",
        "category_id",
        coco_reading.DECISION,
    )
    odd = st.dictionaries(st.sampled_from(keys), st.one_of(NUMBERS, JSON), max_size=2)
    annotations = [{**box, **draw(odd)} for _ in range(draw(st.integers(1, 3)))]
    changed = draw(st.dictionaries(st.sampled_from(sorted(image)), JSON, max_size=1))
    content: dict[str, Any] = {"images": [image, {**image, **changed}], "annotations": annotations}
    more = st.sampled_from(["categories", "rejected_annotations", coco_reading.SOURCE, "info"])
    content |= draw(st.dictionaries(more, JSON, max_size=2))
    if draw(st.booleans()):
        content[coco_reading.SOURCE] = {"images": [image], "annotations": [box]}
    return json.dumps(content).encode()


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
    kinds = st.sampled_from([*KINDS, "x"])
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
        ("dicom", _dicom(), 0.2),
        ("folder", _dicom(), 0.1),
        ("nhdr", NRRD_HEADERS, 0.05),
        ("mhd", META_HEADERS, 0.05),
        ("labels", _rows(COLUMNS, LABEL), 0.05),
        ("project", _rows(COLUMNS, LABEL), 0.05),
        ("plain", _plain(), 0.1),
        ("tool", _coco(), 0.1),
        ("predictions", _rows(DETECTION_COLUMNS, BOX), 0.05),
        ("labels", _rows((*COLUMNS, *DECISION_COLUMNS), {**LABEL, **DECISION}), 0.05),
        ("uids", _rows((*DICOM_COLUMNS, *DECISION_COLUMNS), {**uid, **DECISION}), 0.1),
        ("boxes", _rows(BOXES.split(","), {"x1": "1", "y1": "2", "x2": "9", "y2": "9.5"}), 0.05),
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
