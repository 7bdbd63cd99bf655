-- title: Root SSH sessions
-- description: The following query identifies SSH sessions initiated by the 'root' user.
-- suggestion: >-
--   Don’t use root for SSH sessions, downgrade access to users with sudo privileges
--   instead.
-- chart: {x: event_date, y: count, color: user}

SELECT
    event_date,
    COUNT(*) as count,
    user
FROM
    session_start
WHERE
    login='root'
GROUP BY
    event_date,
    user
ORDER BY
    event_date
