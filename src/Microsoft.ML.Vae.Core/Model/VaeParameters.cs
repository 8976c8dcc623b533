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

    /// <summary>Random start values of the layers; likelihood and prior at their own start.</summary>
    public static VaeParameters Initialize(VaeArchitecture architecture, RandomStream random, InitialWeights weights = InitialWeights.LeCunNormal)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var layout = new ParameterLayout(architecture);
        var values = new float[layout.Length];
        InitialDraw.Fill(weights, layout.Encoder, random, values);
        InitialDraw.Fill(weights, layout.Decoder, random, values);
        architecture.Likelihood.InitializeParameters(layout.Likelihood.Of(values.AsSpan()));
        architecture.Prior.InitializeParameters(architecture.LatentDimension, architecture.FeatureCount, random.Split((ulong)layout.Prior.Offset), layout.Prior.Of(values.AsSpan()));
        return new VaeParameters(layout, values);
    }
}
