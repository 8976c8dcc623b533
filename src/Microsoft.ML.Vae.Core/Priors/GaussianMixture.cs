namespace Microsoft.ML.Vae.Core;

/// <summary>p(z) = Σ_c π_c N(z; m_c, diag e^{v_c}). Parameters in one vector: C logits of π, [C, n] means m, [C, n] log-variances v (within the posterior's bounds).</summary>
/// <remarks>Responsibilities r_c = π_c N_c/Σ. log p = Σ_c r_c log N_c − KL(r ‖ π): the first sum splits by latents, the second is shared equally.</remarks>
public sealed class GaussianMixture : IPriorDensity
{
    // Components whose responsibilities need no memory from the heap.
    private const int OnStack = 256;

    private readonly double[] _logWeights, _means, _logVariances, _precisions;
    private readonly bool[] _isHeld;
    private readonly int _n;

    /// <summary>Takes the parameters.</summary>
    /// <exception cref="ArgumentException">Their number fits no number of components.</exception>
    public GaussianMixture(int latentDimension, ReadOnlySpan<float> parameters)
    {
        _n = latentDimension;
        Components = parameters.Length / ((2 * _n) + 1);
        if (Components == 0 || Components * ((2 * _n) + 1) != parameters.Length)
            throw new ArgumentException($"Expected {(2 * _n) + 1} parameters for each component, got {parameters.Length} in all.", nameof(parameters));
        int count = Components * _n;
        (_logWeights, _means, _logVariances, _precisions) = (new double[Components], new double[count], new double[count], new double[count]);
        _isHeld = new bool[count];
        double total = 0, largest = System.Numerics.Tensors.TensorPrimitives.Max(parameters[..Components]);
        for (int c = 0; c < Components; c++) total += Math.Exp(parameters[c] - largest);
        for (int c = 0; c < Components; c++) _logWeights[c] = parameters[c] - largest - Math.Log(total);
        for (int i = 0; i < count; i++)
        {
            _means[i] = parameters[Components + i];
            _logVariances[i] = Math.Clamp(parameters[Components + count + i], DiagonalGaussian.MinimumLogVariance, DiagonalGaussian.MaximumLogVariance);
            _isHeld[i] = (float)_logVariances[i] != parameters[Components + count + i];
            _precisions[i] = Math.Exp(-_logVariances[i]);
        }
    }

    /// <summary>C.</summary>
    public int Components { get; }

    /// <summary>log π_c, [C].</summary>
    internal ReadOnlySpan<double> LogWeights => _logWeights;

    /// <summary>m_c, [C, n].</summary>
    internal ReadOnlySpan<double> Means => _means;

    /// <summary>v_c within their bounds, [C, n].</summary>
    internal ReadOnlySpan<double> LogVariances => _logVariances;

    /// <summary>Number of parameters of C components.</summary>
    public static int ParameterCount(int components, int latentDimension) => checked(components * ((2 * latentDimension) + 1));

    /// <inheritdoc/>
    public double LogDensity(ReadOnlySpan<float> z)
    {
        Span<double> r = Components <= OnStack ? stackalloc double[Components] : new double[Components];
        return Responsibilities(z, r);
    }

    /// <inheritdoc/>
    public void Gradient(ReadOnlySpan<float> z, Span<float> gradient)
    {
        Span<double> r = Components <= OnStack ? stackalloc double[Components] : new double[Components];
        Responsibilities(z, r);
        for (int j = 0; j < _n; j++)
        {
            double sum = 0;
            for (int c = 0; c < Components; c++) sum -= r[c] * _precisions[(c * _n) + j] * (z[j] - _means[(c * _n) + j]);
            gradient[j] = (float)sum;
        }
    }

    /// <inheritdoc/>
    public void AddParameterGradient(ReadOnlySpan<float> z, double weight, Span<double> gradient)
    {
        Span<double> r = Components <= OnStack ? stackalloc double[Components] : new double[Components];
        Responsibilities(z, r);
        Span<double> means = gradient.Slice(Components, Components * _n), logVariances = gradient[(Components * (_n + 1))..];
        for (int c = 0; c < Components; c++)
        {
            gradient[c] += weight * (r[c] - Math.Exp(_logWeights[c]));
            for (int j = 0, at = c * _n; j < _n; j++, at++)
            {
                double scaled = _precisions[at] * (z[j] - _means[at]);
                means[at] += weight * r[c] * scaled;
                if (!_isHeld[at]) logVariances[at] += weight * r[c] * 0.5 * ((scaled * (z[j] - _means[at])) - 1);
            }
        }
    }

    /// <inheritdoc/>
    public void LatentTerms(ReadOnlySpan<float> z, Span<double> terms)
    {
        Span<double> r = Components <= OnStack ? stackalloc double[Components] : new double[Components];
        double shared = Responsibilities(z, r);
        for (int j = 0; j < _n; j++)
        {
            terms[j] = 0;
            for (int c = 0; c < Components; c++) terms[j] += r[c] * LogNormal(z[j], (c * _n) + j);
            shared -= terms[j];
        }
        for (int j = 0; j < _n; j++) terms[j] += shared / _n;
    }

    /// <inheritdoc/>
    public double Variance(int latent)
    {
        double mean = 0, square = 0;
        for (int c = 0, at = latent; c < Components; c++, at += _n)
        {
            double weight = Math.Exp(_logWeights[c]);
            mean += weight * _means[at];
            square += weight * ((_means[at] * _means[at]) + Math.Exp(_logVariances[at]));
        }
        return square - (mean * mean);
    }

    // Writes r, returns log p(z).
    private double Responsibilities(ReadOnlySpan<float> z, Span<double> r)
    {
        double largest = double.NegativeInfinity, sum = 0;
        for (int c = 0; c < Components; c++)
        {
            r[c] = _logWeights[c];
            for (int j = 0; j < _n; j++) r[c] += LogNormal(z[j], (c * _n) + j);
            largest = Math.Max(largest, r[c]);
        }
        for (int c = 0; c < Components; c++) sum += r[c] = Math.Exp(r[c] - largest);
        for (int c = 0; c < Components; c++) r[c] /= sum;
        return largest + Math.Log(sum);
    }

    private double LogNormal(double z, int at)
    {
        double difference = z - _means[at];
        return -0.5 * (StableMath.Log2Pi + _logVariances[at] + (_precisions[at] * difference * difference));
    }
}
