namespace Microsoft.ML.Vae.Core;

/// <summary>All parameters of a VAE in one buffer, read by named views. Immutable once made.</summary>
public sealed class VaeParameters
{
    private readonly float[] _values;

    /// <summary>Takes a copy of <paramref name="values"/>.</summary>
    /// <exception cref="ArgumentException">The number of values does not fit the layout.</exception>
    public VaeParameters(ParameterLayout layout, ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(layout);
        if (values.Length != layout.Length)
            throw new ArgumentException($"Expected {layout.Length} parameter values, got {values.Length}.", nameof(values));
        Layout = layout;
        _values = values.ToArray();
    }

    /// <summary>Names and places of the views.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The whole buffer.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>The values of one block.</summary>
    public ReadOnlySpan<float> this[ParameterBlock block] => _values.AsSpan(block.Offset, block.Length);

    /// <summary>Random initial weights: Glorot-uniform for saturating and linear layers, He-normal for ReLU and softplus; zero biases;
    /// the likelihood's parameters at their own start.</summary>
    public static VaeParameters Initialize(VaeArchitecture architecture, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var layout = new ParameterLayout(architecture);
        var values = new float[layout.Length];
        foreach (var layer in layout.Encoder.Concat(layout.Decoder))
            Initialize(layer, random.Split((ulong)layer.Weight.Offset), values.AsSpan(layer.Weight.Offset, layer.Weight.Length));
        architecture.Likelihood.InitializeParameters(values.AsSpan(layout.Likelihood.Offset, layout.Likelihood.Length));
        return new VaeParameters(layout, values);
    }

    private static void Initialize(DenseLayer layer, RandomStream random, Span<float> weights)
    {
        if (layer.Activation is Activation.Relu or Activation.Softplus)
        {
            random.Normals(weights);
            float deviation = MathF.Sqrt(2f / layer.In);
            for (int i = 0; i < weights.Length; i++) weights[i] *= deviation;
            return;
        }
        double limit = Math.Sqrt(6.0 / (layer.In + layer.Out));
        for (int i = 0; i < weights.Length; i++) weights[i] = (float)(limit * ((2 * random.Uniform(i)) - 1));
    }
}
