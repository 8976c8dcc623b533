namespace Microsoft.ML.Vae.Core;

/// <summary>Values and Jacobians of a stack of layers, many rows at once. Not thread-safe; results are valid until the next run.</summary>
/// <remarks>A row's result depends on that row alone: its place among others changes no bit.</remarks>
internal interface ITangentPass
{
    /// <summary>Largest number of rows of one run.</summary>
    int MaximumRows { get; }

    /// <summary>Number of rows that have passed.</summary>
    long RowsComputed { get; }

    /// <summary>Computes outputs and tangents of [rows, input].</summary>
    void Run(ReadOnlySpan<float> input, int rows);

    /// <summary>A row's output.</summary>
    ReadOnlySpan<float> Output(int row);

    /// <summary>∂output/∂input of a row along the j-th direction.</summary>
    ReadOnlySpan<float> Tangent(int row, int j);
}

/// <summary>Makes tangent passes of the widest registers that the machine has.</summary>
internal static class TangentPass
{
    /// <param name="parameters">Weights of the layers.</param>
    /// <param name="layers">The stack.</param>
    /// <param name="directions">Inputs to differentiate by; null: all.</param>
    public static ITangentPass Create(ReadOnlySpan<float> parameters, IReadOnlyList<PlacedLayer> layers, IReadOnlyList<int>? directions = null) =>
        Lanes512.IsSupported ? new TangentPass<Lanes512>(parameters, layers, directions)
        : Lanes256.IsSupported ? new TangentPass<Lanes256>(parameters, layers, directions)
        : new TangentPass<Lanes128>(parameters, layers, directions);
}

/// <summary>A tangent pass at one register width: one tangent row per direction goes forward beside each row of values.</summary>
internal sealed unsafe class TangentPass<T> : ITangentPass where T : unmanaged, ILanes<T>
{
    // Enough rows to feed the kernels, few enough to stay in cache.
    private const int TangentRows = 256;

    private readonly LayerKernel<T>[] _kernels;
    private readonly AlignedBuffer _units, _scratch;
    private readonly AlignedBuffer[] _values, _tangents;
    private readonly int _inputs, _directions, _outputs, _outputStride;

    public TangentPass(ReadOnlySpan<float> parameters, IReadOnlyList<PlacedLayer> layers, IReadOnlyList<int>? directions = null)
    {
        _kernels = LayerKernels<T>.ForInference(parameters, layers);
        (_inputs, _outputs, _outputStride) = (layers[0].Input.Length, layers[^1].Output.Length, AlignedBuffer.RowStride(_kernels[^1].Columns));
        directions ??= [.. Enumerable.Range(0, _inputs)];
        _directions = directions.Count;
        MaximumRows = Math.Max(1, TangentRows / _directions);
        int widest = _kernels.Max(k => AlignedBuffer.RowStride(k.Columns));
        _values = [new AlignedBuffer(MaximumRows * widest), new AlignedBuffer(MaximumRows * widest)];
        _tangents = [new AlignedBuffer(MaximumRows * _directions * widest), new AlignedBuffer(MaximumRows * _directions * widest)];
        (_scratch, _units) = (new AlignedBuffer(_kernels.Max(k => k.ScratchLength)), new AlignedBuffer(MaximumRows * _directions * _inputs));
        for (int r = 0; r < MaximumRows * _directions; r++) _units.Span[(r * _inputs) + directions[r % _directions]] = 1;
    }

    /// <inheritdoc/>
    public int MaximumRows { get; }

    /// <inheritdoc/>
    public long RowsComputed { get; private set; }

    // The layers take turns on two buffers.
    private int Last => (_kernels.Length - 1) % 2;

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<float> input, int rows)
    {
        RowsComputed += rows;
        fixed (float* start = input)
        {
            RowBlock x = new(start, _inputs), dx = new(_units.Pointer, _inputs);
            if (_kernels[0].ReadsPadding) x = x.Padded(rows, _inputs, _values[1].Pointer);
            for (int l = 0; l < _kernels.Length; l++)
            {
                int stride = AlignedBuffer.RowStride(_kernels[l].Columns);
                RowBlock y = new(_values[l % 2].Pointer, stride), dy = new(_tangents[l % 2].Pointer, stride);
                _kernels[l].Forward(x, y, rows, _scratch.Pointer);
                _kernels[l].Tangent(x, y, dx, dy, rows, _directions, _scratch.Pointer);
                (x, dx) = (y, dy);
            }
        }
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Output(int row) => _values[Last].Span.Slice(row * _outputStride, _outputs);

    /// <inheritdoc/>
    public ReadOnlySpan<float> Tangent(int row, int j) => _tangents[Last].Span.Slice(((row * _directions) + j) * _outputStride, _outputs);
}
