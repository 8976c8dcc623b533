namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>A layer of one's own (Ballé et al. 2016): yᵢ = xᵢ/√sᵢ, sᵢ = 1 + bᵢ² + Σⱼ gᵢⱼ² xⱼ², of the first so many values. Its second derivative is left to the library's differences.</summary>
internal sealed record DivisiveNormalization(int Outputs) : RowLayer
{
    public override string Kind => "DivisiveNormalization";

    public override Shape Output(Shape input) => Shape.Vector(Outputs);

    public override IEnumerable<BlockSpec> Blocks(Shape input) => [new("gains", Outputs, input.Length), new("offsets", Outputs, 1)];

    public override void Initialize(Shape input, RandomStream random, Span<float> parameters) => random.Normals(parameters);

    /// <summary>The same without single precision anywhere.</summary>
    public double[] Exact(double[] x, double[] parameters) =>
        [.. Enumerable.Range(0, Outputs).Select(i => x[i] / Math.Sqrt(1 + Math.Pow(parameters[(Outputs * x.Length) + i], 2) + x.Select((v, j) => Math.Pow(parameters[(i * x.Length) + j] * v, 2)).Sum()))];

    public override void Forward(ReadOnlySpan<double> x, ReadOnlySpan<float> parameters, Span<double> y)
    {
        for (int i = 0; i < Outputs; i++) y[i] = x[i] / Math.Sqrt(Scale(x, parameters, i));
    }

    public override void Backward(ReadOnlySpan<double> x, ReadOnlySpan<float> parameters, ReadOnlySpan<double> dy, Span<double> dx, Span<double> gradient)
    {
        dx.Clear();
        for (int i = 0; i < Outputs; i++)
        {
            double scale = Scale(x, parameters, i), slope = -dy[i] * x[i] / (scale * Math.Sqrt(scale));
            dx[i] += dy[i] / Math.Sqrt(scale);
            for (int j = 0, at = i * x.Length; j < x.Length; j++, at++)
            {
                dx[j] += slope * parameters[at] * parameters[at] * x[j];
                gradient[at] += slope * parameters[at] * x[j] * x[j];
            }
            gradient[(Outputs * x.Length) + i] += slope * parameters[(Outputs * x.Length) + i];
        }
    }

    public override void Tangent(ReadOnlySpan<double> x, ReadOnlySpan<float> parameters, ReadOnlySpan<double> dx, Span<double> dy)
    {
        for (int i = 0; i < Outputs; i++)
        {
            double scale = Scale(x, parameters, i), moved = 0;
            for (int j = 0; j < x.Length; j++) moved += (double)parameters[(i * x.Length) + j] * parameters[(i * x.Length) + j] * x[j] * dx[j];
            dy[i] = (dx[i] - (x[i] * moved / scale)) / Math.Sqrt(scale);
        }
    }

    private double Scale(ReadOnlySpan<double> x, ReadOnlySpan<float> parameters, int i)
    {
        double offset = parameters[(Outputs * x.Length) + i], scale = 1 + (offset * offset);
        for (int j = 0; j < x.Length; j++) scale += Math.Pow(parameters[(i * x.Length) + j] * x[j], 2);
        return scale;
    }
}
