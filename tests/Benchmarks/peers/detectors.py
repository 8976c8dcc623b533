# Scores of scikit-learn's detectors: detectors.py FOLDER FEATURES SEED reads FOLDER/train and FOLDER/test, raw single-precision rows, and writes FOLDER/<detector>.scores.
# Each that measures distances runs on standardised and on min-max scaled rows. PyOD's detectors of these names are described by these.
import sys
import numpy as np
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors
from sklearn.svm import OneClassSVM

folder, features, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
MOST_SVM_ROWS = 5000  # its cost grows with the square of the rows


def rows(name):
    return np.fromfile(f"{folder}/{name}", np.float32).reshape(-1, features).astype(np.float64)


def save(name, scores):
    np.clip(scores, -3e38, 3e38).astype(np.float32).tofile(f"{folder}/{name}.scores")


def scalings(train, test):
    mean, deviation = train.mean(0), train.std(0)
    deviation[deviation <= 1e-6 * np.abs(mean)] = 1
    deviation[deviation == 0] = 1
    yield "std", (train - mean) / deviation, (test - mean) / deviation
    low, span = train.min(0), np.ptp(train, 0)
    span[span <= 0] = 1
    yield "minmax", (train - low) / span, (test - low) / span


for kind, train, test in scalings(rows("train"), rows("test")):
    nearest = NearestNeighbors(n_neighbors=min(5, len(train))).fit(train)
    save(f"knn-{kind}", nearest.kneighbors(test)[0][:, -1])
    save(f"lof-{kind}", -LocalOutlierFactor(n_neighbors=min(20, len(train) - 1), novelty=True).fit(train).score_samples(test))
    some = train[np.random.RandomState(0).permutation(len(train))[:MOST_SVM_ROWS]]
    save(f"svm-{kind}", -OneClassSVM(nu=0.1, gamma="scale").fit(some).score_samples(test))
    pca = PCA(svd_solver="full").fit(train)
    kept = pca.explained_variance_ > 1e-10
    codes = pca.transform(test)
    save(f"pca-mahalanobis-{kind}", (codes[:, kept] ** 2 / pca.explained_variance_[kept]).sum(1))
    count = 1 + np.searchsorted(np.cumsum(pca.explained_variance_ratio_), 0.9)
    save(f"pca-residual-{kind}", ((test - codes[:, :count] @ pca.components_[:count] - pca.mean_) ** 2).sum(1))
    if kind == "std":
        save("forest", -IsolationForest(random_state=seed).fit(train).score_samples(test))
