"""The Riemannian bound of a small noisy decoder by autograd in double precision: log det G, the energy of a straight curve, and the divergence of two heat kernels along straight curves, with their gradients."""
import torch

D, LATENTS, HIDDEN, CENTRES, POINTS, ROWS, DECAY, FLOOR = 5, 2, 4, 6, 16, 3, 0.3, 1e-9


def numbers_of(tensor):
    return tensor.detach().flatten().tolist()


def forms():
    torch.manual_seed(7)
    real = dict(dtype=torch.float64)
    # In single precision, as the library keeps its networks.
    network = [torch.randn(HIDDEN, LATENTS).double(), torch.randn(HIDDEN).double(), torch.randn(D, HIDDEN).double(), torch.randn(D).double()]
    raw = torch.randn(D, CENTRES, **real, requires_grad=True)
    centres = (2 * torch.randn(CENTRES, LATENTS, **real)).requires_grad_()
    prior_mean = torch.randn(LATENTS, **real, requires_grad=True)
    log_time = torch.tensor(0.4, **real, requires_grad=True)
    means, z = torch.randn(ROWS, LATENTS, **real), torch.randn(ROWS, LATENTS, **real)
    times = torch.tensor([0.3, 0.7, 1.2], **real)

    def mean(point):
        return torch.sigmoid(network[2] @ torch.nn.functional.softplus(network[0] @ point + network[1]) + network[3])

    def precision(point):
        return torch.nn.functional.softplus(raw) @ torch.exp(-DECAY * ((point - centres) ** 2).sum(1)) + FLOOR

    def image(point):
        return torch.cat([mean(point), precision(point) ** -0.5])

    def log_determinant(point):
        jacobian = torch.autograd.functional.jacobian(image, point, create_graph=True)
        return torch.logdet(jacobian.T @ jacobian)

    def energy(start, end):
        images = torch.stack([image((1 - t) * start + t * end) for t in torch.linspace(0, 1, POINTS, **real)])
        return 0.5 * ((images[1:] - images[:-1]) ** 2).sum()

    def squared(start, end):
        return 2 * (POINTS - 1) * energy(start, end)

    def gradients(value, by):
        return {f"by_{name}": numbers_of(g) for name, g in zip(by, torch.autograd.grad(value, list(by.values())))}

    point = torch.tensor([0.3, -0.8], **real, requires_grad=True)
    end = torch.tensor([-1.1, 0.6], **real, requires_grad=True)
    trained = {"weights": raw, "centres": centres}
    determinant, length = log_determinant(point), energy(point.detach(), end)
    time = log_time.exp()
    divergences = [
        0.5 * LATENTS * (log_time - times[i].log()) + 0.5 * (log_determinant(prior_mean) - log_determinant(means[i].requires_grad_()))
        - squared(z[i], means[i].detach()) / (2 * times[i]) + squared(z[i], prior_mean) / (2 * time) for i in range(ROWS)]
    divergence = torch.stack(divergences)
    return {
        "network": numbers_of(torch.cat([p.flatten() for p in network])), "weights": numbers_of(raw), "centres": numbers_of(centres), "prior_mean": numbers_of(prior_mean), "log_time": 0.4,
        "means": numbers_of(means), "z": numbers_of(z), "times": numbers_of(times), "point": numbers_of(point), "end": numbers_of(end),
        "log_determinant": {"value": determinant.item(), **gradients(determinant, {**trained, "point": point})},
        "energy": {"value": length.item(), **gradients(length, {**trained, "end": end})},
        "divergence": {"values": numbers_of(divergence), **gradients(divergence.mean(), {**trained, "prior_mean": prior_mean, "log_time": log_time})},
    }
