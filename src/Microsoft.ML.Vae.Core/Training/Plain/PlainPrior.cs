namespace Microsoft.ML.Vae.Core;

/// <summary>A prior's density and gradients during a step; where it has pseudo-inputs, these go through the encoder first, and their gradient back through it.</summary>
internal sealed class PlainPrior(VaeArchitecture architecture, ParameterLayout layout)
{
    private readonly int _n = architecture.LatentDimension, _components = architecture.Prior.PseudoInputCount;
    private readonly PseudoPosteriors _posteriors = new(architecture.Posterior, architecture.Prior.PseudoInputCount, architecture.LatentDimension);
    private readonly PlainPass? _encoder = architecture.Prior.PseudoInputCount > 0 ? new PlainPass(layout.Encoder, architecture.Prior.PseudoInputCount) : null;
    private readonly List<float> _latentGradient = [];
    private IPriorDensity _density = null!;
    private double[] _gradient = [];

    private int PseudoInputs => layout.Prior.Offset + _components;

    /// <summary>Takes the parameters of this step.</summary>
    public void Prepare(float[] parameters)
    {
        float[] own = layout.Prior.Of(parameters.AsSpan()).ToArray();
        if (_encoder is not null) own = Encode(parameters, own);
        _gradient = new double[own.Length];
        _latentGradient.Clear();
        _density = architecture.Prior.Density(_n, own, () => new NetworkImmersion(layout.MeanDecoder, parameters));
    }

    /// <summary>log p(z).</summary>
    public double LogDensity(ReadOnlySpan<float> z) => _density.LogDensity(z);

    /// <summary>Takes note of weight · ∂log p/∂z, draw after draw, and adds to the parameters' gradient.</summary>
    public void Differentiate(int row, int draw, double weight, ReadOnlySpan<float> z)
    {
        if (row == 0 && draw == 0) _latentGradient.Clear();
        var slope = new float[_n];
        if (weight != 0)
        {
            _density.Gradient(z, slope);
            _density.AddParameterGradient(z, -weight, _gradient);
        }
        foreach (float s in slope) _latentGradient.Add((float)(weight * s));
    }

    /// <summary>weight · ∂log p/∂zⱼ of a draw, as noted.</summary>
    public float LatentGradient(int at) => _latentGradient[at];

    /// <summary>Writes the own parameters' gradient to its place; adds what went back through the encoder.</summary>
    public void StoreGradient(float[] parameters, float[] gradient)
    {
        if (_encoder is null)
        {
            for (int i = 0; i < _gradient.Length; i++) gradient[layout.Prior.Offset + i] = (float)_gradient[i];
            return;
        }
        int headLength = layout.Head.Output.Length;
        for (int c = 0; c < _components; c++)
        {
            gradient[layout.Prior.Offset + c] = (float)_gradient[c];
            _posteriors.ReadGradient(c, _gradient, _encoder.OutputDelta.Slice(c * headLength, headLength));
        }
        _encoder.Backward(parameters, parameters.AsSpan(PseudoInputs), _components, gradient);
        _encoder.InputDelta.CopyTo(gradient.AsSpan(PseudoInputs));
    }

    private float[] Encode(float[] parameters, float[] own)
    {
        var mixture = new float[_posteriors.ParameterCount];
        own.AsSpan(0, _components).CopyTo(mixture);
        _encoder!.Forward(parameters, parameters.AsSpan(PseudoInputs), _components);
        int headLength = layout.Head.Output.Length;
        for (int c = 0; c < _components; c++) _posteriors.Write(c, _encoder.Output.Slice(c * headLength, headLength), mixture);
        return mixture;
    }
}
