-- title: Privileged Postgres sessions
-- description: >-
--   The following query identifies privileged PostgreSQL sessions initiated by the
--   'postgres' user.
-- suggestion: Downgrade database connections to less privileged database user.
-- chart: {x: event_date, y: count, color: user}

SELECT
	event_date,
	COUNT(*) AS count,
	user
FROM
    db_session_start
WHERE
    db_protocol='postgres' and db_user='postgres'
GROUP BY
    event_date,
    user
ORDER BY
    event_date
