namespace Microsoft.ML.Vae.Core;

/// <summary>Computes gradients and updates parameters; owns the mutable parameters and the optimiser's state, and nothing else.</summary>
/// <remarks>The trainer supplies rows and noise, so that engines are comparable functions: the same rows, noise and parameters give the same step.
/// Every engine minimises the batch average of −bound (features summed); see <see cref="Bound"/>.</remarks>
public interface ITrainingEngine : IDisposable
{
    /// <summary>One Adam step on one batch. Returns the terms before the step.</summary>
    BoundTerms Step(in Minibatch batch, in StepSettings settings);

    /// <summary>The same step; <paramref name="meanwhile"/> has run once when it returns, on any thread, best where a thread would else wait.</summary>
    /// <param name="batch">Rows and noise.</param>
    /// <param name="settings">Of this step.</param>
    /// <param name="meanwhile">Touches neither this engine nor this batch, and does not throw: the next batch is drawn here.</param>
    BoundTerms Step(in Minibatch batch, in StepSettings settings, Action meanwhile)
    {
        ArgumentNullException.ThrowIfNull(meanwhile);
        meanwhile();
        return Step(batch, settings);
    }

    /// <summary>The batch average of the terms, without changing anything.</summary>
    BoundTerms Evaluate(in Minibatch batch, double klWeight);

    /// <summary>Writes −bound of each row, [Count], whatever its weight, without changing anything. One row after another, unless an engine knows a faster way.</summary>
    void RowLosses(in Minibatch batch, double klWeight, Span<double> losses)
    {
        for (int r = 0; r < batch.Count; r++) losses[r] = Evaluate(batch.Row(r), klWeight).Loss;
    }

    /// <summary>Writes the gradient of the loss in the order of the parameter layout, without a step. Returns the terms.</summary>
    /// <param name="batch">Rows and noise.</param>
    /// <param name="klWeight">β.</param>
    /// <param name="gradient">[parameter count].</param>
    BoundTerms Gradient(in Minibatch batch, double klWeight, Span<float> gradient);

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
    /// <exception cref="ArgumentException">The parameters belong to another architecture.</exception>
    /// <exception cref="NotSupportedException">The engine cannot express a part of the architecture; it is named.</exception>
    ITrainingEngine Create(VaeArchitecture architecture, VaeParameters initial, EngineSettings settings);
}
