namespace Microsoft.ML.Vae.Core;

/// <summary>Random start values of a layer's parameters: Glorot-uniform before saturating and linear functions, He-normal before rectifiers; zero biases.</summary>
/// <param name="following">What comes after the layer.</param>
/// <param name="random">Of this layer alone.</param>
/// <param name="values">The whole parameter buffer, zero at first.</param>
internal sealed class InitialWeights(Activation following, RandomStream random, float[] values) : LayerVisitor<bool>
{
    /// <summary>Fills the parameters of a network.</summary>
    public static void Fill(IReadOnlyList<PlacedLayer> layers, RandomStream random, float[] values)
    {
        for (int l = 0; l < layers.Count; l++)
        {
            if (layers[l].Blocks.Count == 0) continue;
            var following = l + 1 < layers.Count && layers[l + 1].Layer is Elementwise next ? next.Activation : Activation.Linear;
            layers[l].Accept(new InitialWeights(following, random.Split((ulong)layers[l].Offset), values));
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

    private bool Draw(PlacedLayer at, int inputs, int outputs)
    {
        var weights = at.Weight.Of(values.AsSpan());
        if (following.IsRectifier())
        {
            random.Normals(weights);
            float deviation = MathF.Sqrt(2f / inputs);
            for (int i = 0; i < weights.Length; i++) weights[i] *= deviation;
            return true;
        }
        double limit = Math.Sqrt(6.0 / (inputs + outputs));
        for (int i = 0; i < weights.Length; i++) weights[i] = (float)(limit * ((2 * random.Uniform(i)) - 1));
        return true;
    }
}
