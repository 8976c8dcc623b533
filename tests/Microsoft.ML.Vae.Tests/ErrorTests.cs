namespace Microsoft.ML.Vae.Tests;

/// <summary>Misuse fails at once, with the type, the parameter and the words that ML.NET's users know.</summary>
public sealed class ErrorTests
{
    private readonly MLContext _ml = new(1);

    public static TheoryData<string, string> WrongFeatures { get; } = new()
    {
        { "Nothing", "Could not find feature column 'Nothing'" },
        { "Text", "Schema mismatch for feature column 'Text': expected Vector<Single>, got String" },
        { "A", "Schema mismatch for feature column 'A': expected Vector<Single>, got Single" },
        { "Key", "Schema mismatch for feature column 'Key': expected Vector<Single>, got Key<UInt32>" },
        { "Free", "Schema mismatch for feature column 'Free': expected Vector<Single>, got VarVector<Single>" },
        { "Wide", "Schema mismatch for feature column 'Wide': expected Vector<Single>, got Vector<Double>" },
    };

    [Theory, MemberData(nameof(WrongFeatures))]
    public void Wrong_feature_columns_are_named_by_the_promise(string column, string message)
    {
        IEstimator<ITransformer>[] trainers =
        [
            _ml.AnomalyDetection.Trainers.Vae(Components.AllInOne with { FeatureColumnName = column }),
            _ml.Transforms.VariationalAutoencoder(Components.Vae with { FeatureColumnName = column }),
        ];
        foreach (var trainer in trainers)
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>("inputSchema", () => Prepared().Append(trainer).Fit(Odd()));
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Nothing", "Could not find feature column 'Nothing'")]
    [InlineData("Text", "Schema mismatch for feature column 'Text': expected known-size vector of Single, got String")]
    [InlineData("Free", "Schema mismatch for feature column 'Free': expected known-size vector of Single, got Vector<Single> of unknown size")]
    public void Wrong_feature_columns_are_named_by_fit(string column, string message)
    {
        var data = Odd();
        var error = Assert.Throws<ArgumentOutOfRangeException>("inputSchema", () => _ml.Transforms.VariationalAutoencoder(Components.Vae with { FeatureColumnName = column }).Fit(data));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_weight_columns_are_named()
    {
        var trainer = _ml.Transforms.VariationalAutoencoder(Components.Vae with { FeatureColumnName = "Extra", ExampleWeightColumnName = "Text" });
        Assert.Contains("Schema mismatch for weight column 'Text': expected Single, got String", Assert.Throws<ArgumentOutOfRangeException>("inputSchema", () => trainer.Fit(Fitted.Data)).Message, StringComparison.Ordinal);
        Assert.Contains("weight column 'Text'", Assert.Throws<ArgumentOutOfRangeException>("inputSchema", () => Prepared().Append(trainer).Fit(Odd())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_size_at_scoring_is_named()
    {
        var shorter = _ml.Transforms.Concatenate("Features", "A", "B").Fit(Fitted.Data).Transform(Fitted.Data);
        foreach (ITransformer model in new ITransformer[] { Fitted.Vae, Fitted.AllInOne })
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>("inputSchema", () => model.Transform(shorter));
            Assert.Contains("expected Vector<Single, 3>, got Vector<Single, 2>", error.Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentOutOfRangeException>("inputSchema", () => model.GetOutputSchema(shorter.Schema));
        }
    }

    [Fact]
    public void Components_that_need_an_autoencoder_say_so()
    {
        Assert.Contains("Could not find loss column 'Loss'", Message(_ml.Transforms.IsometricDensity(), Fitted.Data), StringComparison.Ordinal);
        Assert.Contains("Could not find latent column 'Latent'", Message(_ml.Transforms.LatentImportance(), Fitted.Data), StringComparison.Ordinal);
        Assert.Contains("Could not find score column 'Loss'", Message(_ml.Transforms.DetectAnomalies(), Fitted.Data), StringComparison.Ordinal);
        var foreign = _ml.Transforms.CopyColumns("Loss", "A").Append(_ml.Transforms.CopyColumns("Latent", "Extra")).Append(_ml.Transforms.CopyColumns("LatentLogVariance", "Extra")).Fit(Fitted.Data).Transform(Fitted.Data);
        Assert.Contains("must come from a VaeTransformer", Message(_ml.Transforms.IsometricDensity(), foreign), StringComparison.Ordinal);
        Assert.Contains("must come from a VaeTransformer", Message(_ml.Transforms.LatentImportance(), foreign), StringComparison.Ordinal);
    }

    [Fact]
    public void Bernoulli_refuses_what_is_no_probability()
    {
        var options = Components.Vae with { Likelihood = BernoulliLikelihood.Instance, Scaling = ScalingKind.None };
        var error = Assert.Throws<InvalidOperationException>(() => Components.Features(_ml).Append(_ml.Transforms.VariationalAutoencoder(options)).Fit(Fitted.Data));
        Assert.Contains("must lie in [0, 1] after scaling, but spans", error.Message, StringComparison.Ordinal);
        var scaled = options with { Scaling = ScalingKind.MinMax };
        Assert.All(Components.Features(_ml).Append(_ml.Transforms.VariationalAutoencoder(scaled)).Fit(Fitted.Data).Transform(Fitted.Data).GetColumn<float>("Loss"), l => Assert.True(l >= 0));
    }

    public static TheoryData<string, Func<VaeOptions, VaeOptions>> BadOptions { get; } = new()
    {
        { "FeatureColumnName", o => o with { FeatureColumnName = "" } },
        { "Training", o => o with { Training = null! } },
        { "HiddenWidths", o => o with { HiddenWidths = null! } },
        { "Likelihood", o => o with { Likelihood = null! } },
        { "Prior", o => o with { Prior = null! } },
        { "Threads", o => o with { Threads = 0 } },
        { "MemoryBudget", o => o with { MemoryBudget = -1 } },
        { "ScoringBatchSize", o => o with { ScoringBatchSize = 0 } },
        { "LatentDimension", o => o with { LatentDimension = 0 } },
        { "HiddenWidths", o => o with { HiddenWidths = [8, 0] } },
        { "HeldOutFraction", o => o with { HeldOutFraction = 1 } },
        { "Steps", o => o with { Training = new() { Steps = -1 } } },
        { "KlWeight", o => o with { Training = new() { KlWeight = double.NaN } } },
        { "Scaling", o => o with { Scaling = (ScalingKind)99 } },
        { "LearningRate", o => o with { Training = new() { LearningRate = -1 } } },
    };

    [Theory, MemberData(nameof(BadOptions))]
    public void Bad_options_fail_before_training(string parameter, Func<VaeOptions, VaeOptions> spoil)
    {
        Assert.EndsWith(parameter, Assert.ThrowsAny<ArgumentException>(() => _ml.Transforms.VariationalAutoencoder((VaeTrainer.Options)spoil(Components.Vae))).ParamName, StringComparison.Ordinal);
        Assert.EndsWith(parameter, Assert.ThrowsAny<ArgumentException>(() => _ml.AnomalyDetection.Trainers.Vae((VaeAnomalyTrainer.Options)spoil(Components.AllInOne))).ParamName, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_rates_fail_before_training()
    {
        foreach (double bad in new[] { 0, 1, -0.1, double.NaN })
        {
            Assert.Throws<ArgumentOutOfRangeException>("FalseAlarmRate", () => _ml.AnomalyDetection.Trainers.Vae(falseAlarmRate: bad));
            Assert.Throws<ArgumentOutOfRangeException>("Contamination", () => _ml.AnomalyDetection.Trainers.Vae(new VaeAnomalyTrainer.Options { Contamination = bad }));
            Assert.Throws<ArgumentOutOfRangeException>("FalseAlarmRate", () => _ml.Transforms.DetectAnomalies(falseAlarmRate: bad));
        }
        Assert.Throws<ArgumentOutOfRangeException>("HeldOutFraction", () => _ml.AnomalyDetection.Trainers.Vae(new VaeAnomalyTrainer.Options { HeldOutFraction = 0 }));
        Assert.EndsWith("OutputPrefix", Assert.Throws<ArgumentNullException>(() => _ml.Transforms.VariationalAutoencoder(Components.Vae with { OutputPrefix = null! })).ParamName, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("Count", () => _ml.Transforms.LatentImportance(count: 0));
        Assert.Throws<ArgumentOutOfRangeException>("Source", () => _ml.Transforms.IsometricDensity("LogDensity", (DensitySource)9));
        Assert.Throws<ArgumentOutOfRangeException>("Volume", () => _ml.Transforms.IsometricDensity(new IsometricDensityEstimator.Options { Volume = (DensityVolume)9 }));
    }

    [Fact]
    public void Nulls_are_named()
    {
        Assert.Throws<ArgumentNullException>("catalog", () => VaeCatalog.VariationalAutoencoder(null!));
        Assert.Throws<ArgumentNullException>("options", () => _ml.Transforms.VariationalAutoencoder(options: null!));
        Assert.Throws<ArgumentNullException>("data", () => _ml.Transforms.VariationalAutoencoder().Fit(null!));
        Assert.Throws<ArgumentNullException>("input", () => Fitted.Vae.Transform(null!));
        Assert.Throws<ArgumentNullException>("inputSchema", () => Fitted.Vae.GetOutputSchema(null!));
        Assert.Throws<ArgumentNullException>("model", () => ((ITransformer)null!).WithFalseAlarmRate(0.1));
    }

    private string Message(IEstimator<ITransformer> estimator, IDataView data) => Assert.Throws<ArgumentOutOfRangeException>("inputSchema", () => estimator.Fit(data)).Message;

    private IEstimator<ITransformer> Prepared() => _ml.Transforms.Conversion.MapValueToKey("Key", "Text");

    private IDataView Odd() => _ml.Data.LoadFromEnumerable(Row.Make(20).Select(r => new OddRow { A = r.A, Text = r.Text, Free = [r.A], Wide = [r.A, r.B], Extra = r.Extra }));

    private sealed class OddRow
    {
        public float A { get; set; }

        public string Text { get; set; } = "";

        public float[] Free { get; set; } = [];

        [VectorType(2)]
        public double[] Wide { get; set; } = [];

        [VectorType(2)]
        public float[] Extra { get; set; } = [];
    }
}
