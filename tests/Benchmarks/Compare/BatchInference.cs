using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>Posterior mean and its reconstruction of a whole batch: what the peer's inference computes.</summary>
internal sealed class BatchInference(VaeModel model, int rows, int threads) : IDisposable
{
    private readonly IForwardPass _encoder = ForwardPass.Create(model.Parameters.Values, model.Parameters.Layout.Encoder, rows, threads);
    private readonly IForwardPass _decoder = ForwardPass.Create(model.Parameters.Values, model.Parameters.Layout.MeanDecoder, rows, threads);
    private readonly float[] _mean = new float[rows * model.LatentDimension];

    public void Run(ReadOnlySpan<float> features)
    {
        int n = model.LatentDimension;
        var head = _encoder.Run(features, rows);
        for (int r = 0; r < rows; r++) head.Slice(r * 2 * n, n).CopyTo(_mean.AsSpan(r * n));
        _decoder.Run(_mean, rows);
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
    }
}
