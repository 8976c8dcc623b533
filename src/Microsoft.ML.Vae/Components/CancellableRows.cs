using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Rows whose reading stops when the context or the options' token is cancelled: calibration scores many of them.</summary>
internal static class CancellableRows
{
    public static IRowSource Of(IHost host, IRowSource rows, CancellationToken token) => new WrappedRows(rows, reader => new Reader(host, reader, token));

    private sealed class Reader(IHost host, IRowReader inner, CancellationToken token) : IRowReader
    {
        public int Read(Span<float> features, Span<float> weights, Span<long> places)
        {
            Stopping.ThrowIfRequested(host, token);
            return inner.Read(features, weights, places);
        }

        public void Dispose() => inner.Dispose();
    }
}
