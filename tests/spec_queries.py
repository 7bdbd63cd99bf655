"""The 16 queries of the Access Monitoring documentation, byte for byte.

Every one of them must run as it stands, tabs and trailing semicolons included.
``SPEC_QUERIES`` keeps the documentation's order: six examples of the query
editor, the nine sections of the Privileged Access Report, and the example of
the command line.  ``REPORT_QUERIES`` names the nine sections.
"""

from __future__ import annotations

ETC_PASSWD = """\
SELECT
  DISTINCT user
FROM
  exec
WHERE
  command LIKE '%/etc/passwd%';"""

UNIQUE_IPS = """\
SELECT
  event_date,
  identity_user AS user,
  COUNT(DISTINCT cert_create.identity_client_ip) AS unique_ip_count
FROM
  cert_create
GROUP BY
  event_date,
  identity_user
ORDER BY
  event_date;"""

SEVERAL_IPS = """\
SELECT * FROM (SELECT
  event_date,
  identity_user AS user,
  COUNT(DISTINCT cert_create.identity_client_ip) AS unique_ip_count
FROM
  cert_create
GROUP BY
  event_date,
  identity_user
ORDER BY
  event_date) AS data WHERE unique_ip_count > 1;"""

IPS_OF_ANNIE = """\
SELECT
  DISTINCT identity_client_ip
FROM
  cert_create
WHERE identity_user = 'admin-annie'"""

REQUESTS_AND_REVIEWS = """\
SELECT
  *
FROM
  access_request_create, access_request_review
WHERE
  access_request_create.id = access_request_review.id"""

REQUEST_DETAILS = """\
SELECT
  request.user, request.reason, request.roles, request.resource_ids, review.reviewer, review.state
FROM
  access_request_create as request, access_request_review as review
WHERE
  request.id = review.id"""

DATABASE_SESSIONS_WITH_WEAK_SECURITY = """\
SELECT
    event_date,
    count(*) as count,
    user
FROM
    db_session_start
WHERE
    CARDINALITY(access_requests) IS NULL
AND
    with_mfa IS NULL
AND
    impersonator IS NULL
AND
    trusted_device_device_id IS NULL
GROUP BY
    event_date,
    user
ORDER BY
    event_date"""

SSH_SESSIONS_WITH_WEAK_SECURITY = """\
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
    event_date"""

KUBERNETES_API_CALLS_WITH_WEAK_SECURITY = """\
SELECT
    event_date,
    count(*) as count,
    user
FROM
    kube_request
WHERE
    CARDINALITY(access_requests) IS NULL
AND
    with_mfa IS NULL
AND
    impersonator IS NULL
AND
    trusted_device_device_id IS NULL
GROUP BY
    event_date,
    user
ORDER BY
    event_date"""

PRIVILEGED_POSTGRES_SESSIONS = """\
SELECT
\tevent_date,
\tCOUNT(*) AS count,
\tuser
FROM
    db_session_start
WHERE
    db_protocol='postgres' and db_user='postgres'
GROUP BY
    event_date,
    user
ORDER BY
    event_date"""

KUBE_EXECS = """\
SELECT
    event_date,
    count(*) as count,
    user
FROM
    exec
WHERE
    proto='kube'
GROUP BY
    event_date,
    proto,
    user
ORDER BY
    event_date"""

LONG_LIVED_CERTIFICATES = """\
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
    event_date"""

LONG_LIVED_JOIN_TOKENS = """\
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
    event_date"""

ROOT_SSH_SESSIONS = """\
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
    event_date"""

SYSTEM_KUBERNETES_API_CALLS = """\
SELECT
\tevent_date,
\tCOUNT(*) as count,
\tuser
FROM
    kube_request
WHERE
    CONTAINS(kubernetes_groups, 'system:masters')
GROUP BY
    event_date,
    user
ORDER BY
    event_date"""

COMMAND_LINE_EXAMPLE = (
    "select event_time,identity_user from cert_create order by event_date limit 1;"
)

SPEC_QUERIES: dict[str, str] = {
    "etc_passwd": ETC_PASSWD,
    "unique_ips": UNIQUE_IPS,
    "several_ips": SEVERAL_IPS,
    "ips_of_annie": IPS_OF_ANNIE,
    "requests_and_reviews": REQUESTS_AND_REVIEWS,
    "request_details": REQUEST_DETAILS,
    "database_sessions_with_weak_security": DATABASE_SESSIONS_WITH_WEAK_SECURITY,
    "ssh_sessions_with_weak_security": SSH_SESSIONS_WITH_WEAK_SECURITY,
    "kubernetes_api_calls_with_weak_security": KUBERNETES_API_CALLS_WITH_WEAK_SECURITY,
    "privileged_postgres_sessions": PRIVILEGED_POSTGRES_SESSIONS,
    "kube_execs": KUBE_EXECS,
    "long_lived_certificates": LONG_LIVED_CERTIFICATES,
    "long_lived_join_tokens": LONG_LIVED_JOIN_TOKENS,
    "root_ssh_sessions": ROOT_SSH_SESSIONS,
    "system_kubernetes_api_calls": SYSTEM_KUBERNETES_API_CALLS,
    "command_line_example": COMMAND_LINE_EXAMPLE,
}

REPORT_QUERIES: tuple[str, ...] = (
    "database_sessions_with_weak_security",
    "ssh_sessions_with_weak_security",
    "kubernetes_api_calls_with_weak_security",
    "privileged_postgres_sessions",
    "kube_execs",
    "long_lived_certificates",
    "long_lived_join_tokens",
    "root_ssh_sessions",
    "system_kubernetes_api_calls",
)
