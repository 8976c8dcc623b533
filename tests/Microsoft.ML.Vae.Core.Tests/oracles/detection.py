"""detection.json: AUROC, average precision, F1, precision and recall from scikit-learn, with and without ties."""
import numpy
from sklearn import metrics

from numbers_of import shortest, single


def cases():
    rng = numpy.random.default_rng(11)
    found = []
    for rows, share, decimals in [(200, 0.1, None), (200, 0.3, 1), (50, 0.5, 0), (7, 0.3, None), (400, 0.02, 1)]:
        label = rng.uniform(size=rows) < share
        label[0], label[1] = True, False
        score = rng.standard_normal(rows) + 1.2 * label
        score = single(score if decimals is None else numpy.round(score, decimals))
        flagged = score > 1
        order = numpy.argsort(-score, kind="stable")
        at_count = None
        if decimals is None:
            top = numpy.zeros(rows, bool)
            top[order[: label.sum()]] = True
            at_count = float(metrics.f1_score(label, top))
        found.append({
            "scores": shortest(score), "labels": label.tolist(), "flagged": flagged.tolist(), "auroc": float(metrics.roc_auc_score(label, score)),
            "average_precision": float(metrics.average_precision_score(label, score)), "f1_at_count": at_count,
            "precision": float(metrics.precision_score(label, flagged, zero_division=0)), "recall": float(metrics.recall_score(label, flagged)),
            "f1": float(metrics.f1_score(label, flagged)),
        })
    return found
