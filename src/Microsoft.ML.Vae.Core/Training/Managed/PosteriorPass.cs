using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>Between encoder and decoder: z = μ + σε, the KL of each row, and the way back. Lanes of padding stay zero throughout.</summary>
internal sealed unsafe class PosteriorPass<T> where T : unmanaged, ILanes<T>
{
    private readonly int _latents;
    private readonly StackPass<T> _encoder;
    private readonly AlignedBuffer _noise, _deviation;

    public PosteriorPass(int latents, int maximumRows, StackPass<T> encoder)
    {
        (_latents, _encoder, Stride) = (latents, encoder, AlignedBuffer.Padded(latents));
        (_noise, _deviation) = (new AlignedBuffer(maximumRows * Stride), new AlignedBuffer(maximumRows * Stride));
        (Latent, LatentDelta, MeanDelta) = (new AlignedBuffer(maximumRows * Stride), new AlignedBuffer(maximumRows * Stride), new AlignedBuffer(maximumRows * Stride));
        Kl = new double[maximumRows];
    }

    /// <summary>Floats from row to row of the latent buffers; in the encoder's output, the mean starts at 0 and the log-variance here.</summary>
    public int Stride { get; }

    /// <summary>z.</summary>
    public AlignedBuffer Latent { get; }

    /// <summary>∂loss/∂z, from the decoder at z.</summary>
    public AlignedBuffer LatentDelta { get; }

    /// <summary>∂loss/∂μ, from the decoder at μ; zero where there is none.</summary>
    public AlignedBuffer MeanDelta { get; }

    /// <summary>KL of each row, nats.</summary>
    public double[] Kl { get; }

    /// <summary>Draws z for rows first … first+count−1; <paramref name="noise"/> is [rows, n] of the whole batch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Sample(ReadOnlySpan<float> noise, int first, int count)
    {
        T half = T.Create(0.5f);
        for (int r = first; r < first + count; r++)
        {
            noise.Slice(r * _latents, _latents).CopyTo(_noise.Span[(r * Stride)..]);
            float* head = _encoder.Output.Pointer + ((nint)r * _encoder.OutputStride);
            T kl = T.Create(0f);
            for (nint j = 0, at = (nint)r * Stride; j < Stride; j += T.Count, at += T.Count)
            {
                T mean = T.Load(head + j), logVariance = Clamp(T.Load(head + Stride + j));
                T deviation = VectorMath.Exp(half * logVariance);
                T.Store(deviation, _deviation.Pointer + at);
                T.Store(T.MultiplyAdd(deviation, T.Load(_noise.Pointer + at), mean), Latent.Pointer + at);
                kl += T.MultiplyAdd(mean, mean, VectorMath.ExpM1(logVariance) - logVariance);
            }
            Kl[r] = 0.5 * T.Sum(kl);
        }
    }

    /// <summary>Writes ∂loss/∂(μ, log σ²) of rows first … first+count−1; <paramref name="klWeights"/> holds β times each row's weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Backward(ReadOnlySpan<float> klWeights, int first, int count)
    {
        T half = T.Create(0.5f), zero = T.Create(0f);
        for (int r = first; r < first + count; r++)
        {
            nint offset = (nint)r * _encoder.OutputStride;
            float* head = _encoder.Output.Pointer + offset, delta = _encoder.OutputDelta.Pointer + offset;
            T weight = T.Create(klWeights[r]);
            for (nint j = 0, at = (nint)r * Stride; j < Stride; j += T.Count, at += T.Count)
            {
                T mean = T.Load(head + j), raw = T.Load(head + Stride + j), latentDelta = T.Load(LatentDelta.Pointer + at);
                T.Store(T.MultiplyAdd(weight, mean, latentDelta + T.Load(MeanDelta.Pointer + at)), delta + j);
                T spread = latentDelta * T.Load(_noise.Pointer + at) * T.Load(_deviation.Pointer + at);
                T slope = half * T.MultiplyAdd(weight, VectorMath.ExpM1(Clamp(raw)), spread);
                slope = T.Select(T.GreaterThan(raw, T.Create(DiagonalGaussian.MaximumLogVariance)), zero, slope);
                T.Store(T.Select(T.GreaterThan(T.Create(DiagonalGaussian.MinimumLogVariance), raw), zero, slope), delta + Stride + j);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Clamp(T logVariance) =>
        T.Max(T.Create(DiagonalGaussian.MinimumLogVariance), T.Min(T.Create(DiagonalGaussian.MaximumLogVariance), logVariance));
}
