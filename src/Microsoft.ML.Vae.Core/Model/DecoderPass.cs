using System.Buffers;
using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>
/// A few points on their way through a decoder: their values and derivatives along some directions, kept for every layer in memory of
/// the shared pool. A block is [1 + directions, points, stride]: the values' rows, then those of each direction.
/// </summary>
internal readonly ref struct DecoderPass
{
    private readonly DecoderLayer[] _layers;
    private readonly double[] _buffer;
    private readonly int _points, _groups, _stride;

    /// <param name="layers">The decoder.</param>
    /// <param name="points">Points that pass together.</param>
    /// <param name="directions">Derivatives carried for each point.</param>
    public DecoderPass(DecoderLayer[] layers, int points, int directions)
    {
        (_layers, _points, _groups, _stride) = (layers, points, 1 + directions, layers[0].InputStride);
        foreach (DecoderLayer layer in layers) _stride = Math.Max(_stride, layer.Stride);
        _buffer = ArrayPool<double>.Shared.Rent((((2 * layers.Length) + 1) * BlockLength) + (points * _stride));
        Input.Clear();
    }

    /// <summary>What enters the first layer; zero at first.</summary>
    public Span<double> Input => Block(0, _layers[0].InputStride);

    /// <summary>What leaves the last layer.</summary>
    public Span<double> Output => Outputs(_layers.Length - 1);

    private int BlockLength => _groups * _points * _stride;

    /// <summary>The rows of the values (0) or of one direction (1, 2 …) in a block.</summary>
    public Span<double> Group(Span<double> block, int group) => block.Slice(block.Length / _groups * group, block.Length / _groups);

    /// <summary>Values, and first derivatives along every direction.</summary>
    public void Forward()
    {
        for (int l = 0; l < _layers.Length; l++)
        {
            Enter(l);
            for (int j = 1; j < _groups; j++) TensorPrimitives.Multiply(Group(Products(l), j), Slopes(l), Group(Outputs(l), j));
        }
    }

    /// <summary>Values, and the first and second derivative along one line; the input's second group is the direction, its third zero.</summary>
    public void ForwardTwice()
    {
        for (int l = 0; l < _layers.Length; l++)
        {
            Enter(l);
            Span<double> first = Group(Outputs(l), 1), second = Group(Outputs(l), 2), slope = Group(Products(l), 1);
            _layers[l].Bends(Group(Outputs(l), 0), second);
            TensorPrimitives.Multiply(second, slope, second);
            TensorPrimitives.Multiply(second, slope, second);
            TensorPrimitives.MultiplyAdd(Group(Products(l), 2), Slopes(l), second, second);
            TensorPrimitives.Multiply(slope, Slopes(l), first);
        }
    }

    /// <summary>After <see cref="Forward"/> along all latent axes: Σᵢ wᵢ ∇²fᵢ of each point, by one sweep back that overwrites the outputs.</summary>
    /// <param name="weights">w, [points, D].</param>
    /// <param name="hessians">[points, d, d].</param>
    public void Hessians(ReadOnlySpan<double> weights, Span<double> hessians)
    {
        hessians.Clear();
        Span<double> adjoint = Group(Output, 1);
        Load(weights, adjoint);
        for (int l = _layers.Length - 1; l >= 0; l--)
        {
            if (!_layers[l].IsLinear) AddHessians(l, adjoint, hessians);
            if (l == 0) break;
            TensorPrimitives.Multiply(adjoint, Slopes(l), adjoint);
            Span<double> next = Group(Outputs(l - 1), 1);
            _layers[l].MultiplyTransposed(adjoint, next);
            adjoint = next;
        }
    }

    /// <summary>Copies rows into padded ones, of which there is one for each point; the padding becomes zero.</summary>
    public void Load(ReadOnlySpan<double> rows, Span<double> padded)
    {
        int width = rows.Length / _points, stride = padded.Length / _points;
        padded.Clear();
        for (int p = 0; p < _points; p++) rows.Slice(p * width, width).CopyTo(padded[(p * stride)..]);
    }

    public void Dispose() => ArrayPool<double>.Shared.Return(_buffer);

    private void Enter(int l)
    {
        _layers[l].Multiply(l == 0 ? Input : Outputs(l - 1), Products(l));
        _layers[l].Activate(Group(Products(l), 0), Group(Outputs(l), 0));
        if (_groups > 1) _layers[l].Slopes(Group(Outputs(l), 0), Slopes(l));
    }

    // H += Σ adjoint · act″ · ∂a ∂aᵀ over the layer's units, a its products.
    private void AddHessians(int l, ReadOnlySpan<double> adjoint, Span<double> hessians)
    {
        int d = _groups - 1, stride = _layers[l].Stride;
        Span<double> bent = Group(Outputs(l), 0), scaled = _buffer.AsSpan(((2 * _layers.Length) + 1) * BlockLength, adjoint.Length);
        _layers[l].Bends(bent, bent);
        TensorPrimitives.Multiply(bent, adjoint, bent);
        for (int i = 0; i < d; i++)
        {
            TensorPrimitives.Multiply(bent, Group(Products(l), 1 + i), scaled);
            for (int j = 0; j < d; j++)
            {
                ReadOnlySpan<double> tangents = Group(Products(l), 1 + j);
                for (int p = 0; p < _points; p++)
                    hessians[(p * d * d) + (i * d) + j] += TensorPrimitives.Dot<double>(scaled.Slice(p * stride, stride), tangents.Slice(p * stride, stride));
            }
        }
    }

    // W x.
    private Span<double> Products(int l) => Block((2 * l) + 1, _layers[l].Stride);

    private Span<double> Outputs(int l) => Block((2 * l) + 2, _layers[l].Stride);

    // Of the values: takes the place of their products, which nobody needs any more.
    private Span<double> Slopes(int l) => Group(Products(l), 0);

    private Span<double> Block(int index, int stride) => _buffer.AsSpan(index * BlockLength, _groups * _points * stride);
}
