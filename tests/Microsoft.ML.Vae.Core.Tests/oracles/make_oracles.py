"""Writes the oracle files of Microsoft.ML.Vae.Core.Tests. Run: /usr/bin/python3 make_oracles.py (needs torch, numpy, scipy, scikit-learn).

training.json    A VAE re-stated in PyTorch (double): terms of the loss, every gradient by autograd, parameters after Adam steps.
closed_forms.json  KL, log prior, distortions and log-likelihoods (scipy), Gaussian densities, conformal p-values.
detection.json   AUROC, average precision, F1, precision and recall from scikit-learn, with and without ties.
"""
import json
import pathlib

import numpy
import scipy
import scipy.special
import scipy.stats
import sklearn
import torch
from sklearn import metrics

HERE = pathlib.Path(__file__).parent
VERSIONS = {"torch": torch.__version__, "numpy": numpy.__version__, "scipy": scipy.__version__, "sklearn": sklearn.__version__}
torch.set_default_dtype(torch.float64)

ACTIVATIONS = {
    "Linear": lambda x: x, "Tanh": torch.tanh, "Relu": torch.relu, "Softplus": torch.nn.functional.softplus, "Sigmoid": torch.sigmoid,
}


def single(array):
    """Rounded to float32, so that both sides start from the same numbers."""
    return numpy.asarray(array, dtype=numpy.float32).astype(numpy.float64)


def shortest(array):
    return [float(numpy.format_float_positional(numpy.float32(v), unique=True)) for v in numpy.ravel(array)]


class Vae:
    """Blocks are named and ordered as ParameterLayout orders them."""

    def __init__(self, case, rng):
        self.case = case
        m, n = case["features"], case["latents"]
        self.blocks = {}
        self.encoder = self.stack(rng, "encoder", m, case["encoder"], "posterior", 2 * n)
        self.decoder = self.stack(rng, "decoder", n, case["decoder"], "output", m)
        if case["likelihood"] == "learned":
            self.blocks["likelihood"] = self.tensor(0.3 * rng.standard_normal(m))

    @staticmethod
    def tensor(array):
        return torch.tensor(single(array), requires_grad=True)

    def stack(self, rng, name, inputs, widths, head, outputs):
        names = [f"{name}.{i}" for i in range(len(widths))] + [head]
        for layer, width in zip(names, list(widths) + [outputs]):
            self.blocks[layer + ".weight"] = self.tensor(0.5 * rng.standard_normal((width, inputs)))
            self.blocks[layer + ".bias"] = self.tensor(0.5 * rng.standard_normal(width))
            inputs = width
        return names

    def run(self, names, x):
        for name in names:
            x = torch.nn.functional.linear(x, self.blocks[name + ".weight"], self.blocks[name + ".bias"])
            if name != names[-1]:
                x = ACTIVATIONS[self.case["activation"]](x)
        return x

    def distortion(self, x, output):
        kind = self.case["likelihood"]
        if kind == "bernoulli":
            cross = torch.nn.functional.binary_cross_entropy_with_logits(output, x, reduction="none")
            return (cross + torch.special.xlogy(x, x) + torch.special.xlogy(1 - x, 1 - x)).sum(1)
        squares = (x - output) ** 2
        if kind == "gaussian":
            return (squares / (2 * self.case["variance"])).sum(1)
        if kind == "learned":
            return (squares / (2 * self.blocks["likelihood"].exp())).sum(1)
        return squares.sum(1)

    def at_mode(self, x):
        kind, m = self.case["likelihood"], x.shape[1]
        if kind == "gaussian":
            return -0.5 * m * numpy.log(2 * numpy.pi * self.case["variance"]) * torch.ones(len(x))
        if kind == "learned":
            return -0.5 * (numpy.log(2 * numpy.pi) + self.blocks["likelihood"]).sum() * torch.ones(len(x))
        if kind == "bernoulli":
            return (torch.special.xlogy(x, x) + torch.special.xlogy(1 - x, 1 - x)).sum(1)
        return torch.zeros(len(x))

    def terms(self, x, noise, weights):
        n = self.case["latents"]
        head = self.run(self.encoder, x)
        mean, log_variance = head[:, :n], head[:, n:].clamp(-20, 10)
        output = self.run(self.decoder, mean + torch.exp(0.5 * log_variance) * noise)
        if self.case["form"] == "Split":
            at_mean = self.run(self.decoder, mean)
            reconstruction = torch.sigmoid(at_mean) if self.case["likelihood"] == "bernoulli" else at_mean
            distortion = self.distortion(x, at_mean) + self.distortion(reconstruction, output)
        else:
            distortion = self.distortion(x, output)
        row_weight = torch.ones(len(x))
        if self.case["likelihood"] == "weighted":
            row_weight = self.case["offset"] + self.case["slope"] * (x ** 2).sum(1)
            if self.case["reciprocal"]:
                row_weight = 1 / row_weight
        kl = -0.5 * (1 + log_variance - mean ** 2 - log_variance.exp()).sum(1)
        share = weights / weights.sum()
        return (share * (self.at_mode(x) - row_weight * distortion)).sum(), (share * kl).sum()


def training_case(case, seed):
    rng = numpy.random.default_rng(seed)
    vae = Vae(case, rng)
    x = rng.standard_normal((case["rows"], case["features"]))
    if case["likelihood"] == "bernoulli":
        x = 1 / (1 + numpy.exp(-x))
    x, noise = single(x), single(rng.standard_normal((case["rows"], case["latents"])))
    weights = single(rng.uniform(0.5, 2, case["rows"])) if case["row_weights"] else numpy.ones(case["rows"])
    batch = [torch.tensor(v) for v in (x, noise, weights)]
    names = list(vae.blocks)
    start = {name: shortest(vae.blocks[name].detach().numpy()) for name in names}

    log_likelihood, kl = vae.terms(*batch)
    loss = -log_likelihood + case["kl_weight"] * kl
    gradients = torch.autograd.grad(loss, [vae.blocks[name] for name in names])

    own = [vae.blocks[name] for name in names if name == "likelihood"]
    groups = [{"params": [vae.blocks[name] for name in names if name != "likelihood"], "lr": case["rate"]}]
    if own:
        groups.append({"params": own, "lr": case["rate"] * case["likelihood_rate_factor"]})
    adam = torch.optim.Adam(groups, betas=(0.9, 0.999), eps=1e-8)
    losses = []
    for _ in range(case["steps"]):
        adam.zero_grad()
        a, b = vae.terms(*batch)
        step_loss = -a + case["kl_weight"] * b
        step_loss.backward()
        losses.append(step_loss.item())
        if case["clip"] is not None:
            # clip_grad_norm_ adds 1e-6 to the norm; ours is exact.
            norm = torch.sqrt(sum((v.grad ** 2).sum() for v in vae.blocks.values()))
            for v in vae.blocks.values():
                v.grad *= min(1.0, case["clip"] / norm.item())
        adam.step()
    return {
        **case, "x": shortest(x), "noise": shortest(noise), "weights": shortest(weights), "parameters": start,
        "log_likelihood": log_likelihood.item(), "kl": kl.item(),
        "gradients": {name: g.numpy().ravel().tolist() for name, g in zip(names, gradients)},
        "losses": losses, "trained": {name: vae.blocks[name].detach().numpy().ravel().tolist() for name in names},
    }


def training():
    base = {"features": 4, "latents": 2, "encoder": [5], "decoder": [3], "activation": "Tanh", "likelihood": "squared", "form": "Conventional", "rows": 3,
            "kl_weight": 1.0, "row_weights": False, "rate": 0.01, "likelihood_rate_factor": 5.0, "clip": None, "steps": 5}
    variants = [
        {}, {"likelihood": "gaussian", "variance": 0.3, "activation": "Softplus"}, {"likelihood": "learned", "activation": "Sigmoid", "encoder": [4, 3], "kl_weight": 0.1},
        {"likelihood": "bernoulli", "row_weights": True}, {"likelihood": "weighted", "offset": 0.7, "slope": 0.1, "reciprocal": False, "activation": "Relu", "kl_weight": 0.01},
        {"likelihood": "weighted", "offset": 0.7, "slope": 0.1, "reciprocal": True, "form": "Split", "row_weights": True},
        {"likelihood": "learned", "form": "Split", "clip": 0.5}, {"likelihood": "bernoulli", "form": "Split", "latents": 1, "decoder": []},
        {"likelihood": "gaussian", "variance": 2.0, "encoder": [], "decoder": [], "activation": "Linear", "rows": 1, "clip": 100.0},
    ]
    return {"versions": VERSIONS, "cases": [training_case({**base, **v}, seed) for seed, v in enumerate(variants)]}


def closed_forms():
    rng = numpy.random.default_rng(7)
    kl = []
    for mean, log_variance in [(0, 0), (1.5, 0), (0, -20), (0, 10), (-3, 2), (0.25, -7.5), (0, 1e-4), (100, 1)]:
        value = numpy.longdouble(0.5) * (numpy.longdouble(mean) ** 2 + numpy.expm1(numpy.longdouble(log_variance)) - numpy.longdouble(log_variance))
        kl.append({"mean": mean, "log_variance": log_variance, "kl": float(value)})
    z = [single(rng.standard_normal(k)) for k in (1, 3, 8)]
    prior = [{"z": shortest(v), "log_prior": float(scipy.stats.norm.logpdf(v).sum())} for v in z]
    x, logits = single(rng.uniform(0, 1, 9)), single(6 * rng.standard_normal(9))
    x[0], x[1] = 0, 1
    q = scipy.special.expit(logits)
    bernoulli = {
        "x": shortest(x), "output": shortest(logits),
        "terms": (scipy.special.rel_entr(x, q) + scipy.special.rel_entr(1 - x, scipy.special.expit(-logits))).tolist(),
        "at_mode": float(-(scipy.special.entr(x) + scipy.special.entr(1 - x)).sum()),
    }
    y, output, log_variance = single(rng.standard_normal(6)), single(rng.standard_normal(6)), single(rng.standard_normal(6))
    density = scipy.stats.norm.logpdf(y, output, numpy.exp(0.5 * log_variance))
    gaussian = {"x": shortest(y), "output": shortest(output), "log_variance": shortest(log_variance), "log_likelihood": float(density.sum()),
                "fixed_variance": 0.4, "fixed_log_likelihood": float(scipy.stats.norm.logpdf(y, output, numpy.sqrt(0.4)).sum())}
    return {"versions": VERSIONS, "kl": kl, "prior": prior, "bernoulli": bernoulli, "gaussian": gaussian, "linear": linear_gaussian(rng), "conformal": conformal(rng)}


def linear_gaussian(rng):
    """x = W z + noise with WᵀW diagonal: the exact marginal density and the exact density of Wz on its plane."""
    m, n, variance = 5, 2, 1e-4
    basis = numpy.linalg.qr(rng.standard_normal((m, m)))[0][:, :n]
    scales = numpy.array([1.5, 0.4])
    w = single(basis * scales)
    gram = w.T @ w
    z = rng.standard_normal((6, n))
    x = single(z @ w.T + 0.02 * rng.standard_normal((6, m)) * numpy.array([[0], [0], [0], [1], [1], [1]]))
    marginal = scipy.stats.multivariate_normal(numpy.zeros(m), w @ w.T + variance * numpy.eye(m)).logpdf(x)
    exact_z = x[:3] @ numpy.linalg.pinv(w).T
    plane = scipy.stats.norm.logpdf(exact_z).sum(1) - 0.5 * numpy.linalg.slogdet(gram)[1]
    posterior = numpy.linalg.inv(gram + variance * numpy.eye(n))
    return {"variance": variance, "w": shortest(w), "encoder": (posterior @ w.T).ravel().tolist(),
            "posterior_variance": (variance * numpy.diag(posterior)).tolist(), "x": shortest(x), "log_marginal": marginal.tolist(), "log_plane": plane.tolist()}


def conformal(rng):
    calibration = numpy.round(rng.gamma(2, 1, 37), 1)
    scores = numpy.round(numpy.concatenate([rng.gamma(2, 1, 20), [0, 100], calibration[:5]]), 1)
    p = [(1 + (calibration >= s).sum()) / (len(calibration) + 1) for s in scores]
    return {"calibration": shortest(calibration), "scores": shortest(scores), "p": [float(v) for v in p]}


def detection():
    rng = numpy.random.default_rng(11)
    cases = []
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
        cases.append({
            "scores": shortest(score), "labels": label.tolist(), "flagged": flagged.tolist(), "auroc": float(metrics.roc_auc_score(label, score)),
            "average_precision": float(metrics.average_precision_score(label, score)), "f1_at_count": at_count,
            "precision": float(metrics.precision_score(label, flagged, zero_division=0)), "recall": float(metrics.recall_score(label, flagged)),
            "f1": float(metrics.f1_score(label, flagged)),
        })
    return {"versions": VERSIONS, "cases": cases}


for name, content in {"training": training(), "closed_forms": closed_forms(), "detection": detection()}.items():
    (HERE / f"{name}.json").write_text(json.dumps(content, indent=None, separators=(",", ":")) + "\n", encoding="utf-8")
