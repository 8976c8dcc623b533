using System.Reflection;

namespace Microsoft.ML.Vae.Tests;

/// <summary>What an estimator promises is what its transformer delivers.</summary>
public sealed class SchemaTests
{
    public static TheoryData<string> Names => Components.Names;

    [Theory, MemberData(nameof(Names))]
    public void Promise_equals_actual_schema(string name)
    {
        var promise = Components.Pipeline(Fitted.ML, name).GetOutputSchema(Shape(Fitted.Data.Schema));
        var actual = Shape(Fitted.Model(name).GetOutputSchema(Fitted.Data.Schema));
        Assert.Equal(actual.Select(Describe).Order(), promise.Select(Describe).Order());
    }

    [Theory, MemberData(nameof(Names))]
    public void View_has_the_schema_that_was_foretold(string name) =>
        Assert.Equal(Fitted.Model(name).GetOutputSchema(Fitted.Data.Schema).Select(c => c.ToString()), Fitted.Model(name).Transform(Fitted.Data).Schema.Select(c => c.ToString()));

    [Theory]
    [InlineData("Vae", "Latent:Vector<Single, 2> LatentLogVariance:Vector<Single, 2> Reconstruction:Vector<Single, 3> Loss:Single FeatureLoss:Vector<Single, 3> LatentLoss:Vector<Single, 2> LogVolumeRatio:Single ScaledLogVolumeRatio:Single")]
    [InlineData("Geometry", "Latent:Vector<Single, 2> LatentLogVariance:Vector<Single, 2> Reconstruction:Vector<Single, 3> Loss:Single FeatureLoss:Vector<Single, 3> LatentLoss:Vector<Single, 2> LogVolumeRatio:Single ScaledLogVolumeRatio:Single MagnificationFactor:Single GeodesicDistance:Vector<Single, 2>")]
    [InlineData("AllInOne", "Score:Single PValue:Single PredictedLabel:Boolean LogDensity:Single Contributions:Vector<Single, 3> LatentContributions:Vector<Single, 2> Latent:Vector<Single, 2> IsometricFeatures:Vector<Single, *> Reconstruction:Vector<Single, 3> NeighbourContributions:Vector<Single, 3> NearestRows:Vector<Int32, 5>")]
    public void Added_columns_in_order(string name, string expected)
    {
        var columns = Fitted.Added(Fitted.Model(name).Transform(Fitted.Data)).Select(c => $"{c.Name}:{(c.Name == "IsometricFeatures" ? "Vector<Single, *>" : c.Type)}");
        Assert.Equal(expected, string.Join(' ', columns));
    }

    [Fact]
    public void Feature_slots_are_named_after_their_columns()
    {
        var schema = Fitted.Model("AllInOne").GetOutputSchema(Fitted.Data.Schema);
        Assert.Equal(["A", "B", "C"], Values.SlotNames(schema["Contributions"]));
        Assert.Equal(["A", "B", "C"], Values.SlotNames(schema["Reconstruction"]));
        Assert.Equal(["z0", "z1"], Values.SlotNames(schema["LatentContributions"]));
        Assert.All(Values.SlotNames(schema["IsometricFeatures"]), n => Assert.Matches(@"^z\d \(\d+\.\d%\)$", n));
    }

    [Fact]
    public void Features_without_slot_names_are_numbered()
    {
        var data = Fitted.ML.Data.LoadFromEnumerable(Row.Make(40).Select(r => new VectorRow { Features = [r.A, r.B, r.C] }));
        Assert.Equal(["f0", "f1", "f2"], Fitted.ML.Transforms.VariationalAutoencoder(Components.Vae).Fit(data).Model.FeatureNames);
    }

    [Fact]
    public void Score_carries_the_annotations_of_anomaly_detection()
    {
        var schema = Fitted.Model("AllInOne").GetOutputSchema(Fitted.Data.Schema);
        foreach (string name in new[] { "Score", "PredictedLabel" })
        {
            ReadOnlyMemory<char> kind = default, value = default;
            schema[name].Annotations.GetValue("ScoreColumnKind", ref kind);
            schema[name].Annotations.GetValue("ScoreValueKind", ref value);
            Assert.Equal(("AnomalyDetection", name), (kind.ToString(), value.ToString()));
        }
    }

    internal static SchemaShape Shape(DataViewSchema schema) =>
        (SchemaShape)typeof(SchemaShape).GetMethod("Create", BindingFlags.NonPublic | BindingFlags.Static)!.Invoke(null, [schema])!;

    private static string Describe(SchemaShape.Column column) =>
        $"{column.Name} {column.Kind} {column.ItemType} key={column.IsKey} [{string.Join("; ", column.Annotations.Select(Describe).Order())}]";
}
