-- title: Long lived certificates
-- description: >-
--   The following query identifies long-lived certificates, where the certificate
--   expiration time is greater than 1 day.
-- suggestion: >-
--   Use short lived certificates less than a working day. Check out Machine ID to get
--   short lived certificates for your automation.
-- chart: {x: event_date, y: count, color: user}

SELECT DISTINCT
    event_date,
    COUNT(*) AS count,
    identity_user AS user
FROM
    cert_create
WHERE
    from_iso8601_timestamp(identity_expires) - from_iso8601_timestamp(time) > INTERVAL '1' DAY
GROUP BY
    event_date,
    identity_user
ORDER BY
    event_date
