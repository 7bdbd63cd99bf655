-- title: Long-lived join tokens
-- description: >-
--   The following query identifies long-lived join tokens where the token expiration
--   time is greater than 1 day.
-- suggestion: >-
--   Use short-lived tokens to reduce risk of compromise or delegated joining when
--   possible.
-- chart: {x: event_date, y: count, color: node_name}

SELECT
    event_date,
    COUNT(*) as count,
    node_name,
    host_id
FROM
    instance_join
WHERE
    FROM_ISO8601_TIMESTAMP(token_expires) - FROM_ISO8601_TIMESTAMP(time) > INTERVAL '1' DAY
GROUP BY
    event_date,
    node_name,
    host_id
ORDER BY
    event_date
