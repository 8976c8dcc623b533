using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Rows whose reading stops when the context or the options' token is cancelled: calibration scores many of them.</summary>
internal sealed class CancellableRows(IHost host, IRowSource inner, CancellationToken token) : IRowSource
{
    public int FeatureCount => inner.FeatureCount;

    public long? Count => inner.Count;

    public IRowReader Read(RandomStream? order) => new Reader(host, inner.Read(order), token);

    private sealed class Reader(IHost host, IRowReader inner, CancellationToken token) : IRowReader
    {
        public int Read(Span<float> features, Span<float> weights)
        {
            Stopping.ThrowIfRequested(host, token);
            return inner.Read(features, weights);
        }

        public void Dispose() => inner.Dispose();
    }
}
