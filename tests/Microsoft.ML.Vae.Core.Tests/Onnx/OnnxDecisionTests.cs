namespace Microsoft.ML.Vae.Core.Tests.Onnx;

/// <summary>Calibration tables of every awkward size, ties, and the false-alarm rate as an input.</summary>
public sealed class OnnxDecisionTests(OnnxTools tools) : IClassFixture<OnnxTools>
{
    private const int RowCount = 400;

    private static readonly OnnxExportOptions Required = new() { RequireFalseAlarmRate = true };

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Counts_are_exact_for_any_table(int count)
    {
        // Rounded scores: many ties, with each other and with the rows' own scores.
        var (model, scores, rows) = Case();
        var table = Enumerable.Range(0, count).Select(i => i % 3 == 0 ? scores[i % scores.Length] : MathF.Round(scores[i % scores.Length]));
        model = model with { Calibration = new ConformalCalibration(table) };
        var theirs = tools.Score(tools.Export(model), rows, RowCount);
        for (int r = 0; r < RowCount; r++) Assert.Equal(model.Calibration.PValue((float)theirs["score"][r]), theirs["p_value"][r]);
    }

    [SkippableTheory]
    [InlineData(0.001)]
    [InlineData(0.01)]
    [InlineData(0.05)]
    [InlineData(0.25)]
    [InlineData(0.999)]
    public void A_given_rate_decides_as_its_threshold(double rate)
    {
        var (model, _, rows) = Case();
        var theirs = tools.Score(tools.Export(model, Required), rows, RowCount, rate);
        float threshold = model.Calibration.Threshold(rate);
        for (int r = 0; r < RowCount; r++) Assert.Equal(theirs["score"][r] > threshold ? 1.0 : 0.0, theirs["is_anomaly"][r]);
        // The decision and the p-value are one statement.
        for (int r = 0; r < RowCount; r++) Assert.Equal(model.Calibration.PValue((float)theirs["score"][r]) <= rate ? 1.0 : 0.0, theirs["is_anomaly"][r]);
    }

    [SkippableFact]
    public void Nan_as_rate_means_the_stored_threshold()
    {
        var (model, _, rows) = Case();
        float median = model.Calibration.Scores[model.Calibration.Scores.Count / 2];
        var theirs = tools.Score(tools.Export(model with { Threshold = median }, Required), rows, RowCount, double.NaN);
        Assert.Equal([.. theirs["score"].Select(s => s > median ? 1.0 : 0.0)], theirs["is_anomaly"]);
    }

    private static (AnomalyModel Model, float[] Scores, float[] Rows) Case()
    {
        var model = OnnxCases.Model("LearnedVariance", 1, Activation.Tanh, 32, calibrationRows: 199);
        float[] rows = OnnxCases.Rows("LearnedVariance", RowCount);
        return (model, OnnxCases.Score(model, rows).Score, rows);
    }
}
