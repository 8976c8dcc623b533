#!/usr/bin/env python3
"""A whole job of a peer of `compare jobs`: jobs.py DETECTOR FILE COLUMNS POSITIVE STEPS LIMIT
reads a CSV (COLUMNS: file of its names, or - for a header; POSITIVE: label of an anomaly, or - for 1), learns from a random half of the normal rows, scores the other half and as many
anomalies, saves; prints seconds, processor seconds, AUROC, average precision. LIMIT: processor seconds after which it is ended. DETECTOR: torch | forest | knn | lof."""
import pickle
import resource
import sys
import tempfile
import time

BEGAN = time.time()
import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score

detector, path, columns, positive, steps, limit = sys.argv[1:7]
resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit)))
MOST_CATEGORIES = 50


def table():
    names = None if columns == "-" else open(columns).read().replace(",", "\n").split()
    frame = pd.read_csv(path, header=None if names else 0, names=names)
    labels = frame.pop("label").astype(str).isin([positive] if positive != "-" else ["1", "1.0"]).to_numpy()
    for name in frame.columns[frame.dtypes == object]:
        kept = frame[name].value_counts().index[:MOST_CATEGORIES]
        frame[name] = frame[name].where(frame[name].isin(kept), "(rare)")
    rows = pd.get_dummies(frame).to_numpy(np.float32)
    return rows[:, rows.std(0) > 0], labels


def halves(rows, labels):
    random = np.random.RandomState(1)
    normal, anomalous = (random.permutation(np.flatnonzero(labels == kind)) for kind in (False, True))
    test = np.concatenate([normal[:len(normal) // 2], anomalous[:len(anomalous) // 2]])
    train = rows[normal[len(normal) // 2:]]
    deviation = train.std(0)
    deviation[deviation == 0] = 1
    mean = train.mean(0)
    return (train - mean) / deviation, (rows[test] - mean) / deviation, labels[test]


def torch_scores(train, test, file):
    import torch
    from torch import nn
    torch.manual_seed(1)
    m, n = train.shape[1], min(train.shape[1], 32)

    def mlp(*sizes):
        layers = [layer for a, b in zip(sizes, sizes[1:]) for layer in (nn.Linear(a, b), nn.Tanh())]
        return nn.Sequential(*layers[:-1])

    encoder, decoder, log_variance = mlp(m, 256, 256, 2 * n), mlp(n, 256, 256, m), nn.Parameter(torch.zeros(m))
    parameters = [*encoder.parameters(), *decoder.parameters(), log_variance]
    optimizer = torch.optim.Adam(parameters, 2e-3, foreach=True)

    def terms(x, draws):
        mean, spread = encoder(x).chunk(2, -1)
        spread = spread.clamp(-20, 20)
        distortion = 0
        for _ in range(draws):
            z = mean + torch.exp(0.5 * spread) * torch.randn_like(mean)
            distortion = distortion + 0.5 * ((x - decoder(z)) ** 2 * torch.exp(-log_variance) + log_variance).sum(-1) / draws
        return distortion + 0.5 * (mean * mean + spread.exp() - 1 - spread).sum(-1)

    order = np.random.RandomState(2).permutation(len(train))
    held = torch.from_numpy(train[order[:len(train) // 5]])
    x, step = torch.from_numpy(train[order[len(train) // 5:]]), 0
    while step < int(steps):
        shuffled = torch.randperm(len(x))
        for i in range(0, len(x), 128):
            optimizer.zero_grad(set_to_none=True)
            terms(x[shuffled[i:i + 128]], 1).mean().backward()
            nn.utils.clip_grad_norm_(parameters, 10)
            with torch.no_grad():
                optimizer.step()
                log_variance.clamp_(min=-7)
            step += 1
            if step == int(steps):
                break
    with torch.inference_mode():
        def scores(rows):
            return torch.cat([terms(part, 8) for part in rows.split(1024)]).numpy()
        threshold = np.quantile(scores(held), 0.95)
        result = scores(torch.from_numpy(test))
        torch.save((encoder, decoder, log_variance, threshold), file)
    return result


def sklearn_scores(train, test, file):
    from sklearn.ensemble import IsolationForest
    from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors
    if detector == "knn":
        model = NearestNeighbors(n_neighbors=5).fit(train)
        result = model.kneighbors(test)[0][:, -1]
    else:
        model = IsolationForest(random_state=1) if detector == "forest" else LocalOutlierFactor(n_neighbors=20, novelty=True)
        result = -model.fit(train).score_samples(test)
    pickle.dump(model, file)
    return result


train, test, labels = halves(*table())
with tempfile.TemporaryFile() as file:
    scores = np.nan_to_num((torch_scores if detector == "torch" else sklearn_scores)(train, test, file), posinf=3e38)
used = resource.getrusage(resource.RUSAGE_SELF)
print(f"{time.time() - BEGAN:.2f} {used.ru_utime + used.ru_stime:.2f} {roc_auc_score(labels, scores):.4f} {average_precision_score(labels, scores):.4f}")
