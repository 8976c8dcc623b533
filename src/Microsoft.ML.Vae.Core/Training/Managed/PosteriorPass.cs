using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>Between encoder and decoder: z_s = μ + σε_s for each draw, the closed divergence of each row, and the way back. Lanes of padding stay zero throughout.</summary>
internal sealed unsafe class PosteriorPass<T> where T : unmanaged, ILanes<T>
{
    private readonly int _latents, _draws;
    private readonly bool _isIsotropic;
    private readonly StackPass<T> _encoder;
    private readonly AlignedBuffer _noise, _deviation, _isLatent;

    /// <param name="architecture">Latents and form of the posterior.</param>
    /// <param name="draws">K.</param>
    /// <param name="maximumRows">Rows to allocate for.</param>
    /// <param name="encoder">Its head holds the means from 0 on and the log-variances from <see cref="Stride"/> on.</param>
    public PosteriorPass(VaeArchitecture architecture, int draws, int maximumRows, StackPass<T> encoder)
    {
        (_latents, _draws, _encoder) = (architecture.LatentDimension, draws, encoder);
        (_isIsotropic, Stride) = (architecture.Posterior == PosteriorForm.Isotropic, AlignedBuffer.Padded(_latents));
        int length = maximumRows * Stride;
        (_noise, _deviation, _isLatent) = (new AlignedBuffer(length * draws), new AlignedBuffer(length), new AlignedBuffer(Stride));
        (Latent, LatentDelta, MeanDelta) = (new AlignedBuffer(length * draws), new AlignedBuffer(length * draws), new AlignedBuffer(length));
        _isLatent.Span[.._latents].Fill(1f);
        Kl = new double[maximumRows];
    }

    /// <summary>Floats from row to row of the latent buffers; in the encoder's output, the mean starts at 0 and the log-variance here.</summary>
    public int Stride { get; }

    /// <summary>z, [rows, K].</summary>
    public AlignedBuffer Latent { get; }

    /// <summary>∂loss/∂z, from the decoder at z and from the prior, [rows, K].</summary>
    public AlignedBuffer LatentDelta { get; }

    /// <summary>∂loss/∂μ, from the decoder at μ; zero where there is none.</summary>
    public AlignedBuffer MeanDelta { get; }

    /// <summary>KL(q ‖ N(0, I)) of each row, nats.</summary>
    public double[] Kl { get; }

    /// <summary>Draws z for rows first … first+count−1; <paramref name="noise"/> is [rows, K, n].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Sample(ReadOnlySpan<float> noise, int first, int count)
    {
        T half = T.Create(0.5f);
        for (int r = first; r < first + count; r++)
        {
            for (int s = r * _draws; s < (r + 1) * _draws; s++) noise.Slice(s * _latents, _latents).CopyTo(_noise.Span[(s * Stride)..]);
            float* head = _encoder.Output.Pointer + ((nint)r * _encoder.OutputStride);
            if (_isIsotropic) Spread(head + Stride);
            T kl = T.Create(0f);
            for (nint j = 0, at = (nint)r * Stride; j < Stride; j += T.Count, at += T.Count)
            {
                T mean = T.Load(head + j), logVariance = Clamp(T.Load(head + Stride + j));
                T deviation = VectorMath.Exp(half * logVariance);
                T.Store(deviation, _deviation.Pointer + at);
                for (nint s = 0, draw = ((nint)r * _draws * Stride) + j; s < _draws; s++, draw += Stride)
                    T.Store(T.MultiplyAdd(deviation, T.Load(_noise.Pointer + draw), mean), Latent.Pointer + draw);
                kl += T.MultiplyAdd(mean, mean, VectorMath.ExpM1(logVariance) - logVariance);
            }
            Kl[r] = 0.5 * T.Sum(kl);
        }
    }

    /// <summary>log q(z|x) of a draw, nats.</summary>
    public double LogDensity(int row, int draw)
    {
        float* logVariance = _encoder.Output.Pointer + ((nint)row * _encoder.OutputStride) + Stride, noise = _noise.Pointer + ((((nint)row * _draws) + draw) * Stride);
        double sum = 0;
        for (int j = 0; j < _latents; j++)
            sum -= 0.5 * (StableMath.Log2Pi + Math.Clamp(logVariance[j], DiagonalGaussian.MinimumLogVariance, DiagonalGaussian.MaximumLogVariance) + ((double)noise[j] * noise[j]));
        return sum;
    }

    /// <summary>Writes ∂loss/∂(μ, log σ²) of rows first … first+count−1.</summary>
    /// <param name="klWeights">β times each row's share.</param>
    /// <param name="isClosed">Whether the divergence is the closed one; else only its −½Σ log σ² is left here, the rest came with the draws.</param>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Backward(ReadOnlySpan<float> klWeights, bool isClosed, int first, int count)
    {
        T half = T.Create(0.5f), zero = T.Create(0f);
        for (int r = first; r < first + count; r++)
        {
            nint offset = (nint)r * _encoder.OutputStride;
            float* head = _encoder.Output.Pointer + offset, delta = _encoder.OutputDelta.Pointer + offset;
            T weight = T.Create(klWeights[r]);
            for (nint j = 0, at = (nint)r * Stride; j < Stride; j += T.Count, at += T.Count)
            {
                T mean = T.Load(head + j), raw = T.Load(head + Stride + j), deviation = T.Load(_deviation.Pointer + at);
                nint draw = ((nint)r * _draws * Stride) + j;
                T latentDelta = T.Load(LatentDelta.Pointer + draw), spread = latentDelta * T.Load(_noise.Pointer + draw) * deviation;
                for (nint s = 1; s < _draws; s++)
                {
                    draw += Stride;
                    T one = T.Load(LatentDelta.Pointer + draw);
                    latentDelta += one;
                    spread += one * T.Load(_noise.Pointer + draw) * deviation;
                }
                T meanDelta = latentDelta + T.Load(MeanDelta.Pointer + at);
                T.Store(isClosed ? T.MultiplyAdd(weight, mean, meanDelta) : meanDelta, delta + j);
                T slope = half * (isClosed ? T.MultiplyAdd(weight, VectorMath.ExpM1(Clamp(raw)), spread) : T.SubtractProduct(weight, T.Load(_isLatent.Pointer + j), spread));
                slope = T.Select(T.GreaterThan(raw, T.Create(DiagonalGaussian.MaximumLogVariance)), zero, slope);
                T.Store(T.Select(T.GreaterThan(T.Create(DiagonalGaussian.MinimumLogVariance), raw), zero, slope), delta + Stride + j);
            }
            if (_isIsotropic) Gather(delta + Stride);
        }
    }

    // One log-variance for all latents: the head has it once.
    private void Spread(float* logVariances)
    {
        for (int j = 1; j < _latents; j++) logVariances[j] = logVariances[0];
    }

    private void Gather(float* deltas)
    {
        for (int j = 1; j < Stride; j++)
        {
            deltas[0] += deltas[j];
            deltas[j] = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Clamp(T logVariance) =>
        T.Max(T.Create(DiagonalGaussian.MinimumLogVariance), T.Min(T.Create(DiagonalGaussian.MaximumLogVariance), logVariance));
}
