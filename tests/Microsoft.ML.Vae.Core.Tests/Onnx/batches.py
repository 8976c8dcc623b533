"""Runs the Spark snippet of docs/cluster.md on pandas batches: a line of JSON in, a line of JSON out."""
import json
import sys
import pandas as pd

for line in sys.stdin:
    request = json.loads(line)
    scope = {}
    exec(request["snippet"], scope)
    columns = request["columns"]
    rows = pd.DataFrame(request["rows"], columns=columns)
    rows["id"] = range(len(rows))
    batches = iter([rows.iloc[:5], rows.iloc[5:5], rows.iloc[5:]])
    scored = pd.concat(scope["score_batches"](request["model"], columns)(batches))
    print(json.dumps({name: [float(v) for v in scored[name]] for name in ["id", "score", "p_value", "is_anomaly"]}), flush=True)
