namespace Microsoft.ML.Vae.Core;

/// <summary>Forward and backward pass of a stack of dense layers over a batch, with the activations it must remember.</summary>
internal sealed class NetworkPass
{
    // Work is cut by this many rows, independently of the number of threads.
    private const int ChunkRows = 32;

    private readonly IReadOnlyList<DenseLayer> _layers;
    private readonly ParallelOptions _parallel;
    private readonly float[][] _outputs;
    private readonly float[][] _deltas;
    private readonly float[] _inputDelta;

    /// <summary>Allocates for at most <paramref name="maximumRows"/> rows.</summary>
    public NetworkPass(IReadOnlyList<DenseLayer> layers, int maximumRows, int threads)
    {
        (_layers, _parallel) = (layers, new ParallelOptions { MaxDegreeOfParallelism = threads });
        _outputs = [.. layers.Select(l => new float[maximumRows * l.Out])];
        _deltas = [.. layers.Select(l => new float[maximumRows * l.Out])];
        _inputDelta = new float[maximumRows * layers[0].In];
    }

    /// <summary>The last layer's outputs, [rows, Out].</summary>
    public Span<float> Output => _outputs[^1];

    /// <summary>∂loss/∂output, [rows, Out]; set it before <see cref="Backward"/>.</summary>
    public Span<float> OutputDelta => _deltas[^1];

    /// <summary>∂loss/∂input, [rows, In], after <see cref="Backward"/>.</summary>
    public Span<float> InputDelta => _inputDelta;

    /// <summary>Runs the network on [rows, In] inputs.</summary>
    public void Forward(float[] parameters, ReadOnlyMemory<float> input, int rows)
    {
        for (int l = 0; l < _layers.Count; l++)
        {
            var (layer, x, y) = (_layers[l], l == 0 ? input : _outputs[l - 1], _outputs[l]);
            Chunks(rows, (from, count) =>
            {
                var target = y.AsSpan(from * layer.Out, count * layer.Out);
                MatrixProduct.Forward(x.Span.Slice(from * layer.In, count * layer.In), View(parameters, layer.Weight), View(parameters, layer.Bias), target);
                layer.Activation.Apply(target);
            });
        }
    }

    /// <summary>Adds the parameters' gradient to <paramref name="gradient"/>; <paramref name="input"/> is what Forward saw.</summary>
    public void Backward(float[] parameters, ReadOnlyMemory<float> input, int rows, float[] gradient)
    {
        for (int l = _layers.Count - 1; l >= 0; l--)
        {
            var (layer, dy, y) = (_layers[l], _deltas[l], _outputs[l]);
            var (x, dx) = (l == 0 ? input : _outputs[l - 1], l == 0 ? _inputDelta : _deltas[l - 1]);
            layer.Activation.Backward(y.AsSpan(0, rows * layer.Out), dy.AsSpan(0, rows * layer.Out));
            Chunks(rows, (from, count) => MatrixProduct.InputGradient(
                dy.AsSpan(from * layer.Out, count * layer.Out), View(parameters, layer.Weight), layer.Out, dx.AsSpan(from * layer.In, count * layer.In)));
            Chunks(layer.Out, (from, count) => MatrixProduct.AddWeightGradient(
                dy.AsSpan(0, rows * layer.Out), x.Span, from, from + count, View(gradient, layer.Weight), View(gradient, layer.Bias)));
        }
    }

    private static Span<float> View(float[] buffer, ParameterBlock block) => buffer.AsSpan(block.Offset, block.Length);

    private void Chunks(int count, Action<int, int> body)
    {
        int chunks = (count + ChunkRows - 1) / ChunkRows;
        void Run(int c) => body(c * ChunkRows, Math.Min(ChunkRows, count - (c * ChunkRows)));
        if (chunks == 1 || _parallel.MaxDegreeOfParallelism == 1)
            for (int c = 0; c < chunks; c++) Run(c);
        else
            Parallel.For(0, chunks, _parallel, Run);
    }
}
