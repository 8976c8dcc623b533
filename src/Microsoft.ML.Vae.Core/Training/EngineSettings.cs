namespace Microsoft.ML.Vae.Core;

/// <summary>Everything an engine must know beside the architecture.</summary>
public sealed record EngineSettings
{
    /// <summary>Largest number of rows that a batch may hold.</summary>
    public required int MaximumBatchSize { get; init; }

    /// <summary>The bound to maximise, and with how many draws.</summary>
    public Bound Bound { get; init; } = Bound.Evidence;

    /// <summary>Worker threads; the result does not depend on it.</summary>
    public int Threads { get; init; } = Math.Min(Environment.ProcessorCount, 8);

    /// <summary>Adam's decay of the mean gradient.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Adam's decay of the mean squared gradient.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Adam's guard against division by zero.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The likelihood's own parameters learn this much faster: a handful of log-variances must travel far within the budget.</summary>
    public double LikelihoodRateFactor { get; init; } = 5;

    /// <summary>Checks an engine's arguments against each other; for whoever writes one.</summary>
    /// <exception cref="ArgumentException">The parameters belong to another architecture, or a size is out of range.</exception>
    public void Check(VaeArchitecture architecture, VaeParameters initial)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(initial);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaximumBatchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Threads);
        var expected = new ParameterLayout(architecture.Validated());
        if (!expected.Blocks.SequenceEqual(initial.Layout.Blocks))
            throw new ArgumentException($"The parameters belong to another architecture: expected {expected.Length} values in blocks of its own, got {initial.Values.Length}.", nameof(initial));
    }
}

/// <summary>What may change from step to step.</summary>
/// <param name="LearningRate">Adam's step size.</param>
/// <param name="KlWeight">β.</param>
/// <param name="MaximumGradientNorm">The gradient is scaled down to this Euclidean norm; infinity: never.</param>
public readonly record struct StepSettings(double LearningRate, double KlWeight, double MaximumGradientNorm);

/// <summary>Parameters and optimiser state at one moment.</summary>
/// <param name="Parameters">Parameter buffer.</param>
/// <param name="FirstMoment">Adam's mean gradient.</param>
/// <param name="SecondMoment">Adam's mean squared gradient.</param>
/// <param name="Steps">Steps done.</param>
public sealed record EngineState(float[] Parameters, float[] FirstMoment, float[] SecondMoment, long Steps);
