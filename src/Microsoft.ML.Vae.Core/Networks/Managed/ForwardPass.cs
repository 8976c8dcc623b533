namespace Microsoft.ML.Vae.Core;

/// <summary>Inference through a stack of layers, with buffers of its own. Not thread-safe.</summary>
/// <remarks>A row's result depends on that row alone: neither the batch nor the number of threads changes a bit.</remarks>
internal interface IForwardPass : IDisposable
{
    /// <summary>Number of rows that have passed; tests prove by it that nothing unasked is computed.</summary>
    long RowsComputed { get; }

    /// <summary>[rows, input] → [rows, output]; the result is valid until the next call.</summary>
    ReadOnlySpan<float> Run(ReadOnlySpan<float> input, int rows);
}

/// <summary>Makes forward passes of the widest registers that the machine has.</summary>
internal static class ForwardPass
{
    public static IForwardPass Create(ReadOnlySpan<float> parameters, IReadOnlyList<PlacedLayer> layers, int maximumRows, int threads = 1) =>
        Lanes512.IsSupported ? new ForwardPass<Lanes512>(parameters, layers, maximumRows, threads)
        : Lanes256.IsSupported ? new ForwardPass<Lanes256>(parameters, layers, maximumRows, threads)
        : new ForwardPass<Lanes128>(parameters, layers, maximumRows, threads);
}

/// <summary>A forward pass at one register width: chunks of rows go through all layers while their activations are in cache.</summary>
internal sealed unsafe class ForwardPass<T> : IForwardPass where T : unmanaged, ILanes<T>
{
    private const int ChunkRows = 64;

    private readonly LayerKernel<T>[] _kernels;
    private readonly AlignedBuffer[] _ping, _pong, _scratch;
    private readonly AlignedBuffer _output;
    private readonly WorkerPool? _pool;
    private readonly int[] _bounds;
    private readonly Action<int, int> _runChunk;
    private readonly int _inputs, _outputs, _direct;
    private float* _input;
    private int _rows;

    public ForwardPass(ReadOnlySpan<float> parameters, IReadOnlyList<PlacedLayer> layers, int maximumRows, int threads)
    {
        _kernels = LayerKernels<T>.ForInference(parameters, layers);
        int widest = layers.Max(l => AlignedBuffer.RowStride(l.Output.Length)) * Math.Min(ChunkRows, maximumRows), scratch = _kernels.Max(k => k.ScratchLength);
        _ping = [.. Enumerable.Range(0, threads).Select(_ => new AlignedBuffer(widest))];
        _pong = [.. Enumerable.Range(0, threads).Select(_ => new AlignedBuffer(widest))];
        _scratch = [.. Enumerable.Range(0, threads).Select(_ => new AlignedBuffer(scratch))];
        (_inputs, _outputs) = (layers[0].Input.Length, layers[^1].Output.Length);
        _output = new AlignedBuffer(maximumRows * _outputs);
        _direct = AlignedBuffer.RowStride(_outputs) == _outputs ? LastOutOfPlace() : -1;
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

    // The layer whose output needs no padding, and nobody replaces: it writes where the result belongs.
    private int LastOutOfPlace()
    {
        int last = _kernels.Length - 1;
        while (last > 0 && _kernels[last].IsInPlace) last--;
        return last;
    }

    private void RunChunk(int chunk, int thread)
    {
        int first = chunk * ChunkRows, count = Math.Min(ChunkRows, _rows - first);
        var x = new RowBlock(_input + ((nint)first * _inputs), _inputs);
        float* free = _ping[thread].Pointer, spare = _pong[thread].Pointer;
        if (_kernels[0].ReadsPadding) x = x.Padded(count, _inputs, spare);
        for (int l = 0; l < _kernels.Length; l++)
        {
            bool stays = l > 0 && _kernels[l].IsInPlace;
            var y = stays ? x : l == _direct ? new RowBlock(_output.Pointer + ((nint)first * _outputs), _outputs) : new RowBlock(free, AlignedBuffer.RowStride(_kernels[l].Columns));
            _kernels[l].Forward(x, y, count, _scratch[thread].Pointer);
            x = y;
            if (stays) continue;
            float* next = spare;
            spare = free;
            free = next;
        }
        for (int r = 0; r < count && _direct < 0; r++) x.Values(r, _outputs).CopyTo(_output.Span[((first + r) * _outputs)..]);
    }
}
