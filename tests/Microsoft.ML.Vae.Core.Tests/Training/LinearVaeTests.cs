using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Training;

/// <summary>A linear VAE's optimum is probabilistic PCA (Tipping and Bishop 1999; Lucas et al. 2019): columns of W are the leading eigenvectors,
/// ‖wⱼ‖² = λⱼ − s², σⱼ² = s²/λⱼ, and a latent too many collapses.</summary>
public class LinearVaeTests
{
    private const int Rows = 600, Features = 5;

    // Noise of the reparameterised gradient at the final, small step size.
    private const double Relative = 0.05;

    private static readonly double[] Eigenvalues = [6, 2.5, 0.3, 0.3, 0.3];

    [Fact]
    public void A_linear_VAE_recovers_probabilistic_PCA()
    {
        const double Noise = 0.3;
        var architecture = TestModels.Architecture(Features, 3, GaussianLikelihood.WithVariance(Noise), Activation.Linear, [], []);
        var options = new TrainingOptions { Steps = 4000, BatchSize = 100, LearningRate = 2e-2, FinalRateFraction = 0.002, ValidationInterval = 4000, Seed = 1 };
        var rows = new MatrixRows(Exact(), Features);
        var result = new Trainer(architecture, options).Train(rows);
        var model = new VaeModel(architecture, result.Parameters, 1);

        var posterior = PosteriorTable.Of(model, rows);
        var importance = LatentImportance.Of(posterior.LogVariance, 3, 1);
        Assert.Single(importance.Collapsed);
        var report = IsometryReport.Measure(model, rows);
        for (int k = 0; k < 2; k++)
        {
            int j = importance.Order[k];
            double lambda = Eigenvalues[k];
            Assert.Equal(lambda / Noise, importance.InverseVariance[j], Relative * lambda / Noise);
            double[] w = [.. Enumerable.Range(0, Features).Select(i => (double)result.Parameters.Values[result.Parameters.Layout.Decoder[0].Weight.Offset + (i * 3) + j])];
            Assert.Equal(lambda - Noise, w.Sum(v => v * v), Relative * lambda);
            // The eigenvector is the k-th axis, reflected as the rows are.
            double along = w.Zip(Reflect([.. Enumerable.Range(0, Features).Select(i => i == k ? 1.0 : 0)]), (a, b) => a * b).Sum();
            Assert.Equal(1, along * along / w.Sum(v => v * v), Relative);
            Assert.Equal(1 - (Noise / lambda), report.Latents[j].NormMean, Relative);
        }
        Assert.True(report.IsTrustworthy, report.Verdict);
        Assert.Contains("1 of 3 latents are collapsed", report.Verdict, StringComparison.Ordinal);
    }

    // Rows whose sample covariance is exactly diag(λ) in a reflected basis: what the model should find is known, not estimated.
    private static float[] Exact()
    {
        float[] draws = TestModels.Normals(Rows * Features, 17);
        double[][] columns = [.. Enumerable.Range(0, Features).Select(i => Enumerable.Range(0, Rows).Select(r => (double)draws[(r * Features) + i]).ToArray())];
        double[] ones = [.. Enumerable.Repeat(1.0, Rows)];
        for (int i = 0; i < Features; i++)
        {
            foreach (double[] other in columns.Take(i).Prepend(ones))
            {
                double share = columns[i].Zip(other, (a, b) => a * b).Sum() / other.Sum(v => v * v);
                for (int r = 0; r < Rows; r++) columns[i][r] -= share * other[r];
            }
        }
        var rows = new float[Rows * Features];
        for (int r = 0; r < Rows; r++)
        {
            double[] x = [.. Enumerable.Range(0, Features).Select(i => columns[i][r] * Math.Sqrt(Eigenvalues[i] * Rows / columns[i].Sum(v => v * v)))];
            double[] reflected = Reflect(x);
            for (int i = 0; i < Features; i++) rows[(r * Features) + i] = (float)reflected[i];
        }
        return rows;
    }

    // Householder: x − 2 v(v·x)/v·v.
    private static double[] Reflect(double[] x)
    {
        double[] v = [1, 2, -1, 0.5, 1];
        double factor = 2 * v.Zip(x, (a, b) => a * b).Sum() / v.Sum(a => a * a);
        return [.. x.Zip(v, (a, b) => a - (factor * b))];
    }
}
