using System.Globalization;

namespace Microsoft.ML.Vae.Tests;

/// <summary>Models that the first version saved, with the stand-in and with Microsoft.ML 5.0.0, load and give the values that it gave: every kind of transformer, in every column.</summary>
public sealed class Version1Tests
{
    // Single precision; another instruction set sums in another order.
    private const double Relative = 1e-5;

#if MLNET_PACKAGE
    private const string SavedWith = "package";
#else
    private const string SavedWith = "standin";
#endif

    private readonly MLContext _ml = new(1);

    [Theory]
    [InlineData("transformer", "VaeTransformer")]
    [InlineData("detector", "VaeAnomalyTransformer")]
    [InlineData("parts", "VaeTransformer IsometricDensityTransformer IsometricDensityTransformer LatentImportanceTransformer LatentGeometryTransformer AnomalyDetectionTransformer")]
    public void A_saved_model_gives_what_it_gave(string name, string types)
    {
        var model = _ml.Model.Load(Path(SavedWith, $"{name}.zip"), out var schema);
        Assert.Equal(types, string.Join(' ', Parts(model).Select(p => p.GetType().Name)));
        var rows = name == "parts" ? (IDataView)_ml.Data.LoadFromEnumerable(Three()) : _ml.Data.LoadFromEnumerable(Five());
        Assert.Equal(["Features"], schema.Select(c => c.Name));
        var view = model.Transform(rows);
        foreach (string[] expected in File.ReadLines(Path($"{name}.txt")).Select(l => l.Split(' ')))
        {
            // Name, type (of one word or two), then the values of all rows.
            var column = view.Schema[expected[0]];
            string[] type = column.Type.ToString()!.Split(' ');
            Assert.Equal(type, expected[1..(1 + type.Length)]);
            AssertClose(column.Name, expected[(1 + type.Length)..], [.. column.Name.EndsWith("Density", StringComparison.Ordinal) ? Densities(view, column) : Numbers(view, column)]);
        }
    }

    private static void AssertClose(string column, string[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            double value = double.Parse(expected[i], CultureInfo.InvariantCulture);
            Assert.True(Math.Abs(actual[i] - value) <= Relative * Math.Max(1, Math.Abs(value)), $"{column}[{i}]: {value} then, {actual[i]} now");
        }
    }

    private static IEnumerable<float> Numbers(IDataView view, DataViewSchema.Column column) =>
        column.Type is BooleanDataViewType ? view.GetColumn<bool>(column).Select(v => v ? 1f : 0f)
        : column.Type is VectorDataViewType ? view.GetColumn<VBuffer<float>>(column).SelectMany(v => v.DenseValues())
        : view.GetColumn<float>(column);

    // They were per unit volume of the loss metric then, and are per unit volume of the features now.
    private static IEnumerable<float> Densities(IDataView view, DataViewSchema.Column column) =>
        view.Schema.GetColumnOrNull("PLogVolumeRatio") is { } ratio ? Numbers(view, column).Zip(Numbers(view, ratio), (density, r) => density - r) : Numbers(view, column);

    private static IEnumerable<ITransformer> Parts(ITransformer model) => model is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [model];

    private static IEnumerable<VectorRow> Three() => Row.Make(8, seed: 5).Select(r => new VectorRow { Features = [r.A, r.B, r.C] });

    private static IEnumerable<FiveFeatures> Five() => Enumerable.Range(0, 8).Select(r => new FiveFeatures { Features = [.. Enumerable.Range(0, 5).Select(i => MathF.Round(MathF.Sin((5 * r) + i), 3))] });

    private static string Path(params string[] parts) => System.IO.Path.Combine([AppContext.BaseDirectory, "version1", .. parts]);

    private sealed class FiveFeatures
    {
        [VectorType(5)]
        public float[] Features { get; set; } = [];
    }
}
