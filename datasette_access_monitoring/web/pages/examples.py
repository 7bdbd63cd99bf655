"""The example queries of Teleport's documentation of the Query Editor, as it has them."""

from __future__ import annotations

EXAMPLES: tuple[tuple[str, str], ...] = (
    (
        "Users who executed a command with /etc/passwd in it",
        "SELECT DISTINCT user\nFROM exec\nWHERE command LIKE '%/etc/passwd%'",
    ),
    (
        "How many addresses each user's certificates came from, by day",
        """SELECT
  event_date,
  identity_user AS user,
  COUNT(DISTINCT cert_create.identity_client_ip) AS unique_ip_count
FROM cert_create
GROUP BY event_date, identity_user
ORDER BY event_date""",
    ),
    (
        "Users who came from more than one address on a day",
        """SELECT * FROM (
  SELECT
    event_date,
    identity_user AS user,
    COUNT(DISTINCT cert_create.identity_client_ip) AS unique_ip_count
  FROM cert_create
  GROUP BY event_date, identity_user
  ORDER BY event_date
) AS data
WHERE unique_ip_count > 1""",
    ),
    (
        "The addresses that admin-annie came from",
        "SELECT DISTINCT identity_client_ip\nFROM cert_create\nWHERE identity_user = 'admin-annie'",
    ),
    (
        "Access Requests and their reviews",
        """SELECT *
FROM access_request_create, access_request_review
WHERE access_request_create.id = access_request_review.id""",
    ),
    (
        "Who asked for what and why, and who reviewed it",
        """SELECT
  request.user, request.reason, request.roles, request.resource_ids,
  review.reviewer, review.state
FROM access_request_create AS request, access_request_review AS review
WHERE request.id = review.id""",
    ),
)
"""Each with a sentence about it."""
