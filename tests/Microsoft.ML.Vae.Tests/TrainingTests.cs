namespace Microsoft.ML.Vae.Tests;

/// <summary>Fitting inside ML.NET: seeds, weights, few rows.</summary>
public sealed class TrainingTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void The_same_seed_gives_the_same_bits()
    {
        Assert.Equal(Training.Weights(Fitted.Vae), Training.Weights(Training.Vae(new MLContext(2), Components.Vae)));
        Assert.NotEqual(Training.Weights(Fitted.Vae), Training.Weights(Training.Vae(_ml, Components.Vae with { Training = Components.Training with { Seed = 8 } })));
    }

    [Fact]
    public void Without_a_seed_the_contexts_is_drawn_from()
    {
        var options = Components.Vae with { Training = Components.Training with { Seed = null } };
        Assert.Equal(Training.Weights(Training.Vae(new MLContext(3), options)), Training.Weights(Training.Vae(new MLContext(3), options)));
        Assert.NotEqual(Training.Weights(Training.Vae(new MLContext(3), options)), Training.Weights(Training.Vae(new MLContext(4), options)));
        Assert.NotEqual(Training.Weights(Training.Vae(new MLContext(), options)), Training.Weights(Training.Vae(new MLContext(), options)));
    }

    [Fact]
    public void Weights_shift_the_fit()
    {
        var options = Components.Vae with { ExampleWeightColumnName = nameof(Row.Weight) };
        Assert.NotEqual(Training.Weights(Fitted.Vae), Training.Weights(Training.Vae(_ml, options)));
        var equal = Row.Make(Fitted.Rows);
        foreach (var row in equal) row.Weight = 2;
        Assert.Equal(Training.Weights(Fitted.Vae), Training.Weights(Training.Vae(_ml, options, equal)));
    }

    [Fact]
    public void Rows_of_weight_zero_take_no_part()
    {
        var options = Components.AllInOne with { ExampleWeightColumnName = nameof(Row.Weight) };
        var rows = Row.Make(Fitted.Rows);
        var wild = Row.Make(50);
        foreach (var row in wild) (row.A, row.Weight) = (1e6f, 0);
        VaeAnomalyTransformer[] models = [.. new[] { rows, [.. wild, .. rows] }.Select(r => Components.Features(_ml).Append(_ml.AnomalyDetection.Trainers.Vae(options)).Fit(_ml.Data.LoadFromEnumerable(r)).LastTransformer)];
        Assert.Equal(models[0].Model.Vae.Parameters.Values, models[1].Model.Vae.Parameters.Values);
        Assert.Equal(models[0].Model.Calibration.Scores, models[1].Model.Calibration.Scores);
        var none = Assert.Throws<InvalidOperationException>(() => Components.Features(_ml).Append(_ml.AnomalyDetection.Trainers.Vae(options)).Fit(_ml.Data.LoadFromEnumerable(wild)));
        Assert.Contains("weight", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_rows_cannot_be_trained_on_but_can_be_scored()
    {
        var none = _ml.Data.LoadFromEnumerable(Array.Empty<Row>());
        foreach (string name in Components.All)
        {
            Assert.Equal("Training set has 0 instances, aborting training.", Assert.Throws<InvalidOperationException>(() => Components.Pipeline(_ml, name).Fit(none)).Message);
            var scored = Fitted.Model(name).Transform(none);
            Assert.Empty(Values.Of(scored, Fitted.Added(scored).First().Name));
        }
        var allMissing = _ml.Data.LoadFromEnumerable(new[] { new Row { A = float.NaN, B = float.NaN, C = float.NaN } });
        Assert.Contains("all instances have missing features", Assert.Throws<InvalidOperationException>(() => Components.Pipeline(_ml, "Vae").Fit(allMissing)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_row_trains_an_autoencoder_but_calibrates_nothing()
    {
        var one = Row.Make(1);
        Assert.Single(Values.Of(Training.Vae(_ml, Components.Vae, one).Transform(Components.Features(_ml).Fit(Fitted.Data).Transform(_ml.Data.LoadFromEnumerable(one))), "Loss"));
        var error = Assert.Throws<InvalidOperationException>(() => Components.Pipeline(_ml, "AllInOne").Fit(_ml.Data.LoadFromEnumerable(one)));
        Assert.Contains("no held-out row to calibrate on", error.Message, StringComparison.Ordinal);
    }
}
