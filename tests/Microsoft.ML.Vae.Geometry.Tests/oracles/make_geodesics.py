#!/usr/bin/env python3
"""Independent oracle for geodesics, exponential and logarithm: SciPy's boundary- and initial-value solvers.

Trains a small tanh decoder (PyTorch) on rendered blobs, then solves the geodesic equation of its pull-back metric, and that
of a paraboloid, with scipy.integrate. Run: python3 make_geodesics.py > geodesics.json
"""
import json
import sys

import numpy as np
import scipy
import torch
from scipy.integrate import quad, solve_bvp, solve_ivp

SIZES = [2, 20, 20, 36]


def train_decoder():
    """A decoder of 6x6 images of a blob whose place and width the two latents set."""
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    z = rng.uniform(-2, 2, size=(4000, 2))
    grid = np.stack(np.meshgrid(np.linspace(-1, 1, 6), np.linspace(-1, 1, 6)), -1).reshape(-1, 2)
    angle, width = z[:, :1] * 1.2, 0.35 + 0.08 * z[:, 1:]
    centre = 0.6 * np.concatenate([np.cos(angle), np.sin(angle)], 1)
    x = np.exp(-((grid[None] - centre[:, None]) ** 2).sum(-1) / (2 * width**2))
    layers = []
    for i in range(len(SIZES) - 1):
        layers += [torch.nn.Linear(SIZES[i], SIZES[i + 1]), torch.nn.Tanh()]
    net = torch.nn.Sequential(*layers[:-1])
    inputs, targets = torch.tensor(z, dtype=torch.float32), torch.tensor(x, dtype=torch.float32)
    optimiser = torch.optim.Adam(net.parameters(), 3e-3)
    for _ in range(1500):
        optimiser.zero_grad()
        loss = ((net(inputs) - targets) ** 2).sum(1).mean()
        loss.backward()
        optimiser.step()
    print(f"training loss {loss.item():.4f}", file=sys.stderr)
    linear = [m for m in net if isinstance(m, torch.nn.Linear)]
    # Six digits keep the file small; the rounded network is the oracle's network.
    return [(np.round(m.weight.detach().double().numpy(), 6), np.round(m.bias.detach().double().numpy(), 6)) for m in linear]


def jets(layers, z, v):
    """f, J and D2f[v, v] at one point."""
    h, tangents, first, second = z, np.eye(2), v, np.zeros(2)
    for i, (weight, bias) in enumerate(layers):
        h, tangents, first, second = weight @ h + bias, weight @ tangents, weight @ first, weight @ second
        if i + 1 < len(layers):
            h = np.tanh(h)
            slope = 1 - h * h
            second = slope * second - 2 * h * slope * first**2
            tangents, first = slope[:, None] * tangents, slope * first
    return h, tangents, second


def paraboloid(z, v):
    x, y = z
    return np.array([x, y, x * x + y * y]), np.array([[1, 0], [0, 1], [2 * x, 2 * y]]), np.array([0, 0, 2 * (v @ v)])


def flow(surface):
    def rhs(_, state):
        z, v = state[:2], state[2:]
        _, jacobian, second = surface(z, v)
        return np.concatenate([v, -np.linalg.solve(jacobian.T @ jacobian, jacobian.T @ second)])

    return rhs


def length(surface, curve, velocity):
    def speed(t):
        v = velocity(t)
        return np.linalg.norm(surface(curve(t), v)[1] @ v)

    return quad(speed, 0, 1, epsabs=1e-11, epsrel=1e-11, limit=400)[0]


def connect(surface, a, b):
    rhs = flow(surface)
    t = np.linspace(0, 1, 41)
    guess = np.vstack([a[:, None] + (b - a)[:, None] * t, np.repeat((b - a)[:, None], t.size, 1)])
    columns = lambda ts, states: np.stack([rhs(0, s) for s in states.T], 1)
    solution = solve_bvp(columns, lambda l, r: np.concatenate([l[:2] - a, r[:2] - b]), t, guess, tol=1e-9, max_nodes=20000)
    assert solution.success, solution.message
    return {
        "start": a.tolist(),
        "end": b.tolist(),
        "length": length(surface, lambda s: solution.sol(s)[:2], lambda s: solution.sol(s)[2:]),
        "straight": length(surface, lambda s: a + (b - a) * s, lambda s: b - a),
        "velocity": solution.sol(0)[2:].tolist(),
        "middle": solution.sol(0.5)[:2].tolist(),
    }


def shoot(surface, z, v):
    solution = solve_ivp(flow(surface), (0, 1), np.concatenate([z, v]), method="DOP853", rtol=1e-12, atol=1e-12)
    assert solution.success
    return {"point": z.tolist(), "velocity": v.tolist(), "end": solution.y[:2, -1].tolist(), "endVelocity": solution.y[2:, -1].tolist()}


def fisher_rao(mean, log_variance, dmean, dlog_variance):
    """One coordinate of the Fisher-Rao geodesic equation, in (mu, sigma)."""
    def rhs(_, s):
        mu, sigma, dmu, dsigma = s
        return [dmu, dsigma, 2 * dmu * dsigma / sigma, dsigma**2 / sigma - dmu**2 / (2 * sigma)]

    sigma = np.exp(log_variance / 2)
    end = solve_ivp(rhs, (0, 1), [mean, sigma, dmean, 0.5 * sigma * dlog_variance], method="DOP853", rtol=1e-12, atol=1e-13).y[:, -1]
    distance = np.sqrt(dmean**2 / sigma**2 + 2 * (0.5 * dlog_variance) ** 2)
    return {"mean": mean, "logVariance": log_variance, "meanVelocity": dmean, "logVarianceVelocity": dlog_variance,
            "endMean": end[0], "endLogVariance": 2 * np.log(end[1]), "distance": distance}


def main():
    rng = np.random.default_rng(7)
    layers = train_decoder()
    decoder = lambda z, v: jets(layers, z, v)
    pairs = rng.uniform(-1.5, 1.5, size=(8, 2, 2))
    json.dump({
        "generator": "make_geodesics.py",
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "torch": torch.__version__},
        "sizes": SIZES,
        "weights": [w.ravel().tolist() for w, _ in layers],
        "biases": [b.tolist() for _, b in layers],
        "decoder": [connect(decoder, a, b) for a, b in pairs],
        "decoderFlows": [shoot(decoder, a, 0.6 * (b - a)) for a, b in pairs],
        "paraboloid": [connect(paraboloid, a, b) for a, b in 0.7 * pairs[:4]],
        "paraboloidFlows": [shoot(paraboloid, a, b) for a, b in 0.7 * pairs[:4]],
        "fisherRao": [fisher_rao(*c) for c in [(0.3, -1.0, 1.2, 0.7), (0.0, 0.0, 0.0, 2.0), (1.0, 2.0, -3.0, -1.5), (-2.0, -4.0, 0.05, 0.01)]],
    }, sys.stdout, indent=None, separators=(",", ":"))
    print()


if __name__ == "__main__":
    main()
