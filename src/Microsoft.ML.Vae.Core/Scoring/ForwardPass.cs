namespace Microsoft.ML.Vae.Core;

/// <summary>Inference through a stack of dense layers, with buffers of its own. Not thread-safe.</summary>
/// <remarks>A row's result depends on that row alone: neither the batch nor the number of threads changes a bit.</remarks>
internal interface IForwardPass : IDisposable
{
    /// <summary>Number of rows that have passed; tests prove by it that nothing unasked is computed.</summary>
    long RowsComputed { get; }

    /// <summary>[rows, In] → [rows, Out]; the result is valid until the next call.</summary>
    ReadOnlySpan<float> Run(ReadOnlySpan<float> input, int rows);
}

/// <summary>Makes forward passes of the widest registers that the machine has.</summary>
internal static class ForwardPass
{
    public static IForwardPass Create(VaeParameters parameters, IReadOnlyList<DenseLayer> layers, int maximumRows, int threads = 1) =>
        Lanes512.IsSupported ? new ForwardPass<Lanes512>(parameters, layers, maximumRows, threads)
        : Lanes256.IsSupported ? new ForwardPass<Lanes256>(parameters, layers, maximumRows, threads)
        : new ForwardPass<Lanes128>(parameters, layers, maximumRows, threads);
}

/// <summary>A forward pass at one register width: chunks of rows go through all layers while their activations are in cache.</summary>
internal sealed unsafe class ForwardPass<T> : IForwardPass where T : unmanaged, ILanes<T>
{
    private const int ChunkRows = 64;

    private readonly PackedLayer<T>[] _layers;
    private readonly AlignedBuffer[] _ping, _pong;
    private readonly AlignedBuffer _output;
    private readonly WorkerPool? _pool;
    private readonly int[] _bounds;
    private readonly Action<int, int> _runChunk;
    private readonly int _outputs;
    private readonly bool _isOutputUnpadded;
    private float* _input;
    private int _rows;

    public ForwardPass(VaeParameters parameters, IReadOnlyList<DenseLayer> layers, int maximumRows, int threads)
    {
        _layers = [.. layers.Select(l => new PackedLayer<T>(l, 1, hasInputGradient: false))];
        foreach (var layer in _layers) layer.Import(parameters.Values, static b => b.Values);
        int widest = layers.Max(l => AlignedBuffer.RowStride(l.Out)) * Math.Min(ChunkRows, maximumRows);
        _ping = [.. Enumerable.Range(0, threads).Select(_ => new AlignedBuffer(widest))];
        _pong = [.. Enumerable.Range(0, threads).Select(_ => new AlignedBuffer(widest))];
        _outputs = layers[^1].Out;
        _output = new AlignedBuffer(maximumRows * _outputs);
        _isOutputUnpadded = AlignedBuffer.RowStride(_layers[^1].Columns) == _outputs;
        (_bounds, _runChunk) = (new int[threads + 1], RunChunk);
        if (threads > 1) _pool = new WorkerPool(threads);
    }

    /// <inheritdoc/>
    public long RowsComputed { get; private set; }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Run(ReadOnlySpan<float> input, int rows)
    {
        RowsComputed += rows;
        int chunks = (rows + ChunkRows - 1) / ChunkRows;
        fixed (float* pointer = input)
        {
            _input = pointer;
            _rows = rows;
            if (_pool is not null && chunks > 1)
            {
                for (int t = 0; t < _bounds.Length; t++) _bounds[t] = chunks * t / _pool.Threads;
                _pool.Run(_bounds, _runChunk);
            }
            else
            {
                for (int c = 0; c < chunks; c++) RunChunk(c, 0);
            }
        }
        return _output.Span[..(rows * _outputs)];
    }

    /// <inheritdoc/>
    public void Dispose() => _pool?.Dispose();

    private void RunChunk(int chunk, int thread)
    {
        int first = chunk * ChunkRows, count = Math.Min(ChunkRows, _rows - first), xStride = _layers[0].Inputs;
        float* x = _input + ((nint)first * xStride), y = _ping[thread].Pointer, spare = _pong[thread].Pointer;
        foreach (var layer in _layers)
        {
            int yStride = AlignedBuffer.RowStride(layer.Columns);
            if (_isOutputUnpadded && layer == _layers[^1]) y = _output.Pointer + ((nint)first * _outputs);
            layer.Forward(x, xStride, count, y, yStride);
            x = y;
            y = spare;
            spare = x;
            xStride = yStride;
        }
        for (int r = 0; r < count && !_isOutputUnpadded; r++)
            new ReadOnlySpan<float>(x + ((nint)r * xStride), _outputs).CopyTo(_output.Span[((first + r) * _outputs)..]);
    }
}
