-- title: Kube Execs
-- description: The following query identifies Kubernetes exec usage.
-- suggestion: Eliminate usage of kube exec.
-- chart: {x: event_date, y: count, color: user}

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
    event_date
