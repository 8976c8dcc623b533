namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>Rows near a curved surface: two hidden coordinates in five features, some noise.</summary>
internal static class Toy
{
    public const int Features = 5;

    public static MatrixRows Rows(int count, int seed, Action<float[]>? change = null)
    {
        float[] hidden = TestModels.Normals(count * 2, seed), noise = TestModels.Normals(count * Features, seed + 1000), values = new float[count * Features];
        for (int r = 0; r < count; r++)
        {
            var (a, b) = (hidden[2 * r], hidden[(2 * r) + 1]);
            float[] clean = [a, b, a * b, MathF.Sin(a), a - b];
            for (int i = 0; i < Features; i++) values[(r * Features) + i] = clean[i] + (0.1f * noise[(r * Features) + i]);
        }
        change?.Invoke(values);
        return new MatrixRows(values, Features);
    }

    public static VaeArchitecture Architecture(int latents = 2, Likelihood? likelihood = null) =>
        TestModels.Architecture(Features, latents, likelihood ?? GaussianLikelihood.LearnedVariance, encoder: [12], decoder: [12]);

    public static TrainingOptions Options { get; } = new() { Steps = 60, BatchSize = 16, ValidationInterval = 7, WarmupSteps = 5, LearningRate = 1e-2, Schedule = LearningRateSchedule.Cosine, Seed = 3 };
}
