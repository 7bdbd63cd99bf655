"""Write a big synthetic log, in order of time: many demo clusters' months in one.

python benchmarks/make_log.py 50 > log.ndjson      # 50 clusters, about 4,200 events each
"""

import heapq
import json
import sys
from datetime import datetime, timezone

from datasette_access_monitoring.demo.generate import generate
from datasette_access_monitoring.events.times import parse_time

END = datetime(2026, 11, 22, 17, tzinfo=timezone.utc)


def main(clusters: int) -> None:
    months = (generate(seed, END, days=30) for seed in range(clusters))
    for event in heapq.merge(*months, key=lambda event: parse_time(event["time"])):
        sys.stdout.write(json.dumps(event, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
