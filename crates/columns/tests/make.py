"""Writes the tables of this folder, as four other programs write them.

    pip install pyarrow pandas polars duckdb
    python3 make.py
"""

import datetime as dt
from decimal import Decimal

import duckdb
import pandas
import polars
import pyarrow as pa
import pyarrow.parquet as pq

moment = dt.datetime(2023, 10, 19, 12, 30)
arrow = pa.table(
    {
        "source": pa.array(["Wire", "Blog"]).dictionary_encode(),
        "value": pa.array([Decimal("48385000000.50"), Decimal("-0.05")], pa.decimal128(30, 2)),
        "share": pa.array([0.1, None], pa.float32()),
        "day": pa.array([moment.date(), None], pa.date32()),
        "marks": pa.array([["a", "b"], []], pa.list_(pa.string())),
        "moment": pa.array([moment, None], pa.timestamp("ns", "UTC")),
        "clock": pa.array([moment, None], pa.timestamp("us")),
        "count": pa.array([7, -7], pa.int16()),
        "odd": pa.array([{"x": 1}, None], pa.struct([("x", pa.int64())])),
    }
)
pq.write_table(arrow, "arrow.parquet", compression="zstd")
frame = pandas.DataFrame({"source": ["Wire", "Blog", "Blog"], "value": [48385000000.0, float("nan"), 0.1]})
frame.to_parquet("pandas.parquet")
polars.DataFrame({"source": ["Wire", "Blog"], "value": [1, 2]}).write_parquet("polars.parquet")
duckdb.sql(
    "COPY (SELECT * FROM (VALUES ('Wire', 1.50), ('Blog', 2.25)) t(source, value)) TO 'duckdb.parquet' (FORMAT parquet)"
)
