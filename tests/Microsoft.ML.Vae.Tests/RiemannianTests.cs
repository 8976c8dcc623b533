using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Tests;

/// <summary>The Riemannian second phase as an option of the trainer: its column, its files, its geometry.</summary>
public sealed class RiemannianTests
{
    private const string Column = "RiemannianLoss";

    private static readonly RiemannianOptions Second = new() { Centres = 8, PrecisionSteps = 60, BoundSteps = 3, BatchSize = 40, CurvePoints = 6 };

    private static readonly MLContext Ml = new(1);

    private static readonly IDataView Data = Features();

    private static readonly Lazy<VaeTransformer> Model = new(() => Ml.Transforms.VariationalAutoencoder(Options).Fit(Data));

    private static VaeTrainer.Options Options => new() { Riemannian = Second, HiddenWidths = [8], Training = new TrainingOptions { Steps = 60, Seed = 1 } };

    [Fact]
    public void Column_is_the_scorers_own_loss()
    {
        var view = Model.Value.Transform(Data);
        using var scorer = new RiemannianScorer(Model.Value.Riemannian!);
        float[] rows = [.. view.GetColumn<float[]>("Features").SelectMany(r => r)];
        Assert.Equal(scorer.Score(rows).Select(t => (float)t.Loss), view.GetColumn<float>(Column));
        Assert.Equal(2, Model.Value.Model.LatentDimension);
        Assert.Equal(PosteriorForm.Isotropic, Model.Value.Model.Architecture.Posterior);
    }

    [Fact]
    public void A_loaded_model_scores_the_same_bits()
    {
        using var stream = new MemoryStream();
        Ml.Model.Save(Model.Value, Data.Schema, stream);
        stream.Position = 0;
        var loaded = Ml.Model.Load(stream, out _);
        Assert.Equal(Model.Value.Transform(Data).GetColumn<float>(Column), loaded.Transform(Data).GetColumn<float>(Column));
    }

    [Fact]
    public void Promise_and_schema_have_the_column()
    {
        var promised = Ml.Transforms.VariationalAutoencoder(Options).GetOutputSchema(SchemaTests.Shape(Data.Schema));
        Assert.Contains(promised, c => c.Name == Column);
        Assert.NotNull(Model.Value.GetOutputSchema(Data.Schema).GetColumnOrNull(Column));
        Assert.Null(Fitted.Vae.Riemannian);
        Assert.DoesNotContain(Fitted.Vae.GetOutputSchema(Data.Schema), c => c.Name == Column);
    }

    [Fact]
    public void Geometry_is_one_call_away()
    {
        var geometry = Model.Value.Riemannian!.CreateGeometry();
        Assert.True(geometry.Solver.Connect([0, 0.1], [0.1, 0]).Length > 0);
    }

    private static IDataView Features()
    {
        const int Rows = 150;
        var rows = Ml.Data.LoadFromEnumerable(Row.Make(Rows));
        return Components.Features(Ml).Fit(rows).Transform(rows);
    }
}
