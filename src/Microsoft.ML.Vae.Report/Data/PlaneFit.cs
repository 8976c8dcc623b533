using Microsoft.ML.Vae.Core;
using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Report;

/// <summary>Draws the plane of the two most important latents: codes, their density, the decoder's magnification.</summary>
internal static class PlaneFit
{
    // A field of 72 × 72 is smooth at the size of a page, and costs a second where the decoder is large.
    private const int Cells = 72;

    // Codes far out would make a point of all others.
    private const double Kept = 0.005, Margin = 0.08;

    /// <summary>The plane; null where the model has fewer than two latents, or no row has a code.</summary>
    /// <param name="model">The detector.</param>
    /// <param name="drawn">Codes and, last, the score of each drawn row, [n + 1].</param>
    public static LatentPlane? Of(AnomalyModel model, float[][] drawn)
    {
        int n = model.Vae.LatentDimension;
        float[][] rows = [.. drawn.Where(row => row.All(float.IsFinite))];
        if (n < 2 || rows.Length == 0) return null;
        int first = model.Importance.Order[0], second = model.Importance.Order[1];
        double[] x = Column(rows, first), y = Column(rows, second);
        double[] low = [Quantile(x, Kept), Quantile(y, Kept)], high = [Quantile(x, 1 - Kept), Quantile(y, 1 - Kept)];
        for (int i = 0; i < 2; i++)
        {
            double rim = Math.Max(Margin * (high[i] - low[i]), 0.1);
            (low[i], high[i]) = (low[i] - rim, high[i] + rim);
        }
        string? refusal = PlaneDecoder.Refusal(model.Vae);
        double[] magnification = refusal is not null ? [] : MagnificationMap.Of(new PullbackMetric(PlaneDecoder.Of(model.Vae, first, second, Means(rows, n)).CreateDecoderImmersion()), low, high, Cells, Cells).LogMagnification;
        string note = refusal is not null ? $"No magnification: {refusal}." : model.Importance.IsActive(second) ? "" : $"Latent z{second} carries no information, so the decoder hardly moves along it.";
        return new LatentPlane(first, second, [.. model.Importance.Active.Where(j => j != first && j != second)], x, y, Column(rows, n), low, high, Cells, LogDensity(x, y, low, high), magnification, note);
    }

    /// <summary>Means of the first n numbers of rows.</summary>
    public static double[] Means(float[][] rows, int n) => [.. Enumerable.Range(0, n).Select(j => rows.Average(row => (double)row[j]))];

    public static double[] Column(float[][] rows, int index) => [.. rows.Select(row => (double)row[index])];

    public static double Quantile(double[] values, double share) => values.Order().ElementAt((int)Math.Round(share * (values.Length - 1)));

    // Gaussian kernels as products of their two directions, of half Silverman's width: rows come in clumps.
    private static double[] LogDensity(double[] x, double[] y, double[] low, double[] high)
    {
        double[][] across = Kernels(x, low[0], high[0]), up = Kernels(y, low[1], high[1]);
        var density = new double[Cells * Cells];
        for (int i = 0; i < x.Length; i++)
            for (int r = 0; r < Cells; r++)
                for (int c = 0; c < Cells && up[i][r] > 0; c++) density[(r * Cells) + c] += up[i][r] * across[i][c];
        return [.. density.Select(d => Math.Log(d / x.Length))];
    }

    private static double[][] Kernels(double[] values, double low, double high)
    {
        double mean = values.Average(), spread = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        double cell = (high - low) / Cells, width = Math.Max(0.5 * spread * Math.Pow(values.Length, -1.0 / 6), cell / 2);
        return [.. values.Select(v => Enumerable.Range(0, Cells).Select(k => Kernel((low + ((k + 0.5) * cell) - v) / width) / width).ToArray())];
    }

    private static double Kernel(double u) => Math.Exp(-0.5 * u * u) / Math.Sqrt(2 * Math.PI);
}
