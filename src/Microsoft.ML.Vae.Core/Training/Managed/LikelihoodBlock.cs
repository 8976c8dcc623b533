namespace Microsoft.ML.Vae.Core;

/// <summary>The likelihood's own parameters (a learned variance, for instance): their gradient over the batch, and their Adam step.</summary>
internal sealed unsafe class LikelihoodBlock<T>(Likelihood likelihood, int features, RowLoss loss) where T : unmanaged, ILanes<T>
{
    private readonly int _count = likelihood.ParameterCount(features);

    public TrainedBuffer Parameters { get; } = new(AlignedBuffer.Padded(likelihood.ParameterCount(features)));

    public Span<float> Values => Parameters.Values.Span[.._count];

    /// <summary>Adds the gradient of a slice of rows; the first of a batch begins anew.</summary>
    public void Accumulate(BoundPass<T> rows, bool isFirst)
    {
        if (_count == 0) return;
        if (isFirst) loss.BeginGradient(Parameters.Gradient);
        rows.AddLikelihoodGradient(Parameters.Gradient);
    }

    /// <summary>Completes the gradient of the rows accumulated; returns its squared norm.</summary>
    public double Finish()
    {
        if (_count == 0) return 0;
        loss.FinishGradient(Parameters.Gradient);
        return Reductions<T>.SumOfSquares(Parameters.Gradient.Pointer, Parameters.Length);
    }

    /// <summary>The Adam step of the stored gradient, scaled; parameters stay above their floor.</summary>
    public void Apply(in AdamUpdate<T> adam, float scale)
    {
        if (_count == 0) return;
        adam.Apply(Parameters, 0, Parameters.Length, Parameters.Gradient.Pointer, scale);
        foreach (ref float p in Values) p = Math.Max(p, likelihood.ParameterFloor);
    }
}
