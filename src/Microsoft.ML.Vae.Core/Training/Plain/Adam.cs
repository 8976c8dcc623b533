namespace Microsoft.ML.Vae.Core;

/// <summary>Adam (Kingma and Ba 2015) with bias correction and optional clipping by the global norm.</summary>
internal sealed class Adam(ParameterLayout layout, EngineSettings settings, float likelihoodFloor)
{
    private readonly float[] _first = new float[layout.Length];
    private readonly float[] _second = new float[layout.Length];
    private long _steps;

    /// <summary>Changes the parameters in place.</summary>
    public void Step(Span<float> parameters, ReadOnlySpan<float> gradient, in StepSettings step)
    {
        _steps++;
        float scale = ClippingFactor(gradient, step.MaximumGradientNorm);
        int likelihood = layout.Likelihood.Offset;
        Update(0, likelihood, parameters, gradient, scale, step.LearningRate);
        Update(likelihood, likelihood + layout.Likelihood.Length, parameters, gradient, scale, step.LearningRate * settings.LikelihoodRateFactor);
        Update(likelihood + layout.Likelihood.Length, layout.Length, parameters, gradient, scale, step.LearningRate);
        foreach (ref float p in parameters.Slice(likelihood, layout.Likelihood.Length)) p = Math.Max(p, likelihoodFloor);
    }

    /// <summary>A copy of everything that a step depends on.</summary>
    public EngineState Save(ReadOnlySpan<float> parameters) => new(parameters.ToArray(), [.. _first], [.. _second], _steps);

    /// <summary>Returns to a saved state.</summary>
    public void Load(EngineState state, Span<float> parameters)
    {
        state.Parameters.CopyTo(parameters);
        state.FirstMoment.CopyTo(_first, 0);
        state.SecondMoment.CopyTo(_second, 0);
        _steps = state.Steps;
    }

    private static float ClippingFactor(ReadOnlySpan<float> gradient, double maximumNorm)
    {
        if (double.IsPositiveInfinity(maximumNorm)) return 1f;
        double squares = 0;
        foreach (float g in gradient) squares += (double)g * g;
        return (float)Math.Min(1, maximumNorm / Math.Sqrt(squares));
    }

    private void Update(int from, int to, Span<float> parameters, ReadOnlySpan<float> gradient, float scale, double rate)
    {
        float b1 = (float)settings.Beta1, b2 = (float)settings.Beta2, epsilon = (float)settings.Epsilon;
        float step = (float)(rate / (1 - Math.Pow(settings.Beta1, _steps)));
        float correction = (float)(1 / (1 - Math.Pow(settings.Beta2, _steps)));
        for (int i = from; i < to; i++)
        {
            float g = gradient[i] * scale;
            float m = _first[i] = (b1 * _first[i]) + ((1 - b1) * g);
            float v = _second[i] = (b2 * _second[i]) + ((1 - b2) * g * g);
            parameters[i] -= step * m / (MathF.Sqrt(v * correction) + epsilon);
        }
    }
}
