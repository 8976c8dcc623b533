"""A VAE in PyTorch, double precision, put together from parts by kind. Written from the formulas, with torch.distributions and autograd wherever they have them.

A part is a list: its kind, then its settings. Rows are [batch, values], images channels last; blocks are named and ordered as ParameterLayout orders them.
"""
import math

import torch
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal, StudentT, kl_divergence
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)

ACTIVATIONS = {
    "Linear": lambda x: x, "Tanh": torch.tanh, "Relu": F.relu, "Softplus": F.softplus, "Sigmoid": torch.sigmoid, "Elu": F.elu, "Silu": F.silu, "Gelu": F.gelu,
}
LOG_VARIANCE = (-20, 10)


def images(x, shape):
    return x.view(-1, *shape).permute(0, 3, 1, 2)


def rows(x):
    return x.permute(0, 2, 3, 1).flatten(1)


def blockwise(function, x, lengths):
    return torch.cat([function(block, 1) for block in x.split(lengths, 1)], 1)


class Layer:
    """A layer in its place: shapes [height, width, channels] on both sides, and [rows, columns] of the blocks that it learns."""

    def __init__(self, layer, shape):
        self.kind, self.settings, self.input, self.output, self.blocks = layer[0], layer[1:], list(shape), list(shape), {}
        height, width, channels = shape
        if self.kind == "dense":
            self.output, self.blocks = [1, 1, layer[1]], {"weight": (layer[1], math.prod(shape)), "bias": (layer[1], 1)}
        elif self.kind == "convolution":
            out, kernel, stride = layer[1:]
            self.output, self.blocks = [-(-height // stride), -(-width // stride), out], {"weight": (out, kernel * kernel * channels), "bias": (out, 1)}
        elif self.kind == "transposed convolution":
            out, kernel, stride = layer[1:]
            self.output, self.blocks = [height * stride, width * stride, out], {"weight": (channels, kernel * kernel * out), "bias": (out, 1)}
        elif self.kind == "reshape":
            self.output = layer[1:]

    def __call__(self, x, weight=None, bias=None):
        s = self.settings
        if self.kind == "dense":
            return F.linear(x, weight, bias.flatten())
        if self.kind == "convolution":
            kernel = weight.view(s[0], s[1], s[1], self.input[2]).permute(0, 3, 1, 2)
            return rows(F.conv2d(images(x, self.input), kernel, bias.flatten(), stride=s[2], padding=s[1] // 2))
        if self.kind == "transposed convolution":
            kernel = weight.view(self.input[2], s[1], s[1], s[0]).permute(0, 3, 1, 2)
            return rows(F.conv_transpose2d(images(x, self.input), kernel, bias.flatten(), stride=s[2], padding=s[1] // 2, output_padding=s[2] - 1))
        if self.kind == "softmax":
            return blockwise(torch.softmax, x, s)
        return ACTIVATIONS[s[0]](x) if self.kind == "elementwise" else x


class Likelihood:
    """Terms per feature: log p(x|x̂), and the same at x̂ = x; their difference is the distortion."""

    def __init__(self, likelihood, own):
        self.kind, self.settings, self.own = likelihood[0], likelihood[1:], own.flatten()

    @staticmethod
    def parameter_count(likelihood, features):
        return features if likelihood[0] in ("learned variance", "student t") else 0

    @staticmethod
    def floor(likelihood):
        return 2 * math.log(likelihood[-1]) if likelihood[0] in ("learned variance", "student t") else -math.inf

    def mean(self, output):
        if self.kind == "categorical":
            return blockwise(torch.softmax, output, self.settings)
        return torch.sigmoid(output) if self.kind == "bernoulli" else output

    def terms(self, x, output):
        if self.kind == "gaussian":
            return Normal(output, math.sqrt(self.settings[0])).log_prob(x)
        if self.kind == "learned variance":
            return Normal(output, (0.5 * self.own).exp()).log_prob(x)
        if self.kind == "student t":
            return StudentT(self.settings[0], output, (0.5 * self.own).exp()).log_prob(x)
        if self.kind == "bernoulli":
            return x * F.logsigmoid(output) + (1 - x) * F.logsigmoid(-output)
        if self.kind == "categorical":
            log_share = blockwise(torch.log_softmax, output, self.settings)
            return x * log_share + x - log_share.exp()
        return -ssim_distortion(x, output, *self.settings) if self.kind == "ssim" else -((x - output) ** 2)

    def at_mode(self, x):
        if self.kind == "bernoulli":
            return torch.xlogy(x, x) + torch.xlogy(1 - x, 1 - x)
        return torch.xlogy(x, x) if self.kind == "categorical" else self.terms(x, x)

    def distortion(self, x, output, observed):
        return (observed * (self.at_mode(x) - self.terms(x, output))).sum(1)

    def row_weight(self, x):
        if self.kind != "squared":
            return 1
        offset, slope, reciprocal = self.settings
        return (offset + slope * (x ** 2).sum(1)) ** (-1 if reciprocal else 1)

    def log_likelihood(self, x, observed, output, at_mean=None):
        """[rows]; with the output at the posterior's mean, split there."""
        if self.kind == "ssim":
            observed = observed[:, :1]  # one term for the whole row
        parts = self.distortion(x, output, observed)
        if at_mean is not None:
            parts = self.distortion(x, at_mean, observed) + self.distortion(self.mean(at_mean), output, observed)
        return (observed * self.at_mode(x)).sum(1) - self.row_weight(x) * parts


def ssim_distortion(x, output, height, width, channels, pixel_range):
    """[rows, 1]; each window's mean and variance straight from their definitions."""
    profile = torch.exp(-0.5 * (torch.arange(-5, 6) / 1.5) ** 2)
    weight = torch.outer(profile, profile).flatten() / profile.sum() ** 2

    def moments(rows):
        windows = F.unfold(images(rows, (height, width, channels)).reshape(-1, 1, height, width), 11)
        mean = (weight[:, None] * windows).sum(1)
        return mean.view(len(rows), -1), (weight[:, None] * (windows - mean[:, None]) ** 2).sum(1).view(len(rows), -1)

    (mean, variance), (mean_delta, variance_delta) = moments(x), moments(x - output)
    c1, c2 = (0.01 * pixel_range) ** 2, (0.03 * pixel_range) ** 2
    return (mean_delta ** 2 / (2 * mean ** 2 + c1) + variance_delta / (2 * variance + c2)).mean(1, keepdim=True)


class Vae:
    def __init__(self, case, draw):
        """draw: makes the start values of a block of a shape."""
        self.case, self.n, self.blocks = case, case["latents"], {}
        features = math.prod(case["encoder"]["input"])
        self.encoder = self.place(case["encoder"], "encoder", draw)
        variances = self.n if case["posterior"] == "Diagonal" else 1
        self.encoder += self.place({"input": self.encoder[-1][0].output if self.encoder else case["encoder"]["input"], "layers": [["dense", self.n + variances]]}, "posterior", draw, last="posterior")
        self.decoder = self.place(case["decoder"], "decoder", draw, last="output")
        components = case["prior"][1] if len(case["prior"]) > 1 else 0
        self.blocks["likelihood"] = draw((Likelihood.parameter_count(case["likelihood"], features), 1))
        self.blocks["prior"] = draw((components * {"normal": 0, "mixture": 1 + 2 * self.n, "vamp": 1 + features}[case["prior"][0]], 1))

    def place(self, network, name, draw, last=None):
        placed, shape = [], network["input"]
        for layer in network["layers"]:
            placed.append((Layer(layer, shape), f"{name}.{sum(bool(l.blocks) for l, _ in placed)}"))
            shape = placed[-1][0].output
        learning = [i for i, (layer, _) in enumerate(placed) if layer.blocks]
        if last:
            placed[learning[-1]] = (placed[learning[-1]][0], last)
        for layer, name in placed:
            self.blocks.update({f"{name}.{block}": draw(shape) for block, shape in layer.blocks.items()})
        return placed

    def run(self, network, x):
        for layer, name in network:
            x = layer(x, *[self.blocks[f"{name}.{block}"] for block in layer.blocks])
        return x

    def posterior(self, x):
        head = self.run(self.encoder, x)
        mean, log_variance = head[:, :self.n], head[:, self.n:].clamp(*LOG_VARIANCE).expand(-1, self.n)
        return mean, Independent(Normal(mean, (0.5 * log_variance).exp()), 1)

    def prior(self):
        kind, own = self.case["prior"][0], self.blocks["prior"].flatten()
        if kind == "normal":
            return Independent(Normal(torch.zeros(self.n), torch.ones(self.n)), 1)
        count = self.case["prior"][1]
        if kind == "vamp":
            components = self.posterior(own[count:].view(count, -1))[1]
        else:
            mean, log_variance = own[count:].view(2, count, self.n)
            components = Independent(Normal(mean, (0.5 * log_variance.clamp(*LOG_VARIANCE)).exp()), 1)
        return MixtureSameFamily(Categorical(logits=own[:count]), components)

    def terms(self, x, observed, noise, weights, kl_weight):
        """Bound, log-likelihood and divergence: averages over the batch."""
        bound = self.case["bound"]
        draws = noise.shape[1]
        likelihood = Likelihood(self.case["likelihood"], self.blocks["likelihood"])
        mean, posterior = self.posterior(x)
        z = mean[:, None] + posterior.stddev[:, None] * noise
        at_mean = self.run(self.decoder, mean) if bound[0] == "split" else None
        log_likelihood = torch.stack([likelihood.log_likelihood(x, observed, self.run(self.decoder, z[:, s]), at_mean) for s in range(draws)], 1)
        if bound[0] in ("evidence", "split") and self.case["prior"][0] == "normal":
            divergence = kl_divergence(posterior, self.prior())[:, None].expand(-1, draws)
        else:
            divergence = torch.stack([posterior.log_prob(z[:, s]) - self.prior().log_prob(z[:, s]) for s in range(draws)], 1)
        value = bound_value(bound, log_likelihood - kl_weight * divergence)
        share = weights / weights.sum()
        return [(share * part).sum() for part in (value, log_likelihood.mean(1), divergence.mean(1))]


def bound_value(bound, log_weights):
    """L_α of each row from its log-weights, [rows, draws]."""
    if bound[0] in ("evidence", "split"):
        return log_weights.mean(1)
    if bound[0] == "maximum":
        return log_weights.max(1).values
    power = 1 - (bound[1] if bound[0] == "renyi" else 0)
    return (torch.logsumexp(power * log_weights, 1) - math.log(log_weights.shape[1])) / power
