using Microsoft.ML.Data;
using Microsoft.ML.Vae.Core;
using Microsoft.ML.Vae.Tests.Support;

namespace Microsoft.ML.Vae.Tests;

/// <summary>That a value is missing may itself be the anomaly: the model watches for it, and its input stays as it is.</summary>
public sealed class MissingnessTests
{
    private static readonly TextTable Table = TextTable.Of(
        ["size", "age"], [[.. Enumerable.Range(0, 300).Select(r => $"{r % 17}.5")], [.. Enumerable.Range(0, 300).Select(r => r % 3 == 0 ? "?" : $"{r * r % 23}.5")]]);

    [Fact]
    public void A_gap_where_there_was_none_is_the_reason_before_and_after_saving()
    {
        var ml = new MLContext(1);
        var plan = TablePlan.Of(Table);
        var model = ml.AnomalyDetection.Trainers.Vae(new VaeAnomalyTrainer.Options { IncludeMissingness = true, HiddenWidths = [8], Training = new() { Steps = 300, Seed = 1 } }).Fit(ml.Data.LoadFromTable(Table, plan));
        var odd = TextTable.Of(["size", "age"], [["?", "3.5"], ["2.5", "?"]]);
        var scored = model.Transform(ml.Data.LoadFromTable(odd, plan));
        var names = default(VBuffer<ReadOnlyMemory<char>>);
        scored.Schema["Contributions"].GetSlotNames(ref names);
        Assert.Equal(["size", "age", "size missing", "age missing"], names.DenseValues().Select(n => n.ToString()));
        float[][] contributions = [.. scored.GetColumn<float[]>("Contributions")];
        Assert.Equal(contributions[0].Max(), contributions[0][2]);
        Assert.True(contributions[1][3] < contributions[0][2]);
        using var folder = new TemporaryFolder();
        ml.Model.SaveAtomically(model, null, folder.File("model.zip"));
        var again = ml.Model.LoadChecked(folder.File("model.zip"), out _).Transform(ml.Data.LoadFromTable(odd, plan));
        Assert.Equal(scored.GetColumn<float>("Score"), again.GetColumn<float>("Score"));
    }
}
