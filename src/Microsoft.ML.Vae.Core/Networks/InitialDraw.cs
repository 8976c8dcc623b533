namespace Microsoft.ML.Vae.Core;

/// <summary>Random start values of a layer's parameters.</summary>
/// <param name="kind">How.</param>
/// <param name="following">What comes after the layer.</param>
/// <param name="isFirst">Whether it is the first of several layers that learn.</param>
/// <param name="random">Of this layer alone.</param>
/// <param name="values">The whole parameter buffer, zero at first.</param>
internal sealed class InitialDraw(InitialWeights kind, Activation following, bool isFirst, RandomStream random, float[] values) : LayerVisitor<bool>
{
    // What a layer's biases are drawn from, beside its weights.
    private const ulong BiasStream = 77;

    /// <summary>Fills the parameters of a network.</summary>
    public static void Fill(InitialWeights kind, IReadOnlyList<PlacedLayer> layers, RandomStream random, float[] values)
    {
        int[] learning = [.. Enumerable.Range(0, layers.Count).Where(l => layers[l].Blocks.Count > 0)];
        foreach (int l in learning)
        {
            var following = l + 1 < layers.Count && layers[l + 1].Layer is Elementwise next ? next.Activation : Activation.Linear;
            layers[l].Accept(new InitialDraw(kind, following, l == learning[0] && learning.Length > 1, random.Split((ulong)layers[l].Offset), values));
        }
    }

    public override bool Visit(Dense layer, PlacedLayer at) => Draw(at, at.Input.Length, at.Output.Length);

    public override bool Visit(Convolution layer, PlacedLayer at) => Draw(at, at.Weight.Columns, layer.Channels * layer.Kernel * layer.Kernel);

    // An output pixel sees one in stride² of the kernel's weights.
    public override bool Visit(TransposedConvolution layer, PlacedLayer at) =>
        Draw(at, Math.Max(1, at.Input.Channels * layer.Kernel * layer.Kernel / (layer.Stride * layer.Stride)), at.Weight.Columns);

    public override bool Visit(Elementwise layer, PlacedLayer at) => true;

    public override bool Visit(Reshape layer, PlacedLayer at) => true;

    public override bool Visit(Softmax layer, PlacedLayer at) => true;

    public override bool Visit(SideBySide layer, PlacedLayer at) => true;

    public override bool Visit(RowLayer layer, PlacedLayer at)
    {
        layer.Initialize(at.Input, random, values.AsSpan(at.Offset, at.Blocks.Sum(b => b.Length)));
        return true;
    }

    private bool Draw(PlacedLayer at, int inputs, int outputs) => kind switch
    {
        InitialWeights.LeCunNormal => LeCun(at, inputs),
        InitialWeights.Glorot => following.IsRectifier() ? Normal(at.Weight, random, 2f / inputs) : Uniform(at.Weight, Math.Sqrt(6.0 / (inputs + outputs))),
    };

    private bool LeCun(PlacedLayer at, int inputs)
    {
        float variance = (following.IsRectifier() ? 2f : 1f) / inputs;
        if (isFirst) Normal(at.Bias, random.Split(BiasStream), variance);
        return Normal(at.Weight, random, variance);
    }

    private bool Normal(ParameterBlock block, RandomStream stream, float variance)
    {
        var drawn = block.Of(values.AsSpan());
        stream.Normals(drawn);
        float deviation = MathF.Sqrt(variance);
        for (int i = 0; i < drawn.Length; i++) drawn[i] *= deviation;
        return true;
    }

    private bool Uniform(ParameterBlock block, double limit)
    {
        var drawn = block.Of(values.AsSpan());
        for (int i = 0; i < drawn.Length; i++) drawn[i] = (float)(limit * ((2 * random.Uniform(i)) - 1));
        return true;
    }
}
