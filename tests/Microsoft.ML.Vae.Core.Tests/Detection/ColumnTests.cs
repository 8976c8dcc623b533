using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Detection;

/// <summary>Source columns of several kinds: what is chosen, what likelihood follows, and what reasons are told.</summary>
public sealed class ColumnTests
{
    private static readonly string[] Names = ["size", "town.Bonn", "town.Ulm", "town.Kiel", "flag", "visits"];

    private static readonly FeatureColumn[] Columns =
        [new("size", 0, 1, ColumnKind.FromData), new("town", 1, 3, ColumnKind.Category), new("flag", 4, 1, ColumnKind.FromData), new("visits", 5, 1, ColumnKind.FromData)];

    private static readonly VaeFitOptions Options = new() { LatentDimension = 2, HiddenWidths = [24], ReferenceRows = 0, Columns = Columns, Training = Toy.Options with { Steps = 500 } };

    private static readonly VaeFit Fit = VaeFit.Run(Rows(1500, 1), Options, Names);

    [Fact]
    public void Kinds_are_chosen_from_the_training_rows()
    {
        Assert.Equal([ColumnKind.Continuous, ColumnKind.Category, ColumnKind.Binary, ColumnKind.Count], Fit.Model.Columns.Select(c => c.Kind));
        var mixed = Assert.IsType<MixedLikelihood>(Fit.Model.Architecture.Likelihood);
        Assert.Equal(["GaussianLearnedVariance", "Categorical", "Bernoulli", "NegativeBinomial"], mixed.Slots.Select(s => s.Likelihood.Name));
        Assert.Equal("1 continuous; 1 binary (flag); 1 categorical (town 3); 1 counts (visits)", ColumnPlan.Describe(Fit.Model.Columns));
    }

    [Fact]
    public void A_given_kind_overrides_the_choice_and_all_continuous_ones_change_no_bit()
    {
        var given = VaeFit.Run(Rows(300, 1), Options with { Columns = [.. Columns.Select(c => c.Kind == ColumnKind.FromData ? c with { Kind = ColumnKind.Continuous } : c)], Training = Toy.Options }, Names);
        Assert.Equal(2, given.Model.Columns.Select(c => c.Kind).Distinct().Count());
        var (none, each) = (Options with { Columns = null, Training = Toy.Options }, Options with { Columns = FeatureColumn.Each(Names), Training = Toy.Options });
        Assert.Equal(VaeFit.Run(Rows(300, 1), none).Model.Parameters.Values.ToArray(), VaeFit.Run(Rows(300, 1), each).Model.Parameters.Values.ToArray());
    }

    [Fact]
    public void Several_ones_in_a_block_are_no_category()
    {
        float[] rows = Rows(300, 1).ToArray();
        for (int r = 0; r < rows.Length; r += Names.Length) rows[r + 1] = 1;
        var kinds = VaeFit.Run(new MatrixRows(rows, Names.Length), Options with { Training = Toy.Options }, Names).Model.Columns;
        Assert.Equal(["size", "town[0]", "town[1]", "town[2]", "flag", "visits"], kinds.Select(c => c.Name));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Columns_that_are_not_the_features_are_refused(int length) =>
        Assert.Throws<ArgumentException>(() => VaeFit.Run(Rows(30, 1), Options with { Columns = [new("size", 0, 1, ColumnKind.Continuous), new("town", 1, length, ColumnKind.Category)] }));

    [Fact]
    public void Reasons_name_source_columns_with_what_was_found_and_expected()
    {
        var detector = AnomalyModel.Calibrate(Fit, LossEstimator.Default, 0.05);
        float[] row = [-2, 0, 0, 1, 0, 1]; // small sizes live in Bonn
        var reason = new Explainer(detector).Explain(row)[0];
        Assert.Equal(("town", "Kiel", "Bonn"), (reason.Column, reason.Found, reason.Expected));
        Assert.InRange(reason.Nats, 2, 40);
        Assert.StartsWith("town ", reason.ToString(), StringComparison.Ordinal);
        Assert.Contains("Kiel, expected Bonn (1 in ", reason.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Training has shown a town in every row: no other is as surprising as one that nobody saw.</summary>
    [Fact]
    public void An_unseen_category_is_the_most_surprising_and_a_missing_one_none()
    {
        double[] towns = [.. new float[][] { [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0], [float.NaN, float.NaN, float.NaN] }.Select(town => Contributions([-2, .. town, 0, 1])[1])];
        Assert.All(towns[..3], t => Assert.True(t <= towns[3], $"{t} of a known town, {towns[3]} of an unseen one"));
        Assert.True(towns[3] >= Math.Log(1000));
        Assert.Equal(0, towns[4]);
    }

    [Fact]
    public void Where_training_rows_lack_a_category_none_is_as_good_as_missing()
    {
        float[] rows = Rows(600, 3).ToArray();
        for (int r = 0; r < rows.Length; r += 3 * Names.Length) rows.AsSpan(r + 1, 3).Clear();
        var model = VaeFit.Run(new MatrixRows(rows, Names.Length), Options with { Training = Toy.Options }, Names).Model;
        Assert.Null(Assert.IsType<CategoricalLikelihood>(((MixedLikelihood)model.Architecture.Likelihood).Slots[1].Likelihood).UnseenSurprise);
        var scorer = new VaeScorer(model, 1, LossEstimator.Default);
        scorer.Score([0, 0, 0, 0, 0, 1], 1, VaeOutputs.Loss);
        Assert.Equal([0, 0, 0], scorer.FeatureLoss[1..4].ToArray());
    }

    /// <summary>What is absolute of a mixed density: a category, a flag and a count add −log of a probability, so that over all that they can be the density of the continuous column integrates to one.</summary>
    [Fact]
    public void The_likelihood_is_a_density_along_continuous_columns_times_probabilities_of_the_others()
    {
        const double Step = 0.02, Quadrature = 1e-3; // counts beyond 60 and sizes beyond 8 deviations are left out
        var mixed = new MixedLikelihood(new(GaussianLikelihood.LearnedVariance, 1), new(new CategoricalLikelihood(3), 3), new(BernoulliLikelihood.Instance, 1), new(NegativeBinomialLikelihood.Instance, 1));
        float[] output = [0.3f, 0.5f, -1, 0.2f, 0.7f, 1.5f], own = [0.2f, 0.4f];
        double[] mode = new double[6], distortion = new double[6];
        double sum = 0;
        for (int town = 0; town < 3; town++)
            for (int flag = 0; flag < 2; flag++)
                for (int visits = 0; visits < 60; visits++)
                {
                    float[] x = [0.3f, town == 0 ? 1 : 0, town == 1 ? 1 : 0, town == 2 ? 1 : 0, flag, visits];
                    mixed.LogLikelihoodAtMode(x, own, mode);
                    mixed.Distortion(x, output, own, distortion);
                    sum += Math.Exp(mode[1..].Sum() - distortion[1..].Sum());
                }
        double area = 0;
        for (float size = -10; size < 10; size += (float)Step)
        {
            mixed.LogLikelihoodAtMode([size, 1, 0, 0, 0, 0], own, mode);
            mixed.Distortion([size, 1, 0, 0, 0, 0], output, own, distortion);
            area += Step * Math.Exp(mode[0] - distortion[0]);
        }
        Assert.Equal(1, sum, Quadrature);
        Assert.Equal(1, area, Quadrature);
    }

    [Fact]
    public void Files_and_onnx_keep_columns_and_missing_values()
    {
        var detector = AnomalyModel.Calibrate(Fit, LossEstimator.Default, 0.05);
        var (file, onnx) = (new MemoryStream(), new MemoryStream());
        AnomalyModelFile.Save(detector, file);
        OnnxExporter.Export(detector, onnx);
        file.Position = onnx.Position = 0;
        foreach (var again in new[] { AnomalyModelFile.Load(file), OnnxImporter.Import(onnx).Model })
        {
            Assert.Equal(Fit.Model.Columns, again.Vae.Columns);
            Assert.Equal(Fit.Model.Missing!.Costs, again.Vae.Missing!.Costs);
            Assert.Equal(Fit.Model.Architecture, again.Vae.Architecture);
        }
    }

    [Fact]
    public void A_slot_must_be_a_distribution_of_single_columns()
    {
        Assert.Throws<ArgumentException>(() => new MixedLikelihood(new LikelihoodSlot(SquaredErrorLikelihood.Unweighted, 2)));
        Assert.Throws<ArgumentException>(() => new MixedLikelihood(new LikelihoodSlot(new SsimLikelihood(Shape.Image(12, 12)), 144)));
        Assert.Throws<ArgumentException>(() => new MixedLikelihood(new LikelihoodSlot(GaussianLikelihood.LearnedVariance, 1), new LikelihoodSlot(GaussianLikelihood.WithLearnedVariance(0.1), 1)));
        Assert.Throws<ArgumentException>(() => new MixedLikelihood());
    }

    private static double[] Contributions(float[] row)
    {
        var scorer = new VaeScorer(Fit.Model, 1, LossEstimator.Default);
        scorer.Score(row, 1, VaeOutputs.Loss);
        return FeatureColumn.Sums(Fit.Model.Columns, scorer.FeatureLoss);
    }

    // The town follows from the size, flag and visits from the town.
    private static MatrixRows Rows(int count, int seed)
    {
        float[] sizes = TestModels.Normals(count, seed), rows = new float[count * Names.Length];
        var random = RandomStream.FromSeed(seed + 50);
        for (int r = 0; r < count; r++)
        {
            int town = sizes[r] < -0.5f ? 0 : sizes[r] < 0.5f ? 1 : 2;
            var row = rows.AsSpan(r * Names.Length, Names.Length);
            (row[0], row[1 + town], row[4]) = (sizes[r], 1, random.Uniform(2 * r) < 0.2 + (0.3 * town) ? 1 : 0);
            row[5] = MathF.Floor((float)(random.Uniform((2 * r) + 1) * (2 + (3 * town))));
        }
        return new MatrixRows(rows, Names.Length);
    }
}
