using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Report;

/// <summary>Compares drawn rows with earlier ones, column by column.</summary>
internal static class ShiftTest
{
    // One report in a hundred names a column that did not move.
    private const double Level = 0.01;

    /// <summary>One line for each column, farthest first.</summary>
    public static IReadOnlyList<ColumnShift> Of(VaeModel model, float[][] before, float[][] now)
    {
        if (before.Length == 0 || now.Length == 0) return [];
        return [.. model.InputColumns.Select(c => Compare(model, c, before, now)).OrderByDescending(s => s.Distance)];
    }

    private static ColumnShift Compare(VaeModel model, FeatureColumn column, float[][] before, float[][] now)
    {
        var farthest = (Feature: column.First, Distance: -1.0);
        for (int i = column.First; i < column.First + column.Length; i++)
            if (KolmogorovSmirnov.Distance(Sorted(before, i), Sorted(now, i)) is var distance && distance > farthest.Distance) farthest = (i, distance);
        double p = KolmogorovSmirnov.PValue(farthest.Distance, before.Length, now.Length);
        var (earlier, later) = (Observed(before, farthest.Feature), Observed(now, farthest.Feature));
        double mean = earlier.DefaultIfEmpty(double.NaN).Average(), present = later.DefaultIfEmpty(double.NaN).Average(), deviation = Math.Sqrt(earlier.Select(v => (v - mean) * (v - mean)).DefaultIfEmpty(double.NaN).Average());
        return new ColumnShift(column.Name, model.FeatureNames[farthest.Feature], farthest.Distance, p, p <= Level / model.InputCount, mean, present, deviation > 0 ? (present - mean) / deviation : double.NaN);
    }

    private static float[] Sorted(float[][] rows, int feature)
    {
        float[] values = [.. rows.Select(row => row[feature])];
        Array.Sort(values);
        return values;
    }

    private static double[] Observed(float[][] rows, int feature) => [.. rows.Select(row => (double)row[feature]).Where(double.IsFinite)];
}
