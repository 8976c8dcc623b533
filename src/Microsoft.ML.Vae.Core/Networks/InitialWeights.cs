namespace Microsoft.ML.Vae.Core;

/// <summary>How the layers' weights are drawn before training. Before rectifiers always He-normal, √(2/inputs).</summary>
public enum InitialWeights
{
    /// <summary>Normal with deviation 1/√inputs, and the first layer's biases of each network as widely: units then differ in where they bend, and few features still reach every
    /// unit's curved part. On dense clusters the bound is better by far, and so is detection (DECISIONS).</summary>
    LeCunNormal,

    /// <summary>Uniform on ± √(6/(inputs + outputs)), biases 0: a wide layer on few inputs starts nearly linear.</summary>
    Glorot,
}
