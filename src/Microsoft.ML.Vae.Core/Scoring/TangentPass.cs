namespace Microsoft.ML.Vae.Core;

/// <summary>Values and Jacobians of a stack of dense layers, many rows at once. Not thread-safe; results are valid until the next run.</summary>
/// <remarks>A row's result depends on that row alone: its place among others changes no bit.</remarks>
internal interface ITangentPass
{
    /// <summary>Largest number of rows of one run.</summary>
    int MaximumRows { get; }

    /// <summary>Number of rows that have passed.</summary>
    long RowsComputed { get; }

    /// <summary>Computes outputs and tangents of [rows, In].</summary>
    void Run(ReadOnlySpan<float> input, int rows);

    /// <summary>A row's output, [Out].</summary>
    ReadOnlySpan<float> Output(int row);

    /// <summary>∂output/∂inputⱼ of a row, [Out].</summary>
    ReadOnlySpan<float> Tangent(int row, int j);
}

/// <summary>Makes tangent passes of the widest registers that the machine has.</summary>
internal static class TangentPass
{
    public static ITangentPass Create(VaeParameters parameters, IReadOnlyList<DenseLayer> layers) =>
        Lanes512.IsSupported ? new TangentPass<Lanes512>(parameters, layers)
        : Lanes256.IsSupported ? new TangentPass<Lanes256>(parameters, layers)
        : new TangentPass<Lanes128>(parameters, layers);
}

/// <summary>A tangent pass at one register width: one tangent row per input goes forward beside each row of values.</summary>
internal sealed unsafe class TangentPass<T> : ITangentPass where T : unmanaged, ILanes<T>
{
    // Enough rows to feed the kernels, few enough to stay in cache.
    private const int TangentRows = 256;

    private readonly PackedLayer<T>[] _layers;
    private readonly AlignedBuffer _zeros, _units;
    private readonly AlignedBuffer[] _values, _tangents;
    private readonly int _inputs, _outputs, _outputStride;

    public TangentPass(VaeParameters parameters, IReadOnlyList<DenseLayer> layers)
    {
        _layers = [.. layers.Select(l => new PackedLayer<T>(l, 1, hasInputGradient: false))];
        foreach (var layer in _layers) layer.Import(parameters.Values, static b => b.Values);
        (_inputs, _outputs, _outputStride) = (layers[0].In, layers[^1].Out, AlignedBuffer.RowStride(_layers[^1].Columns));
        MaximumRows = Math.Max(1, TangentRows / _inputs);
        int widest = _layers.Max(l => AlignedBuffer.RowStride(l.Columns));
        _values = [new AlignedBuffer(MaximumRows * widest), new AlignedBuffer(MaximumRows * widest)];
        _tangents = [new AlignedBuffer(MaximumRows * _inputs * widest), new AlignedBuffer(MaximumRows * _inputs * widest)];
        (_zeros, _units) = (new AlignedBuffer(widest), new AlignedBuffer(MaximumRows * _inputs * _inputs));
        for (int r = 0; r < MaximumRows * _inputs; r++) _units.Span[(r * _inputs) + (r % _inputs)] = 1;
    }

    /// <inheritdoc/>
    public int MaximumRows { get; }

    /// <inheritdoc/>
    public long RowsComputed { get; private set; }

    // The layers take turns on two buffers.
    private int Last => (_layers.Length - 1) % 2;

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<float> input, int rows)
    {
        RowsComputed += rows;
        fixed (float* start = input)
        {
            float* x = start, dx = _units.Pointer;
            int xStride = _inputs;
            for (int l = 0; l < _layers.Length; l++)
            {
                float* y = _values[l % 2].Pointer, dy = _tangents[l % 2].Pointer;
                int yStride = AlignedBuffer.RowStride(_layers[l].Columns);
                _layers[l].Forward(x, xStride, rows, y, yStride);
                _layers[l].Differential(dx, xStride, rows * _inputs, _zeros, dy, yStride);
                for (int d = 0; d < rows * _inputs; d++)
                    Elementwise<T>.ActivationGradient(_layers[l].Activation, y + ((nint)(d / _inputs) * yStride), dy + ((nint)d * yStride), _layers[l].Columns);
                x = y;
                dx = dy;
                xStride = yStride;
            }
        }
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Output(int row) => _values[Last].Span.Slice(row * _outputStride, _outputs);

    /// <inheritdoc/>
    public ReadOnlySpan<float> Tangent(int row, int j) => _tangents[Last].Span.Slice(((row * _inputs) + j) * _outputStride, _outputs);
}
