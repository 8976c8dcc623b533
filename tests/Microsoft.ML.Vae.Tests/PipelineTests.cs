namespace Microsoft.ML.Vae.Tests;

/// <summary>Our components among ML.NET's own: before, behind, twice, split, cross-validated.</summary>
public sealed class PipelineTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void A_density_per_volume_of_scaled_features_differs_by_the_volume_ratios()
    {
        var view = Fitted.Model("Vae").Transform(Fitted.Data);
        float[] Density(DensityVolume volume) =>
            [.. Fitted.ML.Transforms.IsometricDensity(new IsometricDensityEstimator.Options { Volume = volume }).Fit(view).Transform(view).GetColumn<float>("LogDensity")];
        float[] raw = Density(DensityVolume.RawFeatures), scaled = Density(DensityVolume.ScaledFeatures);
        float[] ratio = [.. view.GetColumn<float>("LogVolumeRatio")], scaledRatio = [.. view.GetColumn<float>("ScaledLogVolumeRatio")];
        Assert.Contains(raw.Zip(scaled), p => p.First != p.Second);
        const float RoundOff = 1e-5f;
        for (int i = 0; i < raw.Length; i++) Assert.Equal(scaledRatio[i] - ratio[i], scaled[i] - raw[i], RoundOff * (1 + float.Abs(raw[i])));
    }

    [Fact]
    public void Concatenate_normalize_cache_train_and_go_on()
    {
        var pipeline = Components.Features(_ml).Append(_ml.Transforms.NormalizeMinMax("Features")).AppendCacheCheckpoint(_ml)
            .Append(_ml.Transforms.VariationalAutoencoder(Components.Vae))
            .Append(_ml.Transforms.NormalizeMeanVariance("LatentScaled", "Latent", fixZero: false))
            .Append(_ml.Transforms.Concatenate("Both", "LatentScaled", "Loss"));
        var view = pipeline.Fit(Fitted.Data).Transform(Fitted.Data);
        Assert.Equal("Vector<Single, 3>", view.Schema["Both"].Type.ToString());
        Assert.Equal(["z0", "z1", "Loss"], Values.SlotNames(view.Schema["Both"]).Select(n => n[(n.LastIndexOf('.') + 1)..]));
        Assert.Equal(Enumerable.Range(0, Fitted.Rows).Select(i => (long)i), view.GetColumn<long>("Id"));
        Assert.All(view.GetColumn<float[]>("Both"), v => Assert.All(v, x => Assert.True(float.IsFinite(x))));
    }

    [Fact]
    public void Sparse_features_are_the_dense_ones()
    {
        var rows = Row.Make(200);
        foreach (var row in rows) row.Text = $"kind{row.Id % 3}";
        var data = _ml.Data.LoadFromEnumerable(rows);
        var pipeline = _ml.Transforms.Categorical.OneHotEncoding("Kind", "Text").Append(_ml.Transforms.Concatenate("Features", "A", "Kind"));
        var sparse = pipeline.Fit(data).Transform(data);
        var dense = _ml.Data.LoadFromEnumerable(rows.Select(r => new SparseTwin { Features = [r.A, .. Enumerable.Range(0, 3).Select(k => r.Id % 3 == k ? 1f : 0f)] }));
        var trainer = _ml.Transforms.VariationalAutoencoder(Components.Vae with { Columns = FeatureColumn.Each(["A", "0", "1", "2"]) });
        var model = trainer.Fit(sparse);
        Assert.Equal(["A", "Kind.kind0", "Kind.kind1", "Kind.kind2"], model.Model.FeatureNames);
        Assert.Equal(trainer.Fit(dense).Model.Parameters.Values.ToArray(), model.Model.Parameters.Values.ToArray());
        Assert.Equal(Values.Of(model.Transform(dense), "Loss"), Values.Of(model.Transform(sparse), "Loss"));
    }

    [Fact]
    public void Two_autoencoders_share_a_pipeline()
    {
        var pipeline = Components.Features(_ml).Append(_ml.Transforms.VariationalAutoencoder(Components.Vae with { OutputPrefix = "First" }))
            .Append(_ml.Transforms.VariationalAutoencoder(Components.Vae with { FeatureColumnName = "FirstLatent", OutputPrefix = "Second", Training = Components.Training with { Seed = 8 } }))
            .Append(_ml.Transforms.IsometricDensity(new IsometricDensityEstimator.Options { InputPrefix = "First" }))
            .Append(_ml.Transforms.LatentImportance(new LatentImportanceEstimator.Options { InputPrefix = "Second", Count = 1 }));
        var view = pipeline.Fit(Fitted.Data).Transform(Fitted.Data);
        Assert.Equal(Values.Of(Fitted.Model("DensityOfLoss").Transform(Fitted.Data), "LogDensity"), Values.Of(view, "LogDensity"));
        Assert.NotEqual(Values.Of(view, "FirstLoss"), Values.Of(view, "SecondLoss"));
        Assert.Equal("Vector<Single, 1>", view.Schema["IsometricFeatures"].Type.ToString());
    }

    [Fact]
    public void A_later_component_hides_equal_names()
    {
        var pipeline = Components.Pipeline(_ml, "AllInOne").Append(_ml.Transforms.DetectAnomalies("Score", 0.2));
        var view = pipeline.Fit(Fitted.Data).Transform(Fitted.Data);
        Assert.Equal(2, view.Schema.Count(c => c.Name == "Score"));
        Assert.Equal(Values.Of(Fitted.Model("AllInOne").Transform(Fitted.Data), "Score"), Values.Of(view, "Score"));
    }

    [Fact]
    public void Train_test_split_feeds_training_and_scoring()
    {
        var split = _ml.Data.TrainTestSplit(Fitted.Data, testFraction: 0.3, seed: 4);
        var view = Components.Pipeline(_ml, "AllInOne").Fit(split.TrainSet).Transform(split.TestSet);
        int rows = view.GetColumn<float>("Score").Count();
        Assert.InRange(rows, Fitted.Rows / 5, Fitted.Rows / 2);
        Assert.Equal(rows, _ml.Data.TrainTestSplit(view, 0.5).TrainSet.GetColumn<float>("Score").Count() + _ml.Data.TrainTestSplit(view, 0.5).TestSet.GetColumn<float>("Score").Count());
    }

    [Fact]
    public void Cross_validates()
    {
        // Every 17th row to train on is an anomaly.
        var pipeline = Components.Features(_ml).Append(_ml.AnomalyDetection.Trainers.Vae(Components.AllInOne with { Contamination = 1.0 / Row.AnomalyPeriod }));
        var folds = _ml.BinaryClassification.CrossValidateNonCalibrated(Fitted.Data, pipeline, numberOfFolds: 3, labelColumnName: nameof(Row.IsAnomaly));
        Assert.Equal(3, folds.Count);
        Assert.All(folds, f => Assert.True(f.Metrics.AreaUnderRocCurve > 0.9, $"AUC {f.Metrics.AreaUnderRocCurve}"));
    }

    [Fact]
    public void Evaluators_of_ML_NET_agree_with_ours()
    {
        const double SinglePrecision = 1e-6; // the evaluators accumulate differently
        var view = Fitted.Model("AllInOne").Transform(Fitted.Data);
        var ours = _ml.AnomalyDetection.EvaluateDetection(view);
        Assert.Equal(ours.AreaUnderRocCurve, _ml.AnomalyDetection.Evaluate(view).AreaUnderRocCurve, SinglePrecision);
        Assert.Equal(ours.AreaUnderRocCurve, _ml.BinaryClassification.EvaluateNonCalibrated(view, nameof(Row.IsAnomaly)).AreaUnderRocCurve, SinglePrecision);
        Assert.InRange(ours.AreaUnderRocCurve, 0.5, 1);
    }

    [Fact]
    public void Importance_keeps_the_latents_that_were_asked_for()
    {
        var data = Fitted.Model("Vae").Transform(Fitted.Data);
        var one = _ml.Transforms.LatentImportance(count: 1).Fit(data);
        Assert.Equal(1, one.Count);
        Assert.Equal(one.Importance.InverseVariance.Max(), one.Importance.InverseVariance[one.Importance.Order[0]]);
        string[] names = Values.SlotNames(one.Transform(data).Schema["IsometricFeatures"]);
        Assert.Equal([$"z{one.Importance.Order[0]} ({100 * one.Importance.Share[one.Importance.Order[0]]:F1}%)"], names);
        Assert.Equal(2, _ml.Transforms.LatentImportance(count: 9).Fit(data).Count);
    }

    [Fact]
    public void Density_is_that_of_the_loss_in_the_unit_of_the_features()
    {
        const double Single = 1e-4;
        var view = Fitted.Model("DensityOfLoss").Transform(Fitted.Data);
        VBuffer<bool> isActive = default;
        view.Schema["Loss"].Annotations.GetValue("ActiveLatents", ref isActive);
        int active = isActive.DenseValues().Count(a => a);
        var ratios = view.GetColumn<float>("LogVolumeRatio").ToArray();
        var expected = view.GetColumn<float>("Loss").Zip(ratios, (loss, ratio) => IsometricDensity.ToInputDensity(IsometricDensity.FromLoss(loss, active, 1), ratio));
        Assert.All(view.GetColumn<float>("LogDensity").Zip(expected), p => Assert.Equal(p.Second, p.First, Single * Math.Max(1, Math.Abs(p.Second))));
        Assert.True(ratios.Distinct().Count() > 100);
    }

    private sealed class SparseTwin
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];
    }
}
