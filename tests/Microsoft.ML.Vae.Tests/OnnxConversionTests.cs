#if MLNET_PACKAGE
using Microsoft.ML.Vae.Core.Tests.Onnx;

namespace Microsoft.ML.Vae.Tests;

/// <summary>mlContext.Model.ConvertToOnnx covers whole pipelines, ours among them; ONNX Runtime then scores as the pipeline does.</summary>
public sealed class OnnxConversionTests(OnnxTools tools) : IClassFixture<OnnxTools>
{
    private const int RowCount = 100;

    // Single precision in both, summed in another order.
    private const double Relative = 1e-4;

    public static TheoryData<string> Names { get; } = new(Components.Convertible);

    [SkippableTheory, MemberData(nameof(Names))]
    public void Every_component_scores_as_in_the_pipeline(string name)
    {
        var rows = Row.Make(RowCount, seed: 3);
        var data = Fitted.ML.Data.LoadFromEnumerable(rows.Select(r => new Sensors { A = r.A, B = r.B, C = r.C }));
        AssertEqual(Fitted.Model(name), data, Features(rows));
    }

    [SkippableFact]
    public void Undefined_rows_stay_undefined()
    {
        var rows = Row.Make(4, seed: 3);
        (rows[0].A, rows[1].B, rows[2].C) = (float.NaN, float.PositiveInfinity, float.NegativeInfinity);
        var data = Fitted.ML.Data.LoadFromEnumerable(rows.Select(r => new Sensors { A = r.A, B = r.B, C = r.C }));
        foreach (string name in Components.Convertible) AssertEqual(Fitted.Model(name), data, Features(rows));
    }

    [Fact]
    public void Geodesics_are_refused() =>
        Assert.Contains("solves for geodesics", Assert.Throws<NotSupportedException>(() => Fitted.ML.Model.ConvertToOnnx(Fitted.Model("Geometry"), Fitted.Data, Stream.Null)).Message, StringComparison.Ordinal);

    [SkippableFact]
    public void One_hot_and_normalizers_come_along()
    {
        var ml = new MLContext(1);
        // Other rows than those of the calibration: a score that equals one of its own exactly may count as below it after rounding.
        Payment[] payments = Payment.Make(RowCount, seed: 3);
        var model = ml.Transforms.Categorical.OneHotEncoding("Channel")
            .Append(ml.Transforms.NormalizeMeanVariance("Amount"))
            .Append(ml.Transforms.Concatenate("Features", "Channel", "Amount", "Age"))
            .Append(ml.AnomalyDetection.Trainers.Vae(Components.AllInOne))
            .Fit(ml.Data.LoadFromEnumerable(Payment.Make(400, seed: 0)));
        AssertEqual(model, ml.Data.LoadFromEnumerable(payments), [
            OnnxTools.Input.Of("Channel", [.. payments.Select(p => p.Channel)]), OnnxTools.Input.Of("Amount", [.. payments.Select(p => p.Amount)], 1),
            OnnxTools.Input.Of("Age", [.. payments.Select(p => p.Age)], 1)]);
    }

    private static OnnxTools.Input[] Features(List<Row> rows) =>
        [OnnxTools.Input.Of("A", [.. rows.Select(r => r.A)], 1), OnnxTools.Input.Of("B", [.. rows.Select(r => r.B)], 1), OnnxTools.Input.Of("C", [.. rows.Select(r => r.C)], 1)];

    private void AssertEqual(ITransformer model, IDataView data, IReadOnlyList<OnnxTools.Input> inputs)
    {
        string path = Path.GetTempFileName();
        using (var stream = File.Create(path)) Fitted.ML.Model.ConvertToOnnx(model, data, stream);
        var theirs = tools.Run(path, inputs);
        File.Delete(path);
        var view = model.Transform(data);
        var added = view.Schema.Where(c => !c.IsHidden && data.Schema.GetColumnOrNull(c.Name) is null && c.Name != "Features").ToArray();
        Assert.NotEmpty(added);
        foreach (var column in added) AssertClose(column.Name, Numbers(view, column), theirs[column.Name + ".output"]);
    }

    private static void AssertClose(string name, double[] ours, double[] theirs)
    {
        Assert.Equal(ours.Length, theirs.Length);
        for (int i = 0; i < ours.Length; i++)
        {
            bool close = ours[i].Equals(theirs[i]) || Math.Abs(ours[i] - theirs[i]) <= Relative * Math.Max(1, Math.Abs(ours[i]));
            Assert.True(close, $"{name}[{i}]: {ours[i]} here, {theirs[i]} there");
        }
    }

    private static double[] Numbers(IDataView view, DataViewSchema.Column column) =>
        column.Type is BooleanDataViewType ? [.. view.GetColumn<bool>(column).Select(v => v ? 1.0 : 0.0)]
        : column.Type is VectorDataViewType { ItemType: var item } && item == NumberDataViewType.Int32 ? [.. view.GetColumn<VBuffer<int>>(column).SelectMany(v => v.DenseValues()).Select(v => (double)v)]
        : column.Type is VectorDataViewType ? [.. view.GetColumn<VBuffer<float>>(column).SelectMany(v => v.DenseValues()).Select(v => (double)v)]
        : [.. view.GetColumn<float>(column).Select(v => (double)v)];

    private sealed class Sensors
    {
        public float A { get; set; }

        public float B { get; set; }

        public float C { get; set; }
    }

    private sealed class Payment
    {
        private static readonly string[] Channels = ["shop", "web", "phone"];

        public string Channel { get; set; } = "";

        public float Amount { get; set; }

        public float Age { get; set; }

        public static Payment[] Make(int count, int seed) =>
            [.. Row.Make(count, seed).Select((r, i) => new Payment { Channel = Channels[i % Channels.Length], Amount = 100 * r.A, Age = r.B })];
    }
}
#else
namespace Microsoft.ML.Vae.Tests;

/// <summary>The stand-in has no ONNX conversion.</summary>
public sealed class OnnxConversionTests
{
    [SkippableFact]
    public void Every_component_scores_as_in_the_pipeline() => Skip.If(true, "mlContext.Model.ConvertToOnnx needs the real Microsoft.ML: test with -p:MLNet=package.");
}
#endif
