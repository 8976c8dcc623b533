namespace Microsoft.ML.Vae.Tests;

/// <summary>A detector follows its data: a new calibration in seconds, a training that goes on from an old model.</summary>
public sealed class RefitTests
{
    private readonly MLContext _ml = new(1);

    [Theory]
    [InlineData("AllInOne")]
    [InlineData("Detector")]
    public void Trained_and_loaded_models_take_a_new_calibration(string name)
    {
        const int Rows = 199;
        const double Rate = 0.2;
        using var folder = new TemporaryFolder();
        _ml.Model.Save(Fitted.Model(name), Fitted.Data.Schema, folder.File("model.zip"));
        foreach (var model in new[] { Fitted.Model(name), _ml.Model.Load(folder.File("model.zip"), out _) })
        {
            var fresh = Normal(Rows, seed: 21);
            var renewed = model.Recalibrate(fresh, Rate);
            Assert.Equal(Values.Of(model.Transform(fresh), "Score"), Values.Of(renewed.Transform(fresh), "Score"));
            // Of the calibration rows themselves exactly ⌊α(n + 1)⌋ − 1 lie above the threshold.
            Assert.Equal((int)(Rate * (Rows + 1)) - 1, renewed.Transform(fresh).GetColumn<bool>("PredictedLabel").Count(f => f));
            _ml.Model.Save(renewed, Fitted.Data.Schema, folder.File("renewed.zip"));
            Assert.Equal(Values.Of(renewed.Transform(fresh), "PValue"), Values.Of(_ml.Model.Load(folder.File("renewed.zip"), out _).Transform(fresh), "PValue"));
        }
    }

    [Fact]
    public void Rows_that_were_trained_on_are_refused_and_so_are_models_without_a_detector()
    {
        Assert.Contains("remembers", Assert.Throws<InvalidOperationException>(() => Fitted.Model("AllInOne").Recalibrate(Fitted.Data)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Fitted.Model("Vae").Recalibrate(Fitted.Data));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fitted.Model("AllInOne").Recalibrate(Normal(100, 3), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fitted.AllInOne.Recalibrate(Fitted.Data));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_training_goes_on_from_a_model_of_the_same_features(bool isLoaded)
    {
        var start = Fitted.AllInOne;
        if (isLoaded)
        {
            using var folder = new TemporaryFolder();
            _ml.Model.Save(start, Components.Features(_ml).Fit(Fitted.Data).Transform(Fitted.Data).Schema, folder.File("model.zip"));
            start = (VaeAnomalyTransformer)Components.Last(new TransformerChain<ITransformer>(_ml.Model.Load(folder.File("model.zip"), out _)));
        }
        var estimator = Components.Features(_ml).Append(_ml.AnomalyDetection.Trainers.Vae(Components.AllInOne with { StartFrom = start.Model.Vae, Training = Components.Training with { Steps = 10 } }));
        var model = (VaeAnomalyTransformer)Components.Last(estimator.Fit(Normal(400, seed: 22)));
        Assert.Equal(start.Model.Vae.Architecture, model.Model.Vae.Architecture);
        Assert.Equal(start.Model.Vae.Scaling.Offsets.ToArray(), model.Model.Vae.Scaling.Offsets.ToArray());
        Assert.NotEqual(start.Model.Calibration.Scores, model.Model.Calibration.Scores);
    }

    [Fact]
    public void Other_features_and_a_network_beside_the_model_are_refused()
    {
        var options = Components.AllInOne with { StartFrom = Fitted.AllInOne.Model.Vae };
        var other = _ml.Transforms.Concatenate("Features", "B", "A", "C").Append(_ml.AnomalyDetection.Trainers.Vae(options));
        Assert.Contains("'A'", Assert.Throws<ArgumentException>(() => other.Fit(Fitted.Data)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _ml.AnomalyDetection.Trainers.Vae(options with { Architecture = Fitted.AllInOne.Model.Vae.Architecture }));
    }

    [Fact]
    public void A_detector_made_without_ML_NET_stands_in_a_pipeline_and_is_saved()
    {
        using var folder = new TemporaryFolder();
        var features = Components.Features(_ml).Fit(Fitted.Data);
        var model = new TransformerChain<ITransformer>(features, _ml.Transforms.VaeDetector(Fitted.AllInOne.Model));
        _ml.Model.Save(model, Fitted.Data.Schema, folder.File("model.zip"));
        var expected = Values.Of(Fitted.Model("AllInOne").Transform(Fitted.Data), "Score");
        Assert.Equal(expected, Values.Of(model.Transform(Fitted.Data), "Score"));
        Assert.Equal(expected, Values.Of(_ml.Model.Load(folder.File("model.zip"), out _).Transform(Fitted.Data), "Score"));
        Assert.Throws<ArgumentNullException>(() => _ml.Transforms.VaeDetector(null!));
    }

    private IDataView Normal(int rows, int seed) => _ml.Data.LoadFromEnumerable(Row.Make(rows, seed, anomalies: false));
}
