using System.Buffers;

namespace Microsoft.ML.Vae.Core;

/// <summary>
/// A few points on their way through a network: their values and derivatives along some directions, kept for every layer in memory of
/// the shared pool. A block is [1 + directions, points, stride]: the values' rows, then those of each direction.
/// </summary>
internal readonly ref struct SmoothPass
{
    // Beside the blocks: two groups for a layer's own use, and two adjoints.
    private const int SpareGroups = 4;

    private readonly SmoothLayer[] _layers;
    private readonly double[] _buffer;
    private readonly int _points, _groups, _stride;

    /// <param name="layers">The network.</param>
    /// <param name="points">Points that pass together.</param>
    /// <param name="directions">Derivatives carried for each point.</param>
    public SmoothPass(SmoothLayer[] layers, int points, int directions)
    {
        (_layers, _points, _groups, _stride) = (layers, points, 1 + directions, layers[0].InputStride);
        foreach (var layer in layers) _stride = Math.Max(_stride, layer.Stride);
        _buffer = ArrayPool<double>.Shared.Rent(((layers.Length + 1) * BlockLength) + (SpareGroups * points * _stride));
        Input.Clear();
    }

    /// <summary>What enters the first layer; zero at first.</summary>
    public Span<double> Input => Block(0, _layers[0].InputStride);

    /// <summary>What leaves the last layer.</summary>
    public Span<double> Output => Outputs(_layers.Length - 1);

    private int BlockLength => _groups * _points * _stride;

    private Span<double> Scratch => _buffer.AsSpan((_layers.Length + 1) * BlockLength, 2 * _points * _stride);

    /// <summary>The rows of the values (0) or of one direction (1, 2 …) in a block.</summary>
    public Span<double> Group(Span<double> block, int group) => block.Slice(block.Length / _groups * group, block.Length / _groups);

    /// <summary>Values, and first derivatives along every direction.</summary>
    public void Forward()
    {
        for (int l = 0; l < _layers.Length; l++) _layers[l].Push(Inputs(l), Outputs(l), _groups, Scratch);
    }

    /// <summary>Values, and the first and second derivative along one line; the input's second group is the direction, its third zero.</summary>
    public void ForwardTwice()
    {
        for (int l = 0; l < _layers.Length; l++) _layers[l].PushTwice(Inputs(l), Outputs(l), Scratch);
    }

    /// <summary>After <see cref="Forward"/> along all input axes: Σᵢ wᵢ ∇²fᵢ of each point, by one sweep back.</summary>
    /// <param name="weights">w, [points, D].</param>
    /// <param name="hessians">[points, d, d].</param>
    public void Hessians(ReadOnlySpan<double> weights, Span<double> hessians)
    {
        hessians.Clear();
        var adjoint = Adjoint(_layers.Length);
        Load(weights, adjoint);
        for (int l = _layers.Length - 1; l >= 0; l--)
        {
            Span<double> x = Inputs(l), y = Group(Outputs(l), 0);
            _layers[l].AddHessians(x, y, adjoint, _points, hessians, Scratch);
            if (l == 0) break;
            var next = Adjoint(l);
            _layers[l].Pull(Group(x, 0), y, adjoint, next);
            adjoint = next;
        }
    }

    /// <summary>After <see cref="Forward"/>: Jᵀw of each point, by one sweep back.</summary>
    /// <param name="weights">w, [points, D].</param>
    /// <param name="pulled">[points, d].</param>
    public void Pull(ReadOnlySpan<double> weights, Span<double> pulled)
    {
        var adjoint = Adjoint(_layers.Length);
        Load(weights, adjoint);
        for (int l = _layers.Length - 1; l >= 0; l--)
        {
            var next = Adjoint(l);
            _layers[l].Pull(Group(Inputs(l), 0), Group(Outputs(l), 0), adjoint, next);
            adjoint = next;
        }
        int width = pulled.Length / _points, stride = adjoint.Length / _points;
        for (int p = 0; p < _points; p++) adjoint.Slice(p * stride, width).CopyTo(pulled[(p * width)..]);
    }

    /// <summary>Copies rows into padded ones, of which there is one for each point; the padding becomes zero.</summary>
    public void Load(ReadOnlySpan<double> rows, Span<double> padded)
    {
        int width = rows.Length / _points, stride = padded.Length / _points;
        padded.Clear();
        for (int p = 0; p < _points; p++) rows.Slice(p * width, width).CopyTo(padded[(p * stride)..]);
    }

    public void Dispose() => ArrayPool<double>.Shared.Return(_buffer);

    private Span<double> Inputs(int l) => l == 0 ? Input : Outputs(l - 1);

    private Span<double> Outputs(int l) => Block(l + 1, _layers[l].Stride);

    // Before layer l: two buffers take turns.
    private Span<double> Adjoint(int l) => _buffer.AsSpan(
        ((_layers.Length + 1) * BlockLength) + ((2 + (l % 2)) * _points * _stride), _points * (l == _layers.Length ? _layers[^1].Stride : _layers[l].InputStride));

    private Span<double> Block(int index, int stride) => _buffer.AsSpan(index * BlockLength, _groups * _points * stride);
}
