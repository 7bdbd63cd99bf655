"""What of Trino is refused, each with its reason: the list that the documentation shows.

A function or a form that is neither known nor listed here is refused too, as unknown.
"""

from __future__ import annotations

from collections.abc import Mapping

_ANEW = "its result is another one each time"
_SKETCH = "sketches have no place in SQLite"
_GEO = "there are no places in an audit log"

FUNCTIONS: Mapping[str, str] = {
    **dict.fromkeys(("random", "rand", "shuffle", "uuid"), _ANEW),
    **dict.fromkeys(
        ("approx_set", "merge", "empty_approx_set", "tdigest_agg", "qdigest_agg", "make_set_digest",
         "value_at_quantile", "values_at_quantiles", "numeric_histogram"), _SKETCH,
    ),
    **dict.fromkeys(
        ("st_point", "st_distance", "st_contains", "st_geometryfromtext", "great_circle_distance",
         "bing_tile", "geometry_union"), _GEO,
    ),
    **dict.fromkeys(("xxhash64", "murmur3", "spooky_hash_v2_64", "checksum"),
                    "its hash is not computed here"),
    "word_stem": "its dictionaries are not here",
    "reduce_agg": "use array_agg and reduce",
    "from_unixtime_nanos": "times are held to the millisecond",
    **dict.fromkeys(
        ("json_value", "json_query", "json_exists", "json_table", "json_object", "json_array"),
        "json_extract_scalar and json_extract read values, CAST(... AS json) makes them",
    ),
    **dict.fromkeys(("current_time", "localtime"), "there is no type time"),
    **dict.fromkeys(("current_user", "current_catalog", "current_schema"),
                    "there are no catalogs here, and users are in the events"),
}  # fmt: skip
"""Functions that Trino has, in lower case, and why they are not here."""

SYNTAX: Mapping[str, str] = {
    "statements other than queries": "DELETE FROM exec",
    "several statements": "SELECT 1; SELECT 2",
    "query parameters": "SELECT user FROM exec WHERE user = ?",
    "TABLESAMPLE": "SELECT user FROM exec TABLESAMPLE BERNOULLI (10)",
    "LATERAL": "SELECT * FROM exec e CROSS JOIN LATERAL (SELECT e.user) AS t (u)",
    "MATCH_RECOGNIZE": "SELECT * FROM exec MATCH_RECOGNIZE (PATTERN (a) DEFINE a AS true)",
    "table functions": "SELECT * FROM TABLE(sequence(1, 3))",
    "FOR VERSION AS OF and FOR TIMESTAMP AS OF": "SELECT * FROM exec FOR VERSION AS OF 1",
    "more than 64 grouping sets, and window functions beside several":
        "SELECT row_number() OVER () FROM exec GROUP BY ROLLUP (user)",
    "RANGE frames by months, years or decimals":
        "SELECT count(*) OVER (ORDER BY event_date RANGE INTERVAL '1' MONTH PRECEDING) FROM exec",
    "a subquery, a lambda or another TRY inside of TRY": "SELECT TRY((SELECT 1 / 0))",
    "typeof of a text that may have a length": "SELECT typeof(substr(user, 1)) FROM exec",
    "the types real, smallint, tinyint, char, time, uuid, and times more exact than milliseconds":
        "SELECT CAST(1 AS real)",
    "literals with U& and X in front": "SELECT X'41'",
    "wildcards and filters in JSON paths": "SELECT json_extract('{}', '$[*]')",
    "regexp_replace with a lambda": "SELECT regexp_replace('a', '(a)', x -> upper(x[1]))",
    "LISTAGG ... ON OVERFLOW":
        "SELECT listagg(user, ',' ON OVERFLOW ERROR) WITHIN GROUP (ORDER BY user) FROM exec",
}  # fmt: skip
"""Forms of the language, each with a query that is refused for it."""
