using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Rows whose reading stops when the context is cancelled: calibration scores many of them.</summary>
internal sealed class CancellableRows(IHost host, IRowSource inner) : IRowSource
{
    public int FeatureCount => inner.FeatureCount;

    public long? Count => inner.Count;

    public IRowReader Read(RandomStream? order) => new Reader(host, inner.Read(order));

    private sealed class Reader(IHost host, IRowReader inner) : IRowReader
    {
        public int Read(Span<float> features, Span<float> weights)
        {
            if (HostAccess.IsCancelled(host)) throw host.Process(new OperationCanceledException("Operation was canceled."));
            return inner.Read(features, weights);
        }

        public void Dispose() => inner.Dispose();
    }
}
