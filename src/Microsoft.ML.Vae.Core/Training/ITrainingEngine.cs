namespace Microsoft.ML.Vae.Core;

/// <summary>Computes gradients and updates parameters; owns the mutable parameters and the optimiser's state, and nothing else.</summary>
/// <remarks>The trainer supplies rows and noise, so that engines are comparable functions: the same rows, noise and parameters give the same step.
/// Every engine minimises the batch average of loss = −log p(x|z) + β·KL (features summed).</remarks>
public interface ITrainingEngine : IDisposable
{
    /// <summary>One Adam step on one batch. Returns the terms before the step.</summary>
    ElboTerms Step(in Minibatch batch, in StepSettings settings);

    /// <summary>The same step; <paramref name="meanwhile"/> has run once when it returns, on any thread, best where a thread would else wait.</summary>
    /// <param name="batch">Rows and noise.</param>
    /// <param name="settings">Of this step.</param>
    /// <param name="meanwhile">Touches neither this engine nor this batch, and does not throw: the next batch is drawn here.</param>
    ElboTerms Step(in Minibatch batch, in StepSettings settings, Action meanwhile)
    {
        ArgumentNullException.ThrowIfNull(meanwhile);
        meanwhile();
        return Step(batch, settings);
    }

    /// <summary>The batch average of the terms, without changing anything.</summary>
    ElboTerms Evaluate(in Minibatch batch, double klWeight);

    /// <summary>Writes the gradient of the loss in the order of the parameter layout, without a step. Returns the terms.</summary>
    /// <param name="batch">Rows and noise.</param>
    /// <param name="klWeight">β.</param>
    /// <param name="gradient">[parameter count].</param>
    ElboTerms Gradient(in Minibatch batch, double klWeight, Span<float> gradient);

    /// <summary>A copy of parameters and optimiser state.</summary>
    EngineState Save();

    /// <summary>Replaces parameters and optimiser state.</summary>
    void Load(EngineState state);
}

/// <summary>Makes an engine for an architecture.</summary>
public interface ITrainingEngineFactory
{
    /// <summary>A name for logs.</summary>
    string Name { get; }

    /// <summary>Creates an engine whose parameters start at <paramref name="initial"/>.</summary>
    ITrainingEngine Create(VaeArchitecture architecture, VaeParameters initial, EngineSettings settings);
}

/// <summary>Everything an engine must know beside the architecture.</summary>
public sealed record EngineSettings
{
    /// <summary>Largest number of rows that a batch may hold.</summary>
    public required int MaximumBatchSize { get; init; }

    /// <summary>How reconstructions enter the loss.</summary>
    public LossForm LossForm { get; init; } = LossForm.Conventional;

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
}

/// <summary>How reconstructions enter the loss (Nakagawa et al. 2021; Kato et al. 2020).</summary>
public enum LossForm
{
    /// <summary>D(x, x̂), x̂ = Dec(μ + σε).</summary>
    Conventional,

    /// <summary>D(x, x̆) + D(x̆, x̂), x̆ = Dec(μ): transform loss plus coding loss.</summary>
    Split,
}

/// <summary>What may change from step to step.</summary>
/// <param name="LearningRate">Adam's step size.</param>
/// <param name="KlWeight">β.</param>
/// <param name="MaximumGradientNorm">The gradient is scaled down to this Euclidean norm; infinity: never.</param>
public readonly record struct StepSettings(double LearningRate, double KlWeight, double MaximumGradientNorm);

/// <summary>Rows and noise of one step.</summary>
/// <param name="Features">[Count, m], row-major.</param>
/// <param name="Noise">ε, [Count, n], row-major.</param>
/// <param name="Weights">[Count], weights of the rows in the average; empty: all equal.</param>
/// <param name="Count">Number of rows.</param>
public readonly record struct Minibatch(ReadOnlyMemory<float> Features, ReadOnlyMemory<float> Noise, ReadOnlyMemory<float> Weights, int Count);

/// <summary>The two parts of the evidence lower bound: sums over features, averages over rows, nats.</summary>
/// <param name="LogLikelihood">E_q log p(x|z); of a squared error: −D.</param>
/// <param name="Kl">KL(q(z|x) ‖ N(0, I)).</param>
/// <param name="KlWeight">β.</param>
public readonly record struct ElboTerms(double LogLikelihood, double Kl, double KlWeight)
{
    /// <summary>log-likelihood − β·KL; maximised.</summary>
    public double Elbo => LogLikelihood - (KlWeight * Kl);

    /// <summary>−ELBO; minimised.</summary>
    public double Loss => -Elbo;
}

/// <summary>Parameters and optimiser state at one moment.</summary>
/// <param name="Parameters">Parameter buffer.</param>
/// <param name="FirstMoment">Adam's mean gradient.</param>
/// <param name="SecondMoment">Adam's mean squared gradient.</param>
/// <param name="Steps">Steps done.</param>
public sealed record EngineState(float[] Parameters, float[] FirstMoment, float[] SecondMoment, long Steps);
