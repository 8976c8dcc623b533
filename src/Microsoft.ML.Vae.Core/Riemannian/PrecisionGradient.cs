namespace Microsoft.ML.Vae.Core;

/// <summary>Gradients of a loss by what is trained in the second phase, while a batch is summed. Not thread-safe.</summary>
internal sealed class PrecisionGradient(RbfPrecision precision)
{
    /// <summary>By the positive weights W₊.</summary>
    public OuterSums Weights { get; } = new(precision.Outputs, precision.Count);

    /// <summary>By the centres, [K, d].</summary>
    public double[] Centres { get; } = new double[precision.Count * precision.Dimension];

    /// <summary>By the prior's centre, [d].</summary>
    public double[] PriorMean { get; } = new double[precision.Dimension];

    /// <summary>By ln of the prior's duration.</summary>
    public double LogTime { get; set; }

    /// <summary>Adds everything to a flat buffer [W, c, μ_p, ln t_p], W before its softplus, and starts anew.</summary>
    public void MoveTo(Span<double> target)
    {
        var weights = precision.Weights.Span;
        var byWeights = new double[weights.Length];
        Weights.MoveTo(byWeights);
        for (int i = 0; i < weights.Length; i++) target[i] += byWeights[i] * StableMath.Sigmoid(weights[i]);
        Move(Centres, target[weights.Length..]);
        Move(PriorMean, target[(weights.Length + Centres.Length)..]);
        target[^1] += LogTime;
        LogTime = 0;
    }

    private static void Move(double[] from, Span<double> to)
    {
        for (int i = 0; i < from.Length; i++) to[i] += from[i];
        Array.Clear(from);
    }
}
