"""A Parquet table that grows by one whole file at a time, and is merged at the end of a run."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from lesion_viewer.errors import ExchangeError
from lesion_viewer.system.atomic_files import replaced_file

Row = Mapping[str, Any]
PART = ".parquet"
KEY = "key"
BLOCK = 200
ROWS_TOGETHER = 2048
"""Rows of a merged file that are read together: one row is found without reading all."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by their key: ``NAME.parquet``, and beside it in ``NAME/`` those that came since.

    A row is written whole or not at all, and replaces an older one of its key. Where a run is
    killed while tables are merged, rows lie in both places, and count once.

    Attributes
    ----------
    folder : Path
        Folder of the results.
    name : str
        Of the table.
    schema : pa.Schema
        Its columns; one is ``key``.
    order : tuple[str, ...]
        Columns by which merged rows are sorted.
    """

    folder: Path
    name: str
    schema: pa.Schema
    order: tuple[str, ...] = (KEY,)

    @property
    def file(self) -> Path:
        """The merged rows."""
        return self.folder / f"{self.name}{PART}"

    @property
    def parts(self) -> Path:
        """Folder of the rows that came since."""
        return self.folder / self.name

    def write(self, key: str, row: Row) -> None:
        """Write one row, whole or not at all.

        Parameters
        ----------
        key : str
            Name of the row, which is a name of a file.
        row : Row
            Its values but the key.

        Raises
        ------
        ExchangeError
            It cannot be written, as on a full disk.
        """
        written = pa.Table.from_pylist([{**row, KEY: key}], self.schema)
        try:
            with replaced_file(self.parts / f"{key}{PART}") as path:
                pq.write_table(written, path)
        except OSError as error:
            reason = error.strerror or error
            raise ExchangeError(f"{self.parts}: cannot be written: {reason}") from error

    def keys(self) -> set[str]:
        """The keys of all rows."""
        keys = {path.stem for path in self._new()}
        if self.file.exists():
            keys.update(self._read(self.file, [KEY])[KEY].to_pylist())
        return keys

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """All rows, the merged ones first.

        Parameters
        ----------
        columns : Sequence[str] | None
            Names of the columns that are wanted besides the key; all when left out.

        Returns
        -------
        pa.Table
            A row for each key.

        Raises
        ------
        ExchangeError
            A file cannot be read.
        """
        wanted = None if columns is None else list(dict.fromkeys((KEY, *columns)))
        new = list(self._read_new(wanted))
        tables = [*([self._read(self.file, wanted)] if self.file.exists() else []), *new]
        if not tables:
            names = wanted or self.schema.names
            return pa.schema([self.schema.field(name) for name in names]).empty_table()
        if len(tables) == 1:
            return tables[0]
        merged = pa.concat_tables(tables)
        latest = {key: place for place, key in enumerate(merged[KEY].to_pylist())}
        if len(latest) == len(merged):
            return merged
        return merged.take(sorted(latest.values()))

    def whole(self, keys: Collection[str], column: str, values: Sequence[str]) -> list[Row]:
        """Whole rows by their keys, without reading all others.

        Parameters
        ----------
        keys : Collection[str]
            Of the rows.
        column : str
            Of texts; the first of ``order`` is the quickest.
        values : Sequence[str]
            That those rows have there.

        Returns
        -------
        list[Row]
            Of those that there are, by column.

        Raises
        ------
        ExchangeError
            A file cannot be read.
        """
        new = [self._read(path, None) for path in self._new() if path.stem in keys]
        try:
            if self.file.exists():
                is_wanted = ds.field(column).isin(list(values))
                # Not as one file of a data set: folders beside it are no columns.
                new.insert(0, ds.dataset(self.file, partitioning=None).to_table(filter=is_wanted))
        except (OSError, pa.ArrowException) as error:
            raise ExchangeError(f"{self.file}: cannot be read: {error}") from error
        rows = {row[KEY]: row for table in new for row in table.to_pylist()}
        return [row for key, row in rows.items() if key in keys]

    def merge(self, wanted: Iterable[str]) -> None:
        """Put all rows into one file, sorted; rows of other keys are dropped.

        Parameters
        ----------
        wanted : Iterable[str]
            Keys of the rows that stay.

        Raises
        ------
        ExchangeError
            It cannot be written; nothing is lost then.
        """
        new = list(self._new())
        rows = self.read()
        kept = set(wanted)
        is_kept = [key in kept for key in rows[KEY].to_pylist()]
        if not new and all(is_kept) and self.file.exists():
            return
        rows = rows.filter(pa.array(is_kept, pa.bool_()))
        rows = rows.sort_by([(name, "ascending") for name in self.order])
        try:
            with replaced_file(self.file) as path:
                pq.write_table(rows.combine_chunks(), path, row_group_size=ROWS_TOGETHER)
            for path in new:
                path.unlink()
        except OSError as error:
            reason = error.strerror or error
            raise ExchangeError(f"{self.file}: cannot be written: {reason}") from error

    def _new(self) -> Iterator[Path]:
        if self.parts.is_dir():
            found = (p for p in self.parts.iterdir() if not p.name.startswith("."))
            yield from sorted(path for path in found if path.suffix == PART)

    def _read_new(self, columns: list[str] | None) -> Iterator[pa.Table]:
        """Rows that came since; a table of a single row takes thirty times its memory."""
        paths = list(self._new())
        for first in range(0, len(paths), BLOCK):
            block = [self._read(path, columns) for path in paths[first : first + BLOCK]]
            yield pa.concat_tables(block).combine_chunks()

    def _read(self, path: Path, columns: list[str] | None) -> pa.Table:
        try:
            # Not as one file of a data set: folders beside it are no columns.
            return pq.ParquetFile(path).read(columns).cast(self._part_of(columns))
        except (OSError, pa.ArrowException) as error:
            raise ExchangeError(f"{path}: cannot be read: {error}") from error
        except ValueError as error:
            raise ExchangeError(
                f"{path}: its columns are not those that this version of the program writes"
            ) from error

    def _part_of(self, columns: list[str] | None) -> pa.Schema:
        if columns is None:
            return self.schema
        # Parquet gives columns in its own order.
        return pa.schema([field for field in self.schema if field.name in columns])
