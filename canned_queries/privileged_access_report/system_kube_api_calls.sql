-- title: System Kubernetes API calls
-- description: >-
--   The following query identifies Kubernetes API calls initiated by users in the
--   'system:master' group.
-- suggestion: >-
--   Don't use system:masters group for Kubernetes API calls, downgrade to view or edit
--   instead.
-- chart: {x: event_date, y: count, color: user}

SELECT
	event_date,
	COUNT(*) as count,
	user
FROM
    kube_request
WHERE
    CONTAINS(kubernetes_groups, 'system:masters')
GROUP BY
    event_date,
    user
ORDER BY
    event_date
