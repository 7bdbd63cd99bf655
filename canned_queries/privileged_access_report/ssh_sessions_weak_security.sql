-- title: SSH sessions with weak security
-- description: >-
--   The following query identifies SSH sessions with weak security, such as as sessions
--   with missing Access Requests, MFA, impersonation, and trusted device identification.
-- suggestion: Set up Access Requests, Device Trust and per-session MFA.
-- chart: {x: event_date, y: count, color: user}

SELECT
    event_date,
    count(*) as count,
    user
FROM
    session_start
WHERE
    CARDINALITY(access_requests) IS NULL
AND
    proto='ssh'
AND
    with_mfa IS NULL
AND
    impersonator IS NULL
AND
    trusted_device_device_id IS NULL
GROUP BY
    event_date,
    proto,
    user
ORDER BY
    event_date
