namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>A plain engine that goes wrong at one step: it reports a loss of NaN, or hides a NaN among its weights.</summary>
internal sealed class FaultyEngine(ITrainingEngine inner, int faultyStep, bool poisonWeights) : ITrainingEngine
{
    private int _steps;

    public static ITrainingEngineFactory Factory(int faultyStep, bool poisonWeights) => new FaultyFactory(faultyStep, poisonWeights);

    public BoundTerms Step(in Minibatch batch, in StepSettings settings)
    {
        var terms = inner.Step(batch, settings);
        if (++_steps != faultyStep) return terms;
        if (!poisonWeights) return terms with { Value = double.NaN };
        var state = inner.Save();
        state.Parameters[0] = float.NaN;
        inner.Load(state);
        return terms;
    }

    public BoundTerms Evaluate(in Minibatch batch, double klWeight) => inner.Evaluate(batch, klWeight);

    public BoundTerms Gradient(in Minibatch batch, double klWeight, Span<float> gradient) => inner.Gradient(batch, klWeight, gradient);

    public EngineState Save() => inner.Save();

    public void Load(EngineState state) => inner.Load(state);

    public void Dispose() => inner.Dispose();

    private sealed class FaultyFactory(int faultyStep, bool poisonWeights) : ITrainingEngineFactory
    {
        public string Name => "faulty";

        public ITrainingEngine Create(VaeArchitecture architecture, VaeParameters initial, EngineSettings settings) =>
            new FaultyEngine(PlainEngine.Factory.Create(architecture, initial, settings), faultyStep, poisonWeights);
    }
}
