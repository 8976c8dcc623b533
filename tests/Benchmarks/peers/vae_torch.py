#!/usr/bin/env python3
"""The peer of `compare`: a plain PyTorch VAE, timed like our engine. Obeys lines on stdin, answers one number each:
train WORKLOAD SECONDS -> steps/s | infer WORKLOAD SECONDS -> rows/s | gemm M N K SECONDS -> GFLOP/s | rss -> MB | quit
Usage: vae_torch.py THREADS [foreach] [processor] [last]; processor: rates per second of processor time; last: images with channels last"""
import resource
import sys
import time

import torch
from torch import nn
import torch.nn.functional as F

WORKLOADS = {  # as in Compare/Workload.cs
    "T": dict(features=16, widths=[128, 64], latents=3, activation=nn.Tanh, bernoulli=False, batch=100, rows=20000),
    "T32": dict(features=16, widths=[128, 64], latents=3, activation=nn.Tanh, bernoulli=False, batch=32, rows=20000),
    "K": dict(features=121, widths=[60, 30, 8], latents=3, activation=nn.Tanh, bernoulli=False, batch=1024, rows=102400),
    "M": dict(features=784, widths=[200, 200], latents=30, activation=nn.ReLU, bernoulli=True, batch=100, rows=60000),
    "F": dict(features=784, widths=[300, 300], latents=10, activation=nn.Tanh, bernoulli=False, batch=100, rows=60000),
    "C": dict(features=784, widths=[32, 64], latents=16, activation=nn.ReLU, bernoulli=True, batch=100, rows=20000, side=28),
}


def mlp(sizes, activation, activate_last):
    modules = []
    for i in range(len(sizes) - 1):
        modules.append(nn.Linear(sizes[i], sizes[i + 1]))
        if activate_last or i < len(sizes) - 2:
            modules.append(activation())
    return nn.Sequential(*modules)


class Channels(nn.Module):
    """Rows to images, in either memory layout, or back."""

    def __init__(self, shape, last):
        super().__init__()
        self.shape, self.format = shape, torch.channels_last if last else torch.contiguous_format

    def forward(self, x):
        return x.reshape(len(x), *self.shape).contiguous(memory_format=self.format)


def convolutional(side, widths, latents, activation, last):
    """Strided 3 x 3 convolutions and their mirror image, a dense layer at either end."""
    sizes, small = [1] + widths, side >> len(widths)
    encoder = [Channels((1, side, side), last)]
    for a, b in zip(sizes, sizes[1:]):
        encoder += [nn.Conv2d(a, b, 3, stride=2, padding=1), activation()]
    decoder = [nn.Linear(latents, widths[-1] * small * small), activation(), Channels((widths[-1], small, small), last)]
    for a, b in zip(sizes[::-1], sizes[-2::-1]):
        decoder += [nn.ConvTranspose2d(a, b, 3, stride=2, padding=1, output_padding=1), activation()]
    posterior = nn.Linear(widths[-1] * small * small, 2 * latents)
    return nn.Sequential(*encoder, nn.Flatten()), posterior, nn.Sequential(*decoder[:-1], nn.Flatten())


class Vae(nn.Module):
    def __init__(self, features, widths, latents, activation, bernoulli, side=None, last=False, **_):
        super().__init__()
        self.bernoulli = bernoulli
        if side is not None:
            self.encoder, self.posterior, self.decoder = convolutional(side, widths, latents, activation, last)
            if last:
                self.to(memory_format=torch.channels_last)
            return
        self.encoder = mlp([features] + widths, activation, True)
        self.posterior = nn.Linear(widths[-1], 2 * latents)  # mean and log-variance in one product
        self.decoder = mlp([latents] + widths[::-1] + [features], activation, False)

    def encode(self, x):
        return self.posterior(self.encoder(x)).chunk(2, -1)

    def loss(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        output = self.decoder(z)
        if self.bernoulli:
            distortion = F.binary_cross_entropy_with_logits(output, x, reduction="sum")
        else:
            distortion = F.mse_loss(output, x, reduction="sum")
        kl = -0.5 * torch.sum(1 + log_variance - mean * mean - log_variance.exp())
        return (distortion + kl) / x.shape[0]


class Bench:
    def __init__(self, name, foreach):
        w = WORKLOADS[name]
        torch.manual_seed(0)
        self.x, self.batch = torch.rand(w["rows"], w["features"]), w["batch"]
        self.model = Vae(**w, last="last" in sys.argv)
        self.optimizer = torch.optim.Adam(self.model.parameters(), 1e-3, foreach=foreach)
        self.batches = self.endless()

    def endless(self):
        while True:
            order = torch.randperm(len(self.x))
            for i in range(0, len(self.x) - self.batch + 1, self.batch):
                yield self.x[order[i:i + self.batch]]

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        self.model.loss(next(self.batches)).backward()
        self.optimizer.step()

    def infer(self, start):
        with torch.inference_mode():
            output = self.model.decoder(self.model.encode(self.x[start:start + 1024])[0])
            return torch.sigmoid(output) if self.model.bernoulli else output


def rate(action, seconds, per_call=1):
    """Calls per second, times per_call, after a warm-up."""
    end = time.perf_counter() + min(0.3, seconds / 3)
    while time.perf_counter() < end:
        action()
    clock = time.process_time if "processor" in sys.argv else time.perf_counter
    calls, start, end = 0, clock(), time.perf_counter() + seconds
    while time.perf_counter() < end:
        for _ in range(4):
            action()
        calls += 4
    return calls * per_call / (clock() - start)


def inference(bench, seconds):
    starts = [0]

    def action():
        bench.infer(starts[0])
        starts[0] = (starts[0] + 1024) % (len(bench.x) - 1024)

    return rate(action, seconds, 1024)


def product(m, n, k, seconds):
    a, b, c = torch.rand(m, k), torch.rand(k, n), torch.empty(m, n)
    with torch.inference_mode():
        return rate(lambda: torch.matmul(a, b, out=c), seconds, 2e-9 * m * n * k)


def main():
    torch.set_num_threads(int(sys.argv[1]))
    foreach = True if "foreach" in sys.argv else None
    benches = {}

    def bench(name):
        if name not in benches:
            benches[name] = Bench(name, foreach)
        return benches[name]

    with open("/proc/self/maps") as maps:
        blas = sorted({line.split("/")[-1].strip() for line in maps if "blas" in line})
    print(f"PyTorch {torch.__version__}, {', '.join(blas)}", flush=True)
    for line in sys.stdin:
        w = line.split()
        if w[0] == "quit":
            break
        if w[0] == "train":
            answer = rate(bench(w[1]).step, float(w[2]))
        elif w[0] == "infer":
            answer = inference(bench(w[1]), float(w[2]))
        elif w[0] == "gemm":
            answer = product(*map(int, w[1:4]), float(w[4]))
        elif w[0] == "rss":
            answer = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(answer, flush=True)


if __name__ == "__main__":
    main()
