namespace Microsoft.ML.Vae.Core;

/// <summary>Rows of another source whose readers are wrapped, to change or to watch what they read; number, places, order and selections are the other source's.</summary>
public sealed class WrappedRows : IRowSource
{
    private readonly IRowSource _inner;
    private readonly Func<IRowReader, IRowReader> _wrap;

    /// <summary>Wraps.</summary>
    /// <param name="inner">The rows.</param>
    /// <param name="wrap">Makes of a reader of the inner rows one that reads as many rows as it and disposes it.</param>
    /// <param name="featureCount">Features of the rows that the wrapped readers give; null: as many as the inner rows have.</param>
    public WrappedRows(IRowSource inner, Func<IRowReader, IRowReader> wrap, int? featureCount = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(wrap);
        (_inner, _wrap, FeatureCount) = (inner, wrap, featureCount ?? inner.FeatureCount);
    }

    /// <inheritdoc/>
    public int FeatureCount { get; }

    /// <inheritdoc/>
    public long? Count => _inner.Count;

    /// <inheritdoc/>
    public bool IsInMemory => _inner.IsInMemory;

    /// <inheritdoc/>
    public IRowReader Read(RandomStream? order) => _wrap(_inner.Read(order));

    /// <inheritdoc/>
    public IRowSource Where(Func<long, bool> isSelected) => new WrappedRows(_inner.Where(isSelected), _wrap, FeatureCount);

    /// <inheritdoc/>
    public Func<long, bool> Draw(double share, RandomStream random) => _inner.Draw(share, random);
}
