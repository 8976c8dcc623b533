"""closed_forms.json: KL, log prior, distortions, log-likelihoods, mixtures, local image statistics and special functions by SciPy; conformal p-values."""
import numpy
import scipy.ndimage
import scipy.special
import scipy.stats

from numbers_of import shortest, single


def forms():
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
    return {"kl": kl, "prior": prior, "bernoulli": bernoulli, "gaussian": gaussian, "linear": linear_gaussian(rng), "conformal": conformal(rng),
            "log_gamma": log_gamma(), "normal_cdf": normal_cdf(), "student_t": student_t(), "categorical": categorical(), "mixture": mixture(), "ssim": ssim()}


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


def log_gamma():
    x = numpy.concatenate([numpy.logspace(-10, 12, 45), 1 + numpy.array([-0.3, -1e-3, 1e-6, 0.2]), 2 + numpy.array([-1e-3, 1e-6, 0.3]), [0.5, 1.5, 2.5, 171.5]])
    return {"x": x.tolist(), "y": scipy.special.gammaln(x).tolist()}


def normal_cdf():
    x = numpy.concatenate([numpy.linspace(-37, 9, 93), [-3.0001, -2.9999, -1e-9, 0, 1e-9, 2.9999, 3.0001]])
    return {"x": x.tolist(), "y": scipy.special.ndtr(x).tolist()}


def student_t():
    """Its normalisation by the beta function, which does not cancel for many degrees."""
    cases = []
    for degrees in (0.3, 1, 4, 30, 1e4, 1e8):
        residual, log_scale = single([0, 0.01, -0.7, 5, -300, 1e6]), single([0, 1.5, -4, 0.5, -6, 3])
        t = residual / numpy.exp(0.5 * log_scale)
        normalization = -scipy.special.betaln(0.5 * degrees, 0.5) - 0.5 * numpy.log(degrees) - 0.5 * log_scale
        density = normalization - 0.5 * (degrees + 1) * numpy.log1p(t ** 2 / degrees)
        if degrees < 1e3:
            numpy.testing.assert_allclose(density, scipy.stats.t.logpdf(residual, degrees, 0, numpy.exp(0.5 * log_scale)), rtol=1e-10)
        cases.append({"degrees": degrees, "residual": shortest(residual), "log_scale": shortest(log_scale), "log_density": density.tolist()})
    return cases


def categorical():
    rng = numpy.random.default_rng(8)
    blocks, scores = [3, 1, 4], single(3 * rng.standard_normal(8))
    scores[0], scores[5] = 700, -900
    x = single(numpy.concatenate([[0, 0.25, 0.75], [1], [0, 1, 0, 0]]))
    ends = numpy.cumsum(blocks)
    log_share = numpy.concatenate([scipy.special.log_softmax(scores[end - length:end]) for end, length in zip(ends, blocks)])
    divergence = [float((x[end - length:end] * -log_share[end - length:end] - scipy.special.entr(x[end - length:end])).sum()) for end, length in zip(ends, blocks)]
    return {"blocks": blocks, "x": shortest(x), "scores": shortest(scores), "divergence": divergence, "entropy": float(scipy.special.entr(x).sum())}


def mixture():
    rng = numpy.random.default_rng(9)
    n, components = 3, 4
    logits, means, log_variances = single([0.3, -1, 2, -40]), single(rng.standard_normal((components, n))), single(rng.standard_normal((components, n)))
    log_variances[1, 0] = -14
    z = single(numpy.concatenate([rng.standard_normal((4, n)), [[30, -40, 20], [1e4, 0, 0]], means]))
    log_weight = scipy.special.log_softmax(logits)

    def log_density(points):
        parts = scipy.stats.norm.logpdf(points[:, None], means, numpy.exp(0.5 * log_variances)).sum(2) + log_weight
        return scipy.special.logsumexp(parts, 1), scipy.special.softmax(parts, 1)

    value, share = log_density(z)
    gradient = -(share[:, :, None] * (z[:, None] - means) * numpy.exp(-log_variances)).sum(1)
    weight = numpy.exp(log_weight)[:, None]
    variance = (weight * (means ** 2 + numpy.exp(log_variances))).sum(0) - (weight * means).sum(0) ** 2
    return {"parameters": shortest(numpy.concatenate([logits, means.ravel(), log_variances.ravel()])), "z": shortest(z), "log_density": value.tolist(), "gradient": gradient.ravel().tolist(),
            "variance": variance.tolist()}


def ssim():
    """Quadratic form and 1 - SSIM itself (Wang et al. 2004), local statistics by scipy.ndimage."""
    rng = numpy.random.default_rng(10)
    cases = []
    for (height, width, channels), pixel_range, step in [((13, 17, 3), 1, 0.1), ((11, 11, 1), 255, 40), ((12, 16, 2), 2, 1e-4)]:
        image = single(pixel_range * rng.uniform(0, 1, (height, width, channels)) * (numpy.arange(width)[:, None] > 4))
        other = single(image + step * rng.standard_normal(image.shape))

        def means(values):
            return scipy.ndimage.gaussian_filter(values, (1.5, 1.5, 0), truncate=3.5)[5:-5, 5:-5]

        def moments(values):
            return means(values), means(values ** 2) - means(values) ** 2

        (mx, vx), (my, vy), (md, vd) = moments(image), moments(other), moments(image - other)
        c1, c2 = (0.01 * pixel_range) ** 2, (0.03 * pixel_range) ** 2
        covariance = means(image * other) - mx * my
        similarity = (2 * mx * my + c1) * (2 * covariance + c2) / ((mx ** 2 + my ** 2 + c1) * (vx + vy + c2))
        cases.append({"shape": [height, width, channels], "range": pixel_range, "x": shortest(image), "output": shortest(other),
                      "distortion": float((md ** 2 / (2 * mx ** 2 + c1) + vd / (2 * vx + c2)).mean()), "one_minus_ssim": float((1 - similarity).mean())})
    return cases
