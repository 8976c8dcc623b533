using System.Globalization;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Tool;

/// <summary>The embedded default: sensor-like rows near a curved surface whose density is known, and three kinds of known anomalies.</summary>
/// <remarks>Two hidden causes u (uniform) and v (ramp) drive twelve sensors smoothly; each adds its own small noise.</remarks>
internal sealed class GeneratedData
{
    public const int Sensors = 12;

    private const double Noise = 0.05;

    private GeneratedData(List<float[]> rows, List<bool> isAnomaly, List<double> logDensity) => (Rows, IsAnomaly, LogDensity) = (rows, isAnomaly, logDensity);

    public List<float[]> Rows { get; }

    public List<bool> IsAnomaly { get; }

    /// <summary>log p(u, v) of the hidden causes less half the volume change of the surface: the true log-density on the surface, up to a constant.</summary>
    public List<double> LogDensity { get; }

    public static GeneratedData Create(int normal, int anomalies, RandomStream random)
    {
        var data = new GeneratedData([], [], []);
        for (int r = 0; r < normal; r++)
        {
            var stream = random.Split((ulong)r);
            double u = (2 * stream.Uniform(0)) - 1, v = Math.Sqrt(stream.Uniform(1));
            data.Add(Measure(u, v, stream), false, Math.Log(v) - (0.5 * LogVolume(u, v)));
        }
        for (int a = 0; a < anomalies; a++)
        {
            var stream = random.Split((ulong)(normal + a));
            data.Add(Anomaly(a % 3, stream), true, double.NaN);
        }
        return data;
    }

    /// <summary>Writes CSV with columns sensor0 …, label (1 = anomaly).</summary>
    public void Save(string path)
    {
        using var writer = new StreamWriter(path);
        writer.WriteLine(string.Join(',', Enumerable.Range(0, Sensors).Select(i => $"sensor{i}")) + ",label");
        for (int r = 0; r < Rows.Count; r++)
            writer.WriteLine(string.Join(',', Rows[r].Select(x => x.ToString("R", CultureInfo.InvariantCulture))) + (IsAnomaly[r] ? ",1" : ",0"));
    }

    // A stuck sensor; two causes that never meet; a state far beyond the usual range but on the surface's continuation.
    private static float[] Anomaly(int kind, RandomStream stream)
    {
        double u = (2 * stream.Uniform(0)) - 1, v = Math.Sqrt(stream.Uniform(1));
        if (kind == 2) return Measure(u > 0 ? 1.6 : -1.6, v, stream);
        float[] row = Measure(u, v, stream), other = Measure(-u, 1 - v, stream);
        if (kind == 0) row[(int)(stream.Uniform(2) * Sensors)] += stream.Uniform(3) < 0.5 ? 0.8f : -0.8f;
        else Array.Copy(other, Sensors / 2, row, Sensors / 2, Sensors / 2);
        return row;
    }

    private static float[] Measure(double u, double v, RandomStream stream)
    {
        var row = new float[Sensors];
        stream.Split(9).Normals(row);
        for (int i = 0; i < Sensors; i++) row[i] = (float)(Sensor(i, u, v) + (Noise * row[i]));
        return row;
    }

    private static double Sensor(int i, double u, double v) => Math.Sin(((0.6 + (0.1 * i)) * u) + (0.5 * i)) + (0.4 * Math.Cos(i) * v) + (0.2 * u * v);

    // log det JᵀJ of the surface by central differences.
    private static double LogVolume(double u, double v)
    {
        const double H = 1e-5;
        double uu = 0, vv = 0, uv = 0;
        for (int i = 0; i < Sensors; i++)
        {
            double du = (Sensor(i, u + H, v) - Sensor(i, u - H, v)) / (2 * H), dv = (Sensor(i, u, v + H) - Sensor(i, u, v - H)) / (2 * H);
            (uu, vv, uv) = (uu + (du * du), vv + (dv * dv), uv + (du * dv));
        }
        return Math.Log((uu * vv) - (uv * uv));
    }

    private void Add(float[] row, bool isAnomaly, double logDensity)
    {
        Rows.Add(row);
        IsAnomaly.Add(isAnomaly);
        LogDensity.Add(logDensity);
    }
}
