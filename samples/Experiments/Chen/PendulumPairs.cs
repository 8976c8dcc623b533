namespace Experiments.Chen;

/// <summary>Codes of fresh images of a pendulum, two by two, and the angles between them.</summary>
internal sealed record PendulumPairs(IReadOnlyList<(double[] Start, double[] End)> Pairs, double[] Starts, double[] Angles, double[] Turns)
{
    private const int ManifoldAngles = 200, Latents = 2;

    public static PendulumPairs Draw(VaeModel model, int pairs)
    {
        var fresh = Pendulum.Generate(2 * pairs, RandomStream.FromSeed(2));
        double[][] codes = [.. ImportanceWeightedModel.Encode(model, new MatrixRows(fresh.Images, Pendulum.Pixels)).Chunk(Latents)];
        double[] turns = [.. Enumerable.Range(0, pairs).Select(i => Math.IEEERemainder(fresh.Angles[pairs + i] - fresh.Angles[i], 2 * Math.PI))];
        return new([.. Enumerable.Range(0, pairs).Select(i => (codes[i], codes[pairs + i]))], fresh.Angles, [.. turns.Select(Math.Abs)], turns);
    }

    /// <summary>The path of noise-free images of a pair along the shorter arc.</summary>
    public LatentCurve Manifold(VaeModel model, int pair)
    {
        float[] images = new float[ManifoldAngles * Pendulum.Pixels];
        var image = new double[Pendulum.Pixels];
        for (int k = 0; k < ManifoldAngles; k++)
        {
            Pendulum.Render(Starts[pair] + (Turns[pair] * k / (ManifoldAngles - 1)), image);
            for (int p = 0; p < image.Length; p++) images[(k * Pendulum.Pixels) + p] = (float)image[p];
        }
        return LatentCurve.Spline(ImportanceWeightedModel.Encode(model, new MatrixRows(images, Pendulum.Pixels)), Latents);
    }
}
