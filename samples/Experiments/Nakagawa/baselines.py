# scikit-learn's detectors under the protocol of the anomaly table: baselines.py DATA > baselines.csv
# Stratified halves, training on the normal rows of the first, min-max scaled by them; flagged is what exceeds the percentile of the test scores. Detectors that grow
# with the square of the rows see at most MOST rows, drawn at random. Needs numpy and scikit-learn.
import csv
import gzip
import sys
import numpy as np
import sklearn
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors
from sklearn.svm import OneClassSVM

MOST = 10_000
CATEGORIES = [1, 2, 3, 6, 11, 20, 21]
folder = sys.argv[1]


def labelled(name):
    table = np.loadtxt(gzip.open(f"{folder}/{name}.csv.gz", "rt"), delimiter=",", skiprows=1)
    return table[:, :-1], table[:, -1] == 1


def kddcup():
    rows = list(csv.reader(gzip.open(f"{folder}/kddcup99_10pct.csv.gz", "rt")))
    columns = list(zip(*rows))
    blocks = [np.array(columns[c], np.float32)[:, None] for c in range(41) if c not in CATEGORIES]
    for c in CATEGORIES:
        values, index = np.unique(columns[c], return_inverse=True)
        blocks.append(np.eye(len(values), dtype=np.float32)[index])
    return np.hstack(blocks), np.array(columns[41]) == "normal."


def reverse(x, normal, rng):
    attacks = rng.permutation(np.flatnonzero(~normal))[: -(-normal.sum() // 4)]
    rows = np.concatenate([np.flatnonzero(normal), attacks])
    return x[rows], ~normal[rows]


def halves(anomalous, rng):
    train, test = [], []
    for kind in (False, True):
        rows = rng.permutation(np.flatnonzero(anomalous == kind))
        test.append(rows[: len(rows) // 2])
        if not kind:
            train = rows[len(rows) // 2:]
    return train, np.concatenate(test)


def scores(train, test, seed, rng, large):
    some = train[rng.permutation(len(train))[:MOST]]
    yield "isolation forest", -IsolationForest(random_state=seed).fit(train).score_samples(test)
    pca = PCA(0.9, svd_solver="full").fit(train)
    yield "PCA", ((test - pca.inverse_transform(pca.transform(test))) ** 2).sum(1)
    yield "one-class SVM", -OneClassSVM(nu=0.1, gamma="scale").fit(some).score_samples(test)
    if not large:
        yield "5 nearest neighbours", NearestNeighbors(n_neighbors=5).fit(some).kneighbors(test)[0][:, -1]
        yield "local outlier factor", -LocalOutlierFactor(n_neighbors=20, novelty=True).fit(some).score_samples(test)


def judge(scores, anomalous, share):
    flagged = scores > np.percentile(scores, 100 * (1 - share))
    hits = (flagged & anomalous).sum()
    return hits / max(1, flagged.sum()), hits / anomalous.sum(), 2 * hits / (flagged.sum() + anomalous.sum())


print(f"# scikit-learn {sklearn.__version__}, numpy {np.__version__}")
print("set,detector,seeds,precision,recall,f1,f1_sd")
kdd = None
for name, share, seeds in (("thyroid", 0.025, 20), ("arrhythmia", 0.15, 20), ("kddcup", 0.2, 3), ("rev", 0.2, 3)):
    large = name in ("kddcup", "rev")
    if large and kdd is None:
        kdd = kddcup()
    found = {}
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        x, anomalous = labelled(name) if not large else kdd if name == "kddcup" else reverse(*kdd, rng)
        train, test = halves(anomalous, rng)
        low, span = x[train].min(0), np.ptp(x[train], 0)
        span[span <= 0] = 1
        for detector, s in scores((x[train] - low) / span, (x[test] - low) / span, seed, rng, large):
            found.setdefault(detector, []).append(judge(s, anomalous[test], share))
    for detector, values in found.items():
        mean, sd = np.mean(values, 0), np.std([v[2] for v in values], ddof=1)
        print(f"{name},{detector},{seeds},{mean[0]:.4f},{mean[1]:.4f},{mean[2]:.4f},{sd:.4f}", flush=True)
