"""training.json: terms of the bound, every gradient by autograd, and parameters after steps of Adam, for VAEs in which every kind of part meets every kind of prior."""
import itertools

import numpy
import torch

from numbers_of import nine_digits, single, shortest
from torch_vae import ACTIVATIONS, Likelihood, Vae

RATE, LIKELIHOOD_RATE_FACTOR, STEPS, LATENTS = 0.01, 5.0, 4, 2

# Shape of a row, encoder, decoder; "f" stands for the activation, "m" for the outputs that the likelihood needs.
NETWORKS = {
    "dense": ([1, 1, 5], [["dense", 4], "f"], [["dense", 3], "f", ["dense", "m"]]),
    "even image": ([4, 6, 1], [["convolution", 2, 3, 2], "f"], [["dense", 12], "f", ["reshape", 2, 3, 2], ["transposed convolution", 1, 3, 2]]),
    "odd image": ([5, 3, 2], [["convolution", 2, 5, 2], "f", ["dense", 4]], [["dense", 15], "f", ["reshape", 5, 3, 1], ["convolution", 2, 3, 1], "f", ["transposed convolution", 2, 3, 1]]),
    "thirds": ([3, 6, 1], [["convolution", 3, 1, 1], "f", ["convolution", 2, 5, 3]], [["dense", 4], "f", ["reshape", 1, 2, 2], ["transposed convolution", 1, 5, 3]]),
    "shares": ([1, 1, 6], [["softmax", 2, 4], ["dense", 5], "f"], [["dense", 6], ["softmax", 1, 5], "f", ["dense", "m"]]),
}
WINDOWS = ([12, 12, 1], [["convolution", 2, 3, 4], "f"], [["dense", 18], "f", ["reshape", 3, 3, 2], ["transposed convolution", 1, 5, 4]])
LIKELIHOODS = [
    ["squared", 1, 0, False], ["squared", 0.7, 0.1, False], ["squared", 0.7, 0.1, True], ["gaussian", 0.3], ["learned variance", 0.03], ["student t", 3.5, 0.03], ["bernoulli"],
    ["categorical"], ["ssim", 12, 12, 1, 1.5],
]
PRIORS = [["normal"], ["mixture", 3], ["vamp", 2]]
BOUNDS = [["evidence", 1], ["split", 1], ["evidence", 3], ["importance-weighted", 3], ["renyi", 0.5, 2], ["renyi", -1, 2], ["maximum", 3], ["renyi", 2, 2]]
UNIT = ("bernoulli", "categorical")


def kinds():
    """Every likelihood with every prior; the other kinds take turns so that nearly every two kinds meet."""
    for i, (likelihood, prior) in enumerate(itertools.product(LIKELIHOODS, PRIORS)):
        is_image, (diagonal, masked, weighted) = likelihood[0] == "ssim", (((a * i + b * (i // 3) + c) // 2 % 2 == 1) for a, b, c in ((3, 1, 3), (3, 1, 2), (1, 3, 1)))
        yield {
            "network": "windows" if is_image else list(NETWORKS)[i % len(NETWORKS)], "activation": list(ACTIVATIONS)[(i + 6 * (i // 3)) % len(ACTIVATIONS)],
            "posterior": "Diagonal" if diagonal else "Isotropic", "likelihood": likelihood, "prior": prior, "bound": BOUNDS[i % len(BOUNDS)],
            "rows": 2 + i % 2, "kl_weight": (1.0, 0.3)[i // 2 % 2], "row_weights": weighted, "masked": masked and not is_image,
        }


def corners():
    """What the table above has not: clipped steps, one row, no hidden layer, one latent, and values held at their bounds."""
    base = {"network": "dense", "activation": "Tanh", "posterior": "Diagonal", "likelihood": ["learned variance", 0.03], "prior": ["normal"], "bound": ["evidence", 1], "rows": 3,
            "kl_weight": 1.0, "row_weights": False, "masked": False}
    yield {**base, "corner": "clipped", "bound": ["split", 1], "clip": 0.5}
    yield {**base, "corner": "hardly clipped", "bound": ["importance-weighted", 2], "prior": ["vamp", 2], "clip": 100.0}
    yield {**base, "corner": "no hidden layer, one row", "encoder": [], "decoder": [["dense", "m"]], "rows": 1, "likelihood": ["gaussian", 2.0]}
    yield {**base, "corner": "one latent", "latents": 1, "likelihood": ["bernoulli"], "bound": ["split", 1]}
    yield {**base, "corner": "log-variances beyond their bounds", "activation": "Softplus", "prior": ["mixture", 2], "start": {"posterior.bias": [0, 0, 12, -30], "prior": [0, 0.5] + [0.1, -0.2, 0.3, 1] + [11, 0.5, -0.4, 12]}}
    yield {**base, "corner": "floor of the variance", "likelihood": ["learned variance", 0.9], "rate": 0.05, "start": {"likelihood": [0, -0.2, -0.2107, 0.5, -0.1]}}


def completed(case):
    """The case with its networks written out."""
    shape, encoder, decoder = WINDOWS if case["network"] == "windows" else NETWORKS[case["network"]]
    m = int(numpy.prod(shape))
    likelihood = ["categorical", 2, m - 2] if case["likelihood"][0] == "categorical" else case["likelihood"]
    latents = case.get("latents", LATENTS)

    def layers(network):
        return [["elementwise", case["activation"]] if layer == "f" else [m if v == "m" else v for v in layer] for layer in network]

    names = [case.get("corner"), *(str(part[0]) for part in (case["likelihood"], case["prior"])), " ".join(map(str, case["bound"])), case["network"], case["activation"], case["posterior"]]
    return {
        **case, "name": ", ".join(filter(None, names + ["masked"] * case["masked"])), "latents": latents, "likelihood": likelihood, "clip": case.get("clip"), "rate": case.get("rate", RATE),
        "encoder": {"input": shape, "layers": layers(case.get("encoder", encoder))}, "decoder": {"input": [1, 1, latents], "layers": layers(case.get("decoder", decoder))},
    }


def batch(case, rng):
    shape = (case["rows"], int(numpy.prod(case["encoder"]["input"])))
    x = rng.standard_normal(shape)
    if case["likelihood"][0] in UNIT:
        x = 1 / (1 + numpy.exp(-x))
    observed = (rng.uniform(size=shape) < 0.7).astype(float) if case["masked"] else numpy.ones(shape)
    draws = case["bound"][-1]
    weights = rng.uniform(0.5, 2, case["rows"]) if case["row_weights"] else numpy.ones(case["rows"])
    return {"x": single(x), "observed": observed, "noise": single(rng.standard_normal((case["rows"], draws, case["latents"]))), "weights": single(weights)}


def solved(case, seed):
    rng = numpy.random.default_rng(seed)
    scale = 0.5 if case["network"] in ("dense", "shares") else 0.3
    vae = Vae(case, lambda shape: torch.tensor(single(scale * rng.standard_normal(shape)), requires_grad=True))
    for name, values in case.get("start", {}).items():
        vae.blocks[name].data = torch.tensor(single(values)).view(vae.blocks[name].shape)
    data = batch(case, rng)
    tensors = {name: torch.tensor(values) for name, values in data.items()}
    start = {name: shortest(block.detach()) for name, block in vae.blocks.items()}
    bound, log_likelihood, kl = vae.terms(**tensors, kl_weight=case["kl_weight"])
    gradients = torch.autograd.grad(-bound, list(vae.blocks.values()), allow_unused=True)
    losses = trained(vae, case, tensors)
    return {
        **{key: case[key] for key in ("name", "latents", "encoder", "decoder", "posterior", "likelihood", "prior", "bound", "rows", "kl_weight", "row_weights", "masked", "clip", "rate")},
        "likelihood_rate_factor": LIKELIHOOD_RATE_FACTOR, **{name: shortest(values) for name, values in data.items()}, "parameters": start,
        "value": bound.item(), "log_likelihood": log_likelihood.item(), "kl": kl.item(), "losses": losses,
        "gradients": {name: nine_digits(g) if g is not None else [0.0] * block.numel() for (name, block), g in zip(vae.blocks.items(), gradients)},
        "trained": {name: nine_digits(block.detach()) for name, block in vae.blocks.items()},
    }


def trained(vae, case, tensors):
    """Losses before each step."""
    own = vae.blocks["likelihood"]
    groups = [{"params": [b for b in vae.blocks.values() if b is not own], "lr": case["rate"]}, {"params": [own], "lr": case["rate"] * LIKELIHOOD_RATE_FACTOR}]
    adam = torch.optim.Adam(groups, betas=(0.9, 0.999), eps=1e-8)
    losses = []
    for _ in range(STEPS):
        adam.zero_grad()
        loss = -vae.terms(**tensors, kl_weight=case["kl_weight"])[0]
        loss.backward()
        losses.append(loss.item())
        gradients = [b.grad for b in vae.blocks.values() if b.grad is not None]
        if case["clip"] is not None:
            norm = torch.sqrt(sum((g ** 2).sum() for g in gradients)).item()  # clip_grad_norm_ would add 1e-6
            for g in gradients:
                g *= min(1.0, case["clip"] / norm)
        adam.step()
        own.data.clamp_(min=Likelihood.floor(case["likelihood"]))
    return losses


def cases():
    return [solved(completed(case), seed) for seed, case in enumerate(itertools.chain(kinds(), corners()))]
