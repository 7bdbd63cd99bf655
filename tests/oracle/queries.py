"""The queries of the comparison, in Trino SQL, over the views of ``events``.

Each is one that both engines answer by the same rules once ``duck`` has corrected its
translation.  ``ORDERED`` give their rows in an order that the query settles; of the others
only which rows there are is compared.
"""

# ruff: noqa: E501 (one query, one line)
from __future__ import annotations

from collections.abc import Iterator

_VIEWS = ("exec", "session_start", "kube_request", "user_login", "session_command")
_TEXTS = {
    "exec": ("user", "login", "command", "proto"),
    "cert_create": ("identity_user", "identity_expires", "identity_client_ip"),
    "session_start": ("user", "sid", "server_id"),
    "db_session_start": ("user", "db_protocol", "db_user"),
    "kube_request": ("user", "verb", "request_path"),
}
_ARRAYS = {
    "exec": "access_requests", "session_start": "initial_command",
    "cert_create": "identity_roles", "session_command": "argv", "access_request_create": "roles",
}  # fmt: skip
_PATTERNS = ("%", "a%", "%a", "%a%", "_", "__", "%\n%", "a_b", "%:%:%", "CAT%", "%passwd%", "é%",
             "%é_", "100%", "", "% %")  # fmt: skip
_INTEGERS = {"kube_request": "response_code", "session_command": "return_code", "exec": "ei"}

# {view}: any view; {text}, {array}, {number}: a column of that kind.
_PER_VIEW = (
    "SELECT count(*) FROM {view}",
    "SELECT event_date, count(*) FROM {view} GROUP BY event_date",
    "SELECT user, count(*) AS n FROM {view} GROUP BY user HAVING count(*) > 3",
    "SELECT user, event_date, count(DISTINCT uid) FROM {view} GROUP BY 1, 2",
    "SELECT user, min(event_time), max(event_time), max(event_date) FROM {view} GROUP BY user",
    "SELECT date_trunc('day', event_time), count(*) FROM {view} GROUP BY 1",
    "SELECT date_trunc('week', event_date), count(*) FROM {view} GROUP BY date_trunc('week', event_date)",
    "SELECT hour(event_time), day_of_week(event_date), count(*) FROM {view} GROUP BY 1, 2",
    "SELECT uid FROM {view} WHERE event_date = DATE '2026-11-20' OR event_time > TIMESTAMP '2026-11-21 12:00:00.000'",
    "SELECT uid FROM {view} WHERE event_date BETWEEN DATE '2026-11-05' AND DATE '2026-11-09'",
    "SELECT uid, event_date - INTERVAL '7' DAY, event_time + INTERVAL '90' MINUTE FROM {view}",
    "SELECT uid, date_diff('day', event_time, TIMESTAMP '2026-11-22 00:00:00.000'), date_diff('hour', event_time, TIMESTAMP '2026-11-10 10:30:00.000') FROM {view}",
    "SELECT uid, year(event_date), month(event_date), day(event_date), week(event_date), day_of_year(event_date) FROM {view}",
    "SELECT user, row_number() OVER (PARTITION BY user ORDER BY uid) AS n, uid FROM {view}",
    "SELECT uid, lag(uid) OVER (ORDER BY uid), lead(uid, 2, 'none') OVER (ORDER BY uid DESC) FROM {view}",
    "SELECT event_date, count(*) AS n, sum(count(*)) OVER (ORDER BY event_date) FROM {view} GROUP BY event_date",
    "SELECT user, rank() OVER (ORDER BY count(*) DESC), dense_rank() OVER (ORDER BY count(*) DESC) FROM {view} GROUP BY user",
    "SELECT user, event_date, count(*), grouping(user, event_date) FROM {view} GROUP BY ROLLUP (user, event_date)",
    "SELECT user, event_date, count(*) FROM {view} GROUP BY CUBE (user, event_date)",
    "SELECT user, event_date, count(*) FROM {view} GROUP BY GROUPING SETS ((user), (event_date), ())",
    "SELECT * FROM (SELECT user, uid FROM {view}) AS t (who, what) WHERE who IS NOT NULL",
    "SELECT DISTINCT user, event_date FROM {view}",
    "SELECT user FROM {view} UNION SELECT identity_user FROM cert_create",
    "SELECT user FROM {view} INTERSECT SELECT identity_user FROM cert_create",
    "SELECT user FROM {view} EXCEPT SELECT user FROM db_session_start WHERE user LIKE 'a%'",
    "SELECT user FROM {view} INTERSECT ALL SELECT identity_user FROM cert_create",
    "SELECT user FROM {view} EXCEPT ALL SELECT user FROM db_session_start",
    "SELECT a.uid, b.uid FROM {view} a JOIN db_session_start b ON a.user = b.user AND a.event_date = b.event_date",
    "SELECT a.uid, b.uid FROM {view} a LEFT JOIN db_session_start b ON a.user = b.user AND a.event_date = b.event_date",
    "SELECT a.uid, b.uid FROM {view} a FULL JOIN db_session_start b ON a.user = b.user AND a.event_date = b.event_date",
    "SELECT uid FROM {view} WHERE user IN (SELECT user FROM db_session_start)",
    "SELECT uid FROM {view} WHERE user NOT IN (SELECT user FROM db_session_start WHERE user LIKE 'a%')",
    "SELECT uid FROM {view} WHERE user NOT IN (SELECT user FROM db_session_start)",
    "SELECT uid FROM {view} e WHERE EXISTS (SELECT 1 FROM db_session_start d WHERE d.user = e.user AND d.event_date > e.event_date)",
    "SELECT uid FROM {view} e WHERE event_time = (SELECT max(event_time) FROM {view} f WHERE f.user = e.user)",
    "SELECT uid FROM {view} WHERE event_time >= ALL (SELECT event_time FROM {view})",
    "SELECT uid FROM {view} WHERE event_date > ANY (SELECT event_date FROM db_session_start WHERE user = 'bob')",
    "WITH busy AS (SELECT user, count(*) AS n FROM {view} GROUP BY user), top AS (SELECT max(n) AS most FROM busy) SELECT user FROM busy, top WHERE n = most",
    "SELECT count_if(user = 'alice'), count(*) FILTER (WHERE user LIKE 'a%'), sum(CASE WHEN user IS NULL THEN 1 ELSE 0 END) FROM {view}",
    "SELECT bool_or(user = 'bob'), bool_and(user IS NOT NULL), count(DISTINCT user), approx_distinct(user) FROM {view}",
    "SELECT event_date, array_agg(uid ORDER BY uid DESC), listagg(uid, '; ') WITHIN GROUP (ORDER BY uid) FROM {view} GROUP BY event_date",
    "SELECT user, max_by(uid, event_time || '') FROM (SELECT user, uid, CAST(uid AS varchar) AS event_time FROM {view}) GROUP BY user",
    "SELECT if(user = 'alice', 1, 2), coalesce(user, 'none'), nullif(user, 'bob') FROM {view}",
    "SELECT CASE user WHEN 'alice' THEN 'a' WHEN NULL THEN 'b' ELSE 'c' END, count(*) FROM {view} GROUP BY 1",
    "SELECT greatest(user, uid), least(user, uid, 'b') FROM {view}",
    "SELECT uid FROM {view} WHERE user IS DISTINCT FROM 'alice' AND (user <> 'bob' OR user IS NULL)",
    "SELECT first_value(uid) OVER (PARTITION BY user ORDER BY uid ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING), last_value(uid) OVER (PARTITION BY user ORDER BY uid) FROM {view}",
    "SELECT uid, ntile(4) OVER (ORDER BY uid), cume_dist() OVER (ORDER BY event_date), percent_rank() OVER (ORDER BY event_date) FROM {view}",
    "SELECT uid, max(user) OVER (ORDER BY uid ROWS 3 PRECEDING), count(user) OVER (ORDER BY event_date GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM {view}",
    "SELECT uid, lag(user) IGNORE NULLS OVER (ORDER BY uid), first_value(user) IGNORE NULLS OVER (ORDER BY uid ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) FROM {view}",
    "SELECT a.event_date, x FROM {view} a CROSS JOIN (VALUES (1, 'a'), (2, NULL)) AS v (n, x) WHERE a.uid LIKE '%-00' || CAST(v.n AS varchar)",
)
_PER_TEXT = (
    "SELECT {text}, count(*) FROM {view} GROUP BY {text}",
    "SELECT min({text}), max({text}), count({text}), count(DISTINCT {text}) FROM {view}",
    "SELECT uid, length({text}), lower({text}), reverse({text}) FROM {view}",
    "SELECT uid, strpos({text}, 'a'), substr({text}, 2), substr({text}, 2, 3), replace({text}, 'a', 'b') FROM {view}",
    "SELECT uid, split({text}, ':'), split_part({text}, ':', 2), concat({text}, '-', {text}), {text} || 'x' FROM {view}",
    "SELECT uid, trim({text}), starts_with({text}, 'a'), lpad({text}, 5, '*'), rpad({text}, 5, '*') FROM {view}",
    "SELECT uid, regexp_like({text}, '[0-9]+'), NOT regexp_like({text}, '^[a-z]'), regexp_extract({text}, '([a-z]+)([0-9]*)', 1) FROM {view}",
    "SELECT uid, TRY_CAST({text} AS integer), TRY_CAST({text} AS double) FROM {view} WHERE {text} IN ('0', '1', '127', '12', 'x') OR {text} IS NULL",
    "SELECT uid FROM {view} WHERE {text} IN ('alice', 'root', 'GET', '') AND NOT ({text} = 'root')",
    "SELECT uid FROM {view} WHERE {text} BETWEEN '0' AND 'c' OR {text} > 'é'",
)
_PER_ARRAY = (
    "SELECT uid, cardinality({array}), element_at({array}, 1), element_at({array}, -1), element_at({array}, 9) FROM {view}",
    "SELECT uid FROM {view} WHERE contains({array}, 'admin')",
    "SELECT uid FROM {view} WHERE NOT contains({array}, 'admin')",
    "SELECT uid, any_match({array}, x -> x = 'admin'), all_match({array}, x -> x <> 'editor'), none_match({array}, x -> x LIKE 'a%') FROM {view}",
    "SELECT uid, filter({array}, x -> x <> 'admin'), transform({array}, x -> upper(x)) FROM {view}",
    "SELECT uid, x FROM {view} CROSS JOIN UNNEST({array}) AS t (x)",
    "SELECT uid, x, n FROM {view} CROSS JOIN UNNEST({array}) WITH ORDINALITY AS t (x, n)",
    "SELECT x, count(*), count(DISTINCT uid) FROM {view}, UNNEST({array}) AS t (x) GROUP BY x",
    "SELECT {array}, count(*) FROM {view} GROUP BY {array}",
    "SELECT DISTINCT {array} FROM {view}",
    "SELECT uid FROM {view} WHERE {array} IS NULL OR cardinality({array}) = 0",
    "SELECT uid FROM {view} WHERE cardinality({array}) > 1 AND {array}[1] = 'admin'",
    "SELECT uid, array_join({array}, ','), array_join({array}, ',', '?') FROM {view}",
    "SELECT uid, {array} || ARRAY['x'], slice({array}, 1, 2) FROM {view}",
    "SELECT uid FROM {view} WHERE {array} = ARRAY['admin'] OR {array} = ARRAY['editor', 'admin']",
)
_PER_NUMBER = (
    "SELECT {number}, count(*) FROM {view} GROUP BY {number}",
    "SELECT sum({number}), avg({number}), min({number}), max({number}), count({number}) FROM {view}",
    "SELECT uid, {number} / 2, {number} % 7, CAST({number} AS double) / 3, CAST({number} AS bigint) * 3 FROM {view}",
    "SELECT uid FROM {view} WHERE {number} BETWEEN 1 AND 403 OR {number} < -1",
    "SELECT uid, CASE WHEN {number} >= 400 THEN 'bad' WHEN {number} IS NULL THEN 'none' ELSE 'good' END FROM {view}",
    "SELECT event_date, sum({number}) FILTER (WHERE {number} > 0), stddev(CAST({number} AS double)), var_pop(CAST({number} AS double)) FROM {view} WHERE {number} < 1000 GROUP BY event_date",
    "SELECT uid, sum(CAST({number} AS bigint)) OVER (ORDER BY uid ROWS BETWEEN 2 PRECEDING AND CURRENT ROW), avg(CAST({number} AS double)) OVER (PARTITION BY event_date) FROM {view}",
    "SELECT uid, {number} * 1.5, {number} + 0.25, abs(CAST({number} AS bigint)), round(CAST({number} AS double) / 3, 2) FROM {view}",
    "SELECT uid, CAST({number} AS varchar), CAST({number} AS decimal(12, 2)), floor(CAST({number} AS double) / 2), ceil(CAST({number} AS double) / 2) FROM {view}",
    "SELECT min_by(uid, {number}), max_by(uid, {number}) FROM {view} WHERE {number} IN (404, -2147483648) AND uid LIKE '%1'",
)
_SINGLE = (
    "SELECT uid FROM cert_create WHERE from_iso8601_timestamp(identity_expires) - from_iso8601_timestamp(time) > INTERVAL '1' DAY",
    "SELECT uid, date_diff('hour', from_iso8601_timestamp(time), from_iso8601_timestamp(identity_expires)) FROM cert_create WHERE identity_expires LIKE '2026%'",
    "SELECT a.id, a.uid, r.uid FROM access_request_create a, access_request_review r WHERE a.id = r.id",
    "SELECT a.user, count(r.id) FROM access_request_create a LEFT JOIN access_request_review r ON a.id = r.id GROUP BY a.user",
    "SELECT uid, resource_ids[1].kind FROM access_request_create WHERE cardinality(resource_ids) > 0",
    "SELECT uid FROM access_request_create WHERE any_match(resource_ids, r -> r.kind = 'node')",
    "SELECT uid, transform(members, m -> m.member_name) FROM access_list_member_create",
    "WITH RECURSIVE days (d) AS (SELECT DATE '2026-11-01' UNION ALL SELECT d + INTERVAL '1' DAY FROM days WHERE d < DATE '2026-11-09') SELECT d, count(e.uid) FROM days LEFT JOIN exec e ON e.event_date = d GROUP BY d",
    "SELECT user, map_agg(uid, event_date) FROM user_login WHERE uid LIKE '%1' GROUP BY user",
    "SELECT sid, count(*) FROM session_start s JOIN exec e USING (sid) GROUP BY sid",
    "SELECT uid FROM exec WHERE (user, login) IN (('alice', 'root'), ('bob', 'ubuntu'))",
    "SELECT uid FROM exec WHERE user IS NOT NULL AND (user, event_date) IN (SELECT user, event_date FROM kube_request WHERE user IS NOT NULL)",
    "SELECT user, success, count(*) FROM user_login GROUP BY user, success",
    "SELECT uid FROM user_login WHERE success",
    "SELECT uid FROM user_login WHERE NOT success OR success IS NULL",
    "SELECT user, cardinality(array_distinct(flatten(array_agg(filter(coalesce(access_requests, ARRAY[]), x -> x IS NOT NULL))))) FROM exec GROUP BY user",
    "SELECT uid, reduce(access_requests, 0, (s, x) -> s + length(coalesce(x, '')), s -> s) FROM exec",
    "SELECT user, histogram(login) FROM exec GROUP BY user",
)
PAIRS = (
    # DuckDB gives a row as one value, which its query takes apart itself.
    (
        "SELECT uid, r.kind, r.name FROM access_request_create CROSS JOIN UNNEST(resource_ids) AS r (cluster, kind, name, sub_resource)",
        "SELECT uid, r.r.kind, r.r.name FROM access_request_create, UNNEST(resource_ids) AS r (r)",
    ),
    (
        "SELECT kind, count(*) FROM access_request_create CROSS JOIN UNNEST(resource_ids) AS r (cluster, kind, name, sub_resource) GROUP BY kind",
        "SELECT r.r.kind, count(*) FROM access_request_create, UNNEST(resource_ids) AS r (r) GROUP BY 1",
    ),
    # Two arrays side by side: the shorter is filled up with NULLs.
    (
        "SELECT uid, a, b FROM exec CROSS JOIN UNNEST(access_requests, kubernetes_groups) AS t (a, b)",
        "SELECT uid, unnest(access_requests), unnest(kubernetes_groups) FROM exec",
    ),
    (
        "SELECT uid, reverse(argv) FROM session_command",
        "SELECT uid, list_reverse(argv) FROM session_command",
    ),
    (
        "SELECT uid, array_sort(argv), array_max(filter(argv, x -> x IS NOT NULL)) FROM session_command",
        "SELECT uid, list_sort(argv, 'ASC', 'NULLS LAST'), list_max(argv) FROM session_command",
    ),
    # DuckDB's sequence of dates is one of timestamps.
    (
        "SELECT t.d, count(e.uid) FROM UNNEST(sequence(DATE '2026-11-01', DATE '2026-11-22', INTERVAL '1' DAY)) AS t (d) LEFT JOIN exec e ON e.event_date = t.d GROUP BY t.d",
        "SELECT t.d, count(e.uid) FROM (SELECT CAST(unnest(generate_series(DATE '2026-11-01', DATE '2026-11-22', INTERVAL 1 DAY)) AS DATE) AS d) t LEFT JOIN exec e ON e.event_date = t.d GROUP BY t.d",
    ),
    # DuckDB's list_distinct drops NULLs and keeps no order.
    (
        "SELECT uid, array_sort(array_distinct(filter(argv, x -> x IS NOT NULL))), arrays_overlap(filter(argv, x -> x IS NOT NULL), ARRAY['admin', 'é']) FROM session_command",
        "SELECT uid, list_sort(list_distinct(argv)), list_has_any(list_filter(argv, lambda x: x IS NOT NULL), ['admin', 'é']) FROM session_command",
    ),
)
ORDERED = (
    "SELECT user, uid FROM exec ORDER BY user, uid",
    "SELECT user, uid FROM exec ORDER BY user DESC, uid DESC",
    "SELECT user, uid FROM exec ORDER BY user NULLS FIRST, uid",
    "SELECT user, uid FROM exec ORDER BY user DESC NULLS FIRST, uid",
    "SELECT event_date, user, count(*) AS n FROM kube_request GROUP BY 1, 2 ORDER BY n DESC, event_date, user",
    "SELECT uid FROM session_start ORDER BY event_time DESC, uid LIMIT 7",
    "SELECT uid FROM session_start ORDER BY event_time, uid OFFSET 5 LIMIT 7",
    "SELECT uid FROM session_start ORDER BY length(uid), uid FETCH FIRST 3 ROWS ONLY",
    "SELECT upper(command) AS c, uid FROM exec ORDER BY c, uid",
    "SELECT user, max(event_time) FROM user_login GROUP BY user ORDER BY max(event_time) DESC, user",
    "SELECT DISTINCT user FROM exec ORDER BY user",
    "SELECT user FROM exec UNION ALL SELECT user FROM kube_request ORDER BY 1 LIMIT 50",
    "SELECT success, uid FROM user_login ORDER BY success DESC, uid",
    "SELECT response_code, uid FROM kube_request ORDER BY response_code DESC, uid",
    "SELECT access_requests[1], uid FROM exec WHERE cardinality(access_requests) > 0 ORDER BY 1, 2",
    "SELECT CAST(response_code AS double) / 7, uid FROM kube_request ORDER BY 1, 2",
)


def unordered() -> Iterator[str]:
    """Every query of which only the rows are compared, not their order."""
    for query in _PER_VIEW:
        yield from (query.format(view=view) for view in _VIEWS)
    for view, columns in _TEXTS.items():
        for column in columns:
            yield from (query.format(view=view, text=column) for query in _PER_TEXT)
    for pattern in _PATTERNS:
        literal = pattern.replace("'", "''")
        for column in ("command", "user"):
            yield f"SELECT uid, {column} LIKE '{literal}', {column} NOT LIKE '{literal}' FROM exec"
    for view, column in _ARRAYS.items():
        yield from (query.format(view=view, array=column) for query in _PER_ARRAY)
    for view, column in _INTEGERS.items():
        yield from (query.format(view=view, number=column) for query in _PER_NUMBER)
    yield from _SINGLE
