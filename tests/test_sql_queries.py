"""Whole queries: names, joins, grouping, order, set operations, subqueries, with Trino's answer.

Rows are compared as text, NULL as ``None``.
"""

# ruff: noqa: E501 (one row, one line)
from __future__ import annotations

import pytest
from sql_world import World

from datasette_access_monitoring.errors import QueryError

Rows = list[tuple[str | None, ...]]


@pytest.fixture(scope="module")
def world() -> World:
    world = World(":memory:")
    world.add("exec", "2026-11-20T10:00:00Z", user="a", command="cat /etc/passwd", proto="kube")
    world.add("exec", "2026-11-20T11:00:00.5Z", user="b", command="CAT /ETC/PASSWD", proto=None)
    world.add("exec", "2026-11-21T10:00:00Z", user="b", command="ls", proto="ssh")
    world.add("cert_create", "2026-11-20T10:00:00Z", identity_user="a", identity_client_ip="1")
    world.add("cert_create", "2026-11-20T12:00:00+02:00", identity_user="c")
    world.add("kube_request", "2026-11-21T10:00:00Z", user="b", kubernetes_groups=["x", "y"])
    world.add("user_login", "2026-11-21T10:00:00Z", user="b", success=1)
    world.add("user_login", "2026-11-21T10:00:00Z", user="c", success=0)
    world.add("user_login", "2026-11-21T10:00:00Z", user="d")
    for order in ({"kind": "node", "name": "n"}, {"name": "n", "kind": "node"}):
        world.add("access_request_create", "2026-11-21T10:00:00Z", resource_ids=[order])
    return world


ANSWERS: dict[str, tuple[str, Rows]] = {
    # order: NULLs last both ways, output names first, positions, expressions
    "nulls last ascending": (
        "SELECT proto FROM exec ORDER BY proto", [("kube",), ("ssh",), (None,)]),
    "nulls last descending": (
        "SELECT proto FROM exec ORDER BY proto DESC", [("ssh",), ("kube",), (None,)]),
    "nulls first when asked": (
        "SELECT proto FROM exec ORDER BY proto NULLS FIRST", [(None,), ("kube",), ("ssh",)]),
    "order by an alias that is also a column": (
        "SELECT command AS user FROM exec ORDER BY user",
        [("CAT /ETC/PASSWD",), ("cat /etc/passwd",), ("ls",)]),
    "order by an input column": (
        "SELECT command FROM exec ORDER BY event_time DESC, user LIMIT 1", [("ls",)]),
    "order by an expression over an alias": (
        "SELECT user u, count(*) FROM exec GROUP BY user ORDER BY u || 'x' DESC",
        [("b", "2"), ("a", "1")]),
    "order by position and by an aggregate": (
        "SELECT user, count(*) c FROM exec GROUP BY 1 ORDER BY 2 DESC, max(command)",
        [("b", "2"), ("a", "1")]),
    "order by a constant is no order": ("SELECT 1 AS x FROM exec ORDER BY x LIMIT 1", [("1",)]),
    "offset before limit": (
        "SELECT user FROM exec ORDER BY event_time OFFSET 1 LIMIT 1", [("b",)]),
    "fetch first": ("SELECT user FROM exec ORDER BY 1 FETCH FIRST 1 ROW ONLY", [("a",)]),
    "limit all": ("SELECT count(*) FROM exec LIMIT ALL", [("3",)]),
    # names
    "names in any case": ('SELECT USER, Exec.User, "user" FROM EXEC LIMIT 1', [("a", "a", "a")]),
    "a CTE named like a view": (
        "WITH exec AS (SELECT * FROM exec WHERE user = 'a') SELECT user FROM exec", [("a",)]),
    "a CTE sees those before it": (
        "WITH x(a, b) AS (SELECT 1, 2), y AS (SELECT a + b AS c FROM x) SELECT * FROM x, y",
        [("1", "2", "3")]),
    "an inner CTE hides an outer one": (
        "WITH x AS (SELECT 1 a) SELECT * FROM (WITH x AS (SELECT 2 a) SELECT a FROM x) CROSS JOIN x",
        [("2", "1")]),
    "column names of a subquery": (
        "SELECT t.b, t.a FROM (SELECT 1, 2) AS t(a, b)", [("2", "1")]),
    "an alias hides the view's name in a subquery": (
        "SELECT count(*) FROM exec AS e WHERE EXISTS (SELECT 1 FROM exec x WHERE x.user = e.user)",
        [("3",)]),
    # joins
    "comma join": (
        "SELECT e.user FROM exec e, kube_request k WHERE e.user = k.user", [("b",), ("b",)]),
    "inner join": (
        "SELECT identity_user FROM exec JOIN cert_create ON exec.user = identity_user", [("a",)]),
    "left join": (
        "SELECT c.identity_user, e.user FROM cert_create c LEFT JOIN exec e "
        "ON e.user = c.identity_user ORDER BY 1", [("a", "a"), ("c", None)]),
    "right join": (
        "SELECT e.user, c.identity_user FROM exec e RIGHT OUTER JOIN cert_create c "
        "ON e.user = c.identity_user ORDER BY 2", [("a", "a"), (None, "c")]),
    "full join": (
        "SELECT DISTINCT e.user, c.identity_user FROM exec e FULL JOIN cert_create c "
        "ON e.user = c.identity_user ORDER BY 1, 2", [("a", "a"), ("b", None), (None, "c")]),
    "cross join": ("SELECT count(*) FROM exec CROSS JOIN cert_create", [("6",)]),
    "join in parentheses": (
        "SELECT e.user FROM exec e LEFT JOIN (kube_request k JOIN cert_create c ON k.user = "
        "c.identity_user) ON k.user = e.user WHERE k.user IS NULL ORDER BY 1",
        [("a",), ("b",), ("b",)]),
    "join of joins": (
        "SELECT e.command FROM exec e JOIN kube_request k JOIN user_login l ON k.user = l.user "
        "ON e.user = k.user WHERE l.success ORDER BY 1", [("CAT /ETC/PASSWD",), ("ls",)]),
    # grouping
    "group by an expression": (
        "SELECT upper(user), count(*) FROM exec GROUP BY upper(user) ORDER BY 1",
        [("A", "1"), ("B", "2")]),
    "an expression over a group": (
        "SELECT user || '!', count(*) + 1 FROM exec GROUP BY user ORDER BY 1",
        [("a!", "2"), ("b!", "3")]),
    "a qualified name is the same group": (
        "SELECT exec.user FROM exec GROUP BY user ORDER BY 1", [("a",), ("b",)]),
    "having": (
        "SELECT user FROM exec GROUP BY user HAVING count(*) > 1 AND max(command) = 'ls'",
        [("b",)]),
    "an aggregate of nothing is one row": (
        "SELECT count(*), sum(1), max(user) FROM exec WHERE user = 'z'", [("0", None, None)]),
    "no group of nothing": ("SELECT count(*) FROM exec WHERE user = 'z' GROUP BY user", []),
    "group by a constant": (
        "SELECT 'x', count(*) FROM exec WHERE user = 'z' GROUP BY 1", []),
    "aggregates": (
        "SELECT count(proto), count(DISTINCT user), count_if(user = 'b'), bool_and(user = 'b'), "
        "bool_or(user = 'b'), every(user < 'c'), min(event_time), max(event_date), avg(2), sum(2) "
        "FROM exec",
        [("2", "2", "2", "false", "true", "true", "2026-11-20 10:00:00.000", "2026-11-21", "2.0",
          "6")]),
    "filter": (
        "SELECT count(*) FILTER (WHERE user = 'b'), arbitrary(user) FILTER (WHERE user = 'a') "
        "FROM exec", [("2", "a")]),
    "count_if of nothing is zero": ("SELECT count_if(true) FROM exec WHERE false", [("0",)]),
    "equal moments are one group": (
        "SELECT count(*) FROM cert_create GROUP BY from_iso8601_timestamp(time)", [("2",)]),
    "equal moments are not distinct": (
        "SELECT count(*) FROM (SELECT DISTINCT from_iso8601_timestamp(time) FROM cert_create)",
        [("1",)]),
    "count distinct moments": (
        "SELECT count(DISTINCT from_iso8601_timestamp(time)) FROM cert_create", [("1",)]),
    "equal rows in another order of keys are one group": (
        "SELECT count(*) FROM access_request_create GROUP BY resource_ids", [("2",)]),
    # subqueries
    "scalar subquery": ("SELECT (SELECT max(user) FROM exec)", [("b",)]),
    "scalar subquery of no row": ("SELECT (SELECT user FROM exec WHERE user = 'z')", [(None,)]),
    "correlated subquery": (
        "SELECT identity_user, (SELECT count(*) FROM exec WHERE user = identity_user) "
        "FROM cert_create ORDER BY 1", [("a", "1"), ("c", "0")]),
    "in a subquery": (
        "SELECT user FROM exec WHERE user IN (SELECT identity_user FROM cert_create)", [("a",)]),
    "not in a subquery with a NULL": (
        "SELECT user FROM exec WHERE user NOT IN (SELECT proto FROM exec)", []),
    "subquery in having": (
        "SELECT user FROM exec e GROUP BY user HAVING count(*) > "
        "(SELECT count(*) FROM cert_create c WHERE c.identity_user = e.user)", [("b",)]),
    # set operations
    "union": (
        "SELECT user FROM exec UNION SELECT identity_user FROM cert_create ORDER BY user DESC",
        [("c",), ("b",), ("a",)]),
    "union all": (
        "SELECT user FROM exec UNION ALL SELECT 'z' ORDER BY 1 DESC LIMIT 2", [("z",), ("b",)]),
    "intersect binds tighter": (
        "SELECT 1 UNION ALL SELECT 2 INTERSECT SELECT 2 ORDER BY 1", [("1",), ("2",)]),
    "except": (
        "SELECT user FROM exec EXCEPT SELECT identity_user FROM cert_create", [("b",)]),
    "operands keep their limits": (
        "(SELECT user FROM exec ORDER BY user DESC LIMIT 1) UNION ALL (SELECT 'z') ORDER BY 1",
        [("b",), ("z",)]),
    "a union takes the wider type": ("SELECT 1 UNION ALL SELECT 2E0 ORDER BY 1", [("1.0",), ("2.0",)]),
    # types in conditions
    "a boolean column is a condition": (
        "SELECT user FROM user_login WHERE success OR success IS NULL ORDER BY 1", [("b",), ("d",)]),
    "not of a boolean with NULL": ("SELECT user FROM user_login WHERE NOT success", [("c",)]),
    "a boolean is shown as one": (
        "SELECT success, CAST(success AS varchar) FROM user_login ORDER BY user",
        [("true", "true"), ("false", "false"), (None, None)]),
    "a date with a date": (
        "SELECT count(*) FROM exec WHERE event_date = DATE '2026-11-20'", [("2",)]),
    "a timestamp with now": (
        "SELECT count(*) FROM exec WHERE event_time > now() - INTERVAL '27' HOUR", [("1",)]),
    "a timestamp with a date": (
        "SELECT count(*) FROM exec WHERE event_time >= DATE '2026-11-21'", [("1",)]),
    "text order of ISO times": (
        "SELECT count(*) FROM exec WHERE time > '2026-11-20T11:00:00Z'", [("1",)]),
    "a moment in another zone": (
        "SELECT count(*) FROM cert_create WHERE from_iso8601_timestamp(time) = "
        "TIMESTAMP '2026-11-20 10:00:00 UTC'", [("2",)]),
    # what SQLite alone would do otherwise
    "a comment and semicolons": ("SELECT user /* ' */ FROM exec -- it's\n LIMIT 1;;", [("a",)]),
    "order by true is no position": (
        "SELECT user FROM exec WHERE user = 'a' ORDER BY true, INTERVAL '1' DAY", [("a",)]),
    "group by true is no position": ("SELECT count(*) FROM exec GROUP BY true", [("3",)]),
    "a CTE of which no column is read": (
        "WITH x AS (SELECT user FROM exec) SELECT 1, current_date FROM x LIMIT 1",
        [("1", "2026-11-22")]),
    "no FROM": ("SELECT 1 WHERE 1 = 2", []),
    "quotes in texts": ("SELECT 'it''s', '\"x\"', ':as_of_ms'", [("it's", '"x"', ":as_of_ms")]),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_a_query_gives_trinos_rows(world: World, name: str) -> None:
    query, rows = ANSWERS[name]
    assert world.texts(query) == rows


REFUSALS: dict[str, tuple[str, str]] = {
    "a view that is not there": (
        "SELECT * FROM certificate_create", "line 1:15: no view 'certificate_create'; did you mean cert_create?"),
    "a column that is not there": (
        "SELECT usr FROM exec", "line 1:8: Column 'usr' cannot be resolved; did you mean user?"),
    "a text in double quotes": (
        'SELECT 1 FROM exec WHERE user = "alice"',
        "line 1:33: Column 'alice' cannot be resolved; a text is written in single quotes: 'alice'"),
    "an alias in WHERE": (
        "SELECT user u FROM exec\nWHERE u = 'a'", "line 2:7: Column 'u' cannot be resolved"),
    "an alias in GROUP BY": (
        "SELECT upper(user) u FROM exec GROUP BY u", "line 1:41: Column 'u' cannot be resolved"),
    "an alias in HAVING": (
        "SELECT count(*) c FROM exec HAVING c > 1", "line 1:36: Column 'c' cannot be resolved"),
    "an ungrouped column": (
        "SELECT event_date, user, count(*) FROM exec GROUP BY user",
        "line 1:8: 'event_date' must be an aggregate expression or appear in GROUP BY clause"),
    "an ungrouped star": (
        "SELECT *, count(*) FROM exec", "line 1:8: '*' must be an aggregate expression"),
    "an ungrouped column in ORDER BY": (
        "SELECT user FROM exec GROUP BY user ORDER BY command", "line 1:46: 'command' must be"),
    "an ungrouped column in a subquery": (
        "SELECT count(*) FROM exec e GROUP BY user HAVING EXISTS "
        "(SELECT 1 FROM exec x WHERE x.command = e.command)", "'e.command' must be"),
    "an ambiguous column": (
        "SELECT user FROM exec, kube_request", "line 1:8: Column 'user' is ambiguous"),
    "an ambiguous output in ORDER BY": (
        "SELECT user, user FROM exec ORDER BY user", "line 1:38: Column 'user' is ambiguous"),
    "a date with a text": (
        "SELECT 1 FROM exec WHERE event_date = '2026-01-01'",
        "line 1:26: Cannot apply operator: date = varchar; a date is written DATE '2026-01-31'"),
    "a text with a number": (
        "SELECT 1 FROM user_login WHERE user = 403", "Cannot apply operator: varchar = integer"),
    "a boolean with a text": (
        "SELECT 1 FROM user_login WHERE success = 'true'", "Cannot apply operator: boolean = varchar"),
    "a text with a moment": (
        "SELECT 1 FROM exec WHERE time > now() - INTERVAL '1' DAY",
        "Cannot apply operator: varchar > timestamp(3) with time zone"),
    "a condition that is none": (
        "SELECT 1 FROM exec WHERE user", "WHERE clause must evaluate to a boolean: actual type varchar"),
    "an aggregate in WHERE": (
        "SELECT 1 FROM exec WHERE count(*) > 1", "WHERE clause cannot contain aggregations"),
    "an aggregate in GROUP BY": (
        "SELECT 1 FROM exec GROUP BY count(*)", "GROUP BY clause cannot contain aggregations"),
    "an aggregate in an aggregate": (
        "SELECT max(count(*)) FROM exec", "cannot contain aggregations"),
    "an aggregate of an outer column": (
        "SELECT (SELECT max(exec.user) FROM cert_create) FROM exec", "from outer scope not allowed"),
    "an output in an ORDER BY aggregate": (
        "SELECT max(user) m FROM exec ORDER BY max(m)", "Invalid reference to output projection"),
    "DISTINCT ordered by something else": (
        "SELECT DISTINCT user FROM exec ORDER BY command",
        "line 1:41: For SELECT DISTINCT, ORDER BY expressions must appear in select list"),
    "a position out of the list": (
        "SELECT user FROM exec ORDER BY 2", "line 1:32: ORDER BY position 2 is not in select list"),
    "a join beyond the comma": (
        "SELECT 1 FROM exec, kube_request k JOIN cert_create ON exec.user = identity_user",
        "Column 'exec.user' cannot be resolved: there is no exec in FROM"),
    "JOIN without ON": (
        "SELECT 1 FROM exec JOIN kube_request", "line 1:20: each JOIN needs its ON"),
    "an unknown function": (
        "SELECT cardinalty(x) FROM exec",
        "line 1:8: function cardinalty is not known here; did you mean cardinality?"),
    "a subquery of two columns": (
        "SELECT (SELECT 1, 2)", "Multiple columns returned by subquery are not yet supported. Found 2"),
    "unions of different widths": (
        "SELECT 1 UNION SELECT 1, 2", "UNION query has different number of fields: 1, 2"),
    "unions of different types": (
        "SELECT 1 UNION SELECT 'a'", "column 1 in UNION query has incompatible types: integer, varchar"),
    "a CTE twice": (
        "WITH a AS (SELECT 1), A AS (SELECT 2) SELECT 1", "WITH query name 'A' specified more than once"),
    "a list of names that does not fit": (
        "SELECT * FROM (SELECT 1) AS t(a, b)", "Column alias list has 2 entries but 't' has 1"),
    "a table that is no alias": (
        "SELECT exec.* FROM exec e", "line 1:8: Table 'exec' not found"),
    "IS TRUE": ("SELECT 1 FROM user_login WHERE success IS TRUE", "IS is followed by"),
    "a sample": ("SELECT 1 FROM exec TABLESAMPLE BERNOULLI (1)", "TABLESAMPLE: not supported yet"),
    "no columns": ("SELECT FROM exec", "SELECT needs at least one column"),
    "IN without a list": ("SELECT 1 FROM exec WHERE user IN", "IN needs a list of values"),
    "a lambda by itself": ("SELECT x -> 1", "line 1:8: -> outside of the arguments of a function"),
    "an array in brackets alone": ("SELECT [1]", "line 1:8: unexpected [; an array is written ARRAY"),
    "a limit of two numbers": ("SELECT user FROM exec LIMIT 5, 10", "line 1:30: LIMIT takes one number"),
    "a comma too many": ("SELECT user, FROM exec", "line 1:12: syntax error: nothing follows"),
    "ISNULL": ("SELECT user ISNULL FROM exec", "line 1:13: ISNULL is no Trino operator"),
    "a type of another language": ("SELECT CAST(1 AS bool)", "line 1:18: Unknown type: bool"),
    "an interval without quotes": ("SELECT INTERVAL 1 DAY", "line 1:17: the number of an interval"),
    "an alias in single quotes": ("SELECT user AS 'x' FROM exec", "line 1:16: a name is written"),
    "an alias in single quotes without AS": (
        "SELECT user 'x' FROM exec", "line 1:13: a name is written"),
    "an order inside another function": (
        "SELECT upper(user ORDER BY user) FROM exec", "line 1:8: upper is no aggregate function"),
    "CROSS JOIN with ON": (
        "SELECT 1 FROM exec CROSS JOIN kube_request ON true", "CROSS JOIN has no condition"),
    "nothing": ("  -- only this\n;", "the query is empty"),
    "a syntax error": ("SELECT a b c FROM exec", "line 1:12: syntax error near 'c'"),
    "an open quote": ("SELECT 'a", "line 1:8: unterminated string literal"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_a_query_is_refused_with_its_place(world: World, name: str) -> None:
    query, message = REFUSALS[name]
    with pytest.raises(QueryError) as caught:
        world.texts(query)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("SELECT 1, user, count(*) AS n, max(user) FROM exec GROUP BY user",
         ["_col0", "user", "n", "_col3"]),
        ('SELECT e.User, "user" AS "A b", USER FROM exec e', ["User", "A b", "USER"]),
        ("SELECT user FROM exec UNION SELECT 'x'", ["user"]),
        ("SELECT * FROM (SELECT 1, 2 AS b)", ["_col0", "b"]),
        ("SELECT x AS user, * FROM (SELECT 1 x, 2 x2)", ["user", "x", "x2"]),
    ],
)  # fmt: skip
def test_columns_have_trinos_names(world: World, query: str, names: list[str]) -> None:
    assert [column.name for column in world.run(query).columns] == names


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("1", "integer"), ("2147483648", "bigint"), ("1E0", "double"), ("'a'", "varchar"),
        ("true", "boolean"), ("1 + 2147483648", "bigint"), ("1 / 2E0", "double"),
        ("DATE '2026-01-01'", "date"), ("now()", "timestamp(3) with time zone"),
        ("TIMESTAMP '2026-01-01 00:00:00.000'", "timestamp(3)"),
        ("TIMESTAMP '2026-01-01 00:00:00'", "timestamp(0)"),
        ("now() - now()", "interval day to second"), ("INTERVAL '1' YEAR", "interval year to month"),
        ("count(*)", "bigint"), ("avg(1)", "double"), ("sum(1)", "bigint"), ("max(1)", "integer"),
        ("ARRAY['a']", "array(varchar)"), ("cardinality(ARRAY[1])", "bigint"),
        ("COALESCE(1, 2147483648)", "bigint"), ("CASE WHEN true THEN 1 END", "integer"),
        ("CAST(NULL AS date)", "date"), ("date_trunc('day', DATE '2026-01-01')", "date"),
    ],
)  # fmt: skip
def test_an_expression_has_trinos_type(world: World, expression: str, kind: str) -> None:
    assert str(world.run(f"SELECT {expression}").columns[0].type) == kind
