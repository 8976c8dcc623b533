namespace Microsoft.ML.Vae.Core;

/// <summary>A function of one row with its first two derivatives, in double precision.</summary>
internal interface IRowFunction
{
    /// <summary>y = f(x).</summary>
    void Forward(ReadOnlySpan<double> x, Span<double> y);

    /// <summary>dy = J dx.</summary>
    void Tangent(ReadOnlySpan<double> x, ReadOnlySpan<double> dx, Span<double> dy);

    /// <summary>dx = Jᵀ dy.</summary>
    void Adjoint(ReadOnlySpan<double> x, ReadOnlySpan<double> dy, Span<double> dx);

    /// <summary>D²f[u, v].</summary>
    void SecondTangent(ReadOnlySpan<double> x, ReadOnlySpan<double> u, ReadOnlySpan<double> v, Span<double> result);
}

/// <summary>A layer that goes row by row through such a function: softmax, and layers of the user's own.</summary>
internal sealed class SmoothRows(PlacedLayer at, IRowFunction function) : SmoothLayer(at)
{
    private readonly int _inputs = at.Input.Length, _outputs = at.Output.Length;

    public override void Push(ReadOnlySpan<double> x, Span<double> y, int groups, Span<double> scratch)
    {
        int points = y.Length / groups / Stride;
        y.Clear();
        for (int row = 0; row < groups * points; row++)
        {
            var at = x.Slice(row % points * InputStride, _inputs);
            if (row < points) function.Forward(at, y.Slice(row * Stride, _outputs));
            else function.Tangent(at, x.Slice(row * InputStride, _inputs), y.Slice(row * Stride, _outputs));
        }
    }

    public override void PushTwice(ReadOnlySpan<double> x, Span<double> y, Span<double> scratch)
    {
        Push(x, y, 3, scratch);
        int points = y.Length / 3 / Stride;
        for (int p = 0; p < points; p++)
        {
            var direction = x.Slice((points + p) * InputStride, _inputs);
            var bent = scratch[.._outputs];
            function.SecondTangent(x.Slice(p * InputStride, _inputs), direction, direction, bent);
            for (int i = 0; i < _outputs; i++) y[(((2 * points) + p) * Stride) + i] += bent[i];
        }
    }

    public override void Pull(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> dy, Span<double> dx)
    {
        dx.Clear();
        for (int p = 0; p < dy.Length / Stride; p++) function.Adjoint(x.Slice(p * InputStride, _inputs), dy.Slice(p * Stride, _outputs), dx.Slice(p * InputStride, _inputs));
    }

    public override void AddHessians(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> adjoint, int points, Span<double> hessians, Span<double> scratch)
    {
        int d = (x.Length / points / InputStride) - 1;
        var bent = scratch[.._outputs];
        for (int p = 0; p < points; p++)
            for (int i = 0; i < d; i++)
                for (int j = 0; j <= i; j++)
                {
                    function.SecondTangent(x.Slice(p * InputStride, _inputs), Direction(x, points, p, i), Direction(x, points, p, j), bent);
                    double sum = System.Numerics.Tensors.TensorPrimitives.Dot<double>(bent, adjoint.Slice(p * Stride, _outputs));
                    hessians[(p * d * d) + (i * d) + j] += sum;
                    if (i != j) hessians[(p * d * d) + (j * d) + i] += sum;
                }
    }

    private ReadOnlySpan<double> Direction(ReadOnlySpan<double> x, int points, int point, int direction) => x.Slice((((1 + direction) * points) + point) * InputStride, _inputs);
}
