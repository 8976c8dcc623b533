namespace Experiments.Nakagawa;

/// <summary>Norms and orthogonality of latents, and the scatter of inner products before and after the decoder.</summary>
/// <param name="InverseVariances">E[σ⁻²], falling.</param>
/// <param name="Order">Latents in that order.</param>
/// <param name="Active">Latents with E[σ⁻²] above 4.</param>
/// <param name="Ratio">Mean of norm/(1 − σ²) over these.</param>
/// <param name="RatioDeviation">Its deviation over them.</param>
/// <param name="Cosine">Mean magnitude of the cosine to the other latents.</param>
/// <param name="ScatterCorrelation">Pearson's r of ⟨dv, dw⟩ in isometric coordinates and of their images in the loss metric.</param>
internal sealed record ImageIsometry(double[] InverseVariances, int[] Order, int Active, double Ratio, double RatioDeviation, double Cosine, double ScatterCorrelation)
{
    private const int Rows = 300, ScatterPairs = 300;
    private const double Informative = 4, Step = 1e-3;

    public static ImageIsometry Of(VaeModel model, ImageSet images)
    {
        var rows = images.Draw(Rows);
        var report = IsometryReport.Measure(model, rows.Rows, Rows);
        var ordered = report.Latents.OrderByDescending(l => l.InverseVariance).ToArray();
        var active = ordered.Where(l => l.InverseVariance > Informative).ToArray();
        double[] ratios = [.. active.Select(l => l.NormRatio)];
        return new(
            [.. ordered.Select(l => l.InverseVariance)], [.. ordered.Select(l => l.Latent)], active.Length, ratios.DefaultIfEmpty(double.NaN).Average(), Statistics.Deviation(ratios),
            active.Select(l => l.MeanAbsoluteCosine).DefaultIfEmpty(double.NaN).Average(), Scatter(model, rows, [.. active.Select(l => l.Latent)]));
    }

    // Random pairs of directions among the active latents, of unit length in isometric coordinates, their cosine uniform.
    private static double Scatter(VaeModel model, ImageSet images, int[] latents)
    {
        if (latents.Length < 2) return double.NaN;
        var posterior = PosteriorTable.Of(model, images.Rows);
        var (decoder, random, n) = (model.CreateDecoderImmersion(), RandomStream.FromSeed(6), model.LatentDimension);
        List<double> before = [], after = [];
        for (int p = 0; p < ScatterPairs; p++)
        {
            int row = p % images.Count;
            double[] z = [.. posterior.Mean.Skip(row * n).Take(n).Select(v => (double)v)], v = Unit(random.Split((ulong)(2 * p)), latents.Length), w = Unit(random.Split((ulong)(2 * p) + 1), latents.Length);
            double along = v.Zip(w, (a, b) => a * b).Sum(), cosine = (2 * random.Uniform(p)) - 1;
            double[] across = [.. w.Select((b, i) => b - (along * v[i]))];
            double length = Math.Sqrt(across.Sum(a => a * a));
            w = [.. v.Select((a, i) => (cosine * a) + (Math.Sqrt(1 - (cosine * cosine)) * across[i] / length))];
            double[] at = Decode(z), dv = Moved(v), dw = Moved(w), metric = new double[dv.Length];
            model.Architecture.Likelihood.Metric(at, model.LikelihoodParameters, dw, metric);
            before.Add(cosine);
            after.Add(dv.Zip(metric, (a, b) => a * b).Sum());

            // dz = σ dy/√(β/2)
            double[] Moved(double[] direction)
            {
                double[] there = [.. z];
                for (int i = 0; i < latents.Length; i++) there[latents[i]] += Step * direction[i] * Math.Exp(0.5 * posterior.LogVariance[(row * n) + latents[i]]) / Math.Sqrt(model.KlWeight / 2);
                return [.. Decode(there).Zip(at, (a, b) => (a - b) / Step)];
            }
        }
        return Statistics.Correlation(before, after);

        double[] Decode(double[] z)
        {
            var image = new double[model.FeatureCount];
            decoder.Evaluate(z, image);
            return image;
        }
    }

    private static double[] Unit(RandomStream random, int length)
    {
        var normals = new float[length];
        random.Normals(normals);
        double norm = Math.Sqrt(normals.Sum(v => (double)v * v));
        return [.. normals.Select(v => v / norm)];
    }
}
