"""Parquet files, which the host itself never reads: columns of a file → tensors, and tensors → a file.

    ParquetSession  `read` and `write` in the place of a model's methods
    Reader          one file, batch after batch
"""

import os
import re
import sys

from .datatypes import BYTES
from .errors import INPUT_DOES_NOT_FIT, INVALID_PARAMS, LOAD_FAILED, RunnerError, clean_text
from .parquet_columns import Kind, unreadable
from .session import Session, limit, request_parameters

COLUMN_LIMIT = 8192
NAME_LIMIT = 1000
# More categories are texts.
CATEGORY_LIMIT = 10_000
CATEGORY_BYTES = 1 << 20
LARGEST_EXACT = 1 << 53
# What pandas calls an index without a name.
INDEX = re.compile(r"__index_level_\d+__\Z")


class ParquetSession(Session):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        for name in ("predict", "fit", "finetune", "export"):
            self._methods.pop(name)
        self._methods["read"] = self._answer_read
        self._methods["write"] = self._answer_write
        self._methods["metadata"] = self._answer_facts

    def _load(self, config):
        prepare()
        if config.get("mode") == "write":
            from .parquet_writer import Writer

            return Writer()
        return Reader(self._package)

    def _description(self, config, load_ms):
        return {
            "name": "parquet",
            "platform": "pyarrow_parquet",
            "extensions": ["binary_tensor_data", "null_values"],
            "inputs": [],
            "outputs": self._model.description,
            "runtime": "pyarrow {}, Python {}.{}.{}".format(sys.modules["pyarrow"].__version__, *sys.version_info[:3]),
            "load_ms": load_ms,
        }

    def _answer_facts(self, params, _):
        columns = self._model.chosen(request_parameters(params).get("columns"))
        return {**self._hello, "outputs": [self._model.facts(column) for column in columns]}, ()

    def _answer_read(self, params, _):
        parameters = request_parameters(params)
        rows = limit(parameters, "rows", 1)
        room = limit(parameters, "limit", self._channel.blob_limit)
        outputs, blobs = self._model.read(self._model.chosen(parameters.get("columns")), rows, room)
        return {"model_name": "parquet", "outputs": outputs}, blobs

    def _answer_write(self, params, blob):
        described = params.get("inputs")
        data = self._model.write(described, blob) if described else self._model.finish()
        parameters = {"binary_data_size": len(data)}
        tensor = {"name": "file", "datatype": "UINT8", "shape": [len(data)], "parameters": parameters}
        return {"model_name": "parquet", "outputs": [tensor]}, (data,)


def prepare():
    """Imports what is needed, with one thread and without an allocator that keeps what was freed."""
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
    try:
        import pyarrow
        import pyarrow.compute
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise RunnerError(LOAD_FAILED, f"pyarrow cannot be imported: {clean_text(str(error), 200)}") from None
    pyarrow.set_cpu_count(1)
    pyarrow.set_io_thread_count(1)


class Reader:
    def __init__(self, path):
        import pyarrow
        import pyarrow.compute
        import pyarrow.parquet

        self._arrow, self._compute = pyarrow, pyarrow.compute
        self._path = path
        try:
            file = self._open()
            schema = file.schema_arrow
            rows = file.metadata.num_rows
        except BaseException as error:
            raise unreadable(error) from None
        if rows == 0:
            raise RunnerError(LOAD_FAILED, "it has no rows")
        self.columns = [Kind(field, pyarrow) for field in schema if not INDEX.match(field.name)]
        if not self.columns:
            raise RunnerError(LOAD_FAILED, "it has no columns")
        if len(self.columns) > COLUMN_LIMIT:
            raise RunnerError(LOAD_FAILED, f"it has {len(self.columns)} columns; at most {COLUMN_LIMIT} are read")
        for column in self.columns:
            if len(column.name.encode("utf-8", "replace")) > NAME_LIMIT:
                raise RunnerError(LOAD_FAILED, f"it has a column with a name of more than {NAME_LIMIT} bytes")
        self._batches = None
        self._pending = []
        self._pending_rows = 0
        self._rows_read = 0

    def _open(self):
        # Read in pieces: a column of a row group as a whole may be larger than memory.
        return self._arrow.parquet.ParquetFile(
            self._path, buffer_size=1 << 20, pre_buffer=False, page_checksum_verification=True
        )

    @property
    def description(self):
        return [column.description for column in self.columns]

    def chosen(self, places):
        """The columns that are asked for, by their places."""
        known = range(len(self.columns))
        if not isinstance(places, list) or not places or not all(type(n) is int and n in known for n in places):
            raise RunnerError(INVALID_PARAMS, "columns must be a list of places of columns")
        return [self.columns[place] for place in places]

    def facts(self, column):
        """What only its values tell: whether whole numbers lack some, and which categories there are."""
        try:
            if column.is_whole and self._may_lack_values(column):
                self._look_for_missing(column)
            elif column.is_category:
                self._look_for_categories(column)
        except BaseException as error:
            raise unreadable(error, column.name) from None
        return column.description

    def _may_lack_values(self, column):
        metadata = self._open().metadata
        for group in range(metadata.num_row_groups):
            for place in range(metadata.num_columns):
                chunk = metadata.row_group(group).column(place)
                if chunk.path_in_schema == column.name:
                    statistics = chunk.statistics
                    if statistics is None or not statistics.has_null_count or statistics.null_count:
                        return True
        return False

    def _look_for_missing(self, column):
        """Whole numbers of which some are missing are floating-point, unless that would change them."""
        lacks = large = False
        for array in self._arrays(column):
            lacks = lacks or array.null_count > 0
            bounds = self._compute.min_max(array).as_py()
            extremes = [abs(bound) for bound in bounds.values() if bound is not None]
            large = large or max(extremes, default=0) > LARGEST_EXACT
        if lacks and not large:
            column.datatype = "FP64"

    def _look_for_categories(self, column):
        found, size = {}, 0
        for array in self._arrays(column):
            for name in array.dictionary.to_pylist():
                if name is None or name in found:
                    continue
                found[name] = True
                size += len(name)
                if len(found) > CATEGORY_LIMIT or size > CATEGORY_BYTES:
                    column.content_type = "str"
                    return
        column.categories = list(found)

    def _arrays(self, column):
        for batch in self._open().iter_batches(65536, columns=[column.name], use_threads=False):
            yield batch.column(batch.schema.get_field_index(column.name))

    def read(self, columns, rows, room):
        """The next rows, as many as there are up to `rows`; none after the last one."""
        try:
            if self._batches is None:
                names = [column.name for column in columns]
                self._batches = self._open().iter_batches(min(rows, 65536), columns=names, use_threads=False)
            while self._pending_rows < rows:
                batch = next(self._batches, None)
                if batch is None:
                    break
                if batch.num_rows:
                    self._pending.append(batch)
                    self._pending_rows += batch.num_rows
            batches = self._taken(min(rows, self._pending_rows))
        except BaseException as error:
            raise unreadable(error, place=f" after row {self._rows_read}" if self._rows_read else "") from None
        outputs, blobs, size = [], [], 0
        for place, column in enumerate(columns):
            try:
                arrays = [batch.column(batch.schema.get_field_index(column.name)) for batch in batches]
                pieces = column.wire(arrays, self._compute)
            except RunnerError:
                raise
            except BaseException as error:
                raise unreadable(error, column.name) from None
            size += sum(map(len, pieces))
            if size > room:
                raise RunnerError(INPUT_DOES_NOT_FIT, f"{rows} of its rows have more than {room >> 20} MiB")
            add(outputs, blobs, str(place), column, sum(map(len, arrays)), pieces)
        self._rows_read += sum(batch.num_rows for batch in batches)
        return outputs, blobs

    def _taken(self, rows):
        taken = []
        while rows:
            batch = self._pending[0]
            if batch.num_rows > rows:
                self._pending[0] = batch.slice(rows)
                batch = batch.slice(0, rows)
            else:
                del self._pending[0]
            taken.append(batch)
            rows -= batch.num_rows
            self._pending_rows -= batch.num_rows
        return taken


def add(outputs, blobs, name, column, rows, pieces):
    values, valid = pieces
    parameters = {"binary_data_size": len(values)}
    if column.datatype == BYTES:
        parameters["content_type"] = column.content_type
    outputs.append({"name": name, "datatype": column.datatype, "shape": [rows], "parameters": parameters})
    blobs.append(values)
    if valid:
        parameters = {"valid_for": name, "binary_data_size": len(valid)}
        outputs.append({"name": name + ".valid", "datatype": "BOOL", "shape": [rows], "parameters": parameters})
        blobs.append(valid)
