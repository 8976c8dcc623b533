using System.Globalization;
using Microsoft.ML.Vae.Core;

namespace OnnxExport;

/// <summary>Readings as CSV, with the managed scorer's score beside them, so that any other runtime can be compared.</summary>
internal static class ReadingsFile
{
    /// <returns>The number of faults that were flagged.</returns>
    public static int Write(string path, IReadOnlyList<Pump> readings, AnomalyModel model)
    {
        float[] values = [.. readings.SelectMany(r => r.Values)];
        var scores = model.ScoreAll(new MatrixRows(values, Pump.Columns.Length));
        using var writer = new StreamWriter(path);
        writer.WriteLine($"Id,{string.Join(',', Pump.Columns)},Fault,ManagedScore");
        for (int r = 0; r < readings.Count; r++)
        {
            string numbers = string.Join(',', readings[r].Values.Select(v => v.ToString(CultureInfo.InvariantCulture)));
            writer.WriteLine($"{readings[r].Id},{numbers},{readings[r].Fault},{scores[r].ToString(CultureInfo.InvariantCulture)}");
        }
        return Enumerable.Range(0, readings.Count).Count(r => readings[r].Fault.Length > 0 && scores[r] > model.Threshold);
    }
}
