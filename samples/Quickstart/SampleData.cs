using System.Globalization;
using Microsoft.ML.Vae.Core;

/// <summary>Readings of a pump: speed drives flow, pressure and current. Today two of six readings break these relations, each value alone being usual.</summary>
internal static class SampleData
{
    public static void Write(string normalPath, string todayPath)
    {
        var random = RandomStream.FromSeed(1);
        Save(normalPath, Enumerable.Range(0, 5000).Select(i => Reading(random.Split((ulong)i))));
        float[][] today = [.. Enumerable.Range(5000, 6).Select(i => Reading(random.Split((ulong)i)))];
        today[2][1] *= 0.7f;
        today[4][3] *= 1.3f;
        Save(todayPath, today);
    }

    private static float[] Reading(RandomStream random)
    {
        var noise = new float[3];
        random.Normals(noise);
        float speed = 1200f + (1800f * (float)random.Split(1).Uniform(0)), flow = (0.11f * speed) + (4f * noise[0]);
        return [speed, flow, 1.2f + (5e-7f * speed * speed) + (0.08f * noise[1]), 3f + (2.2e-9f * speed * speed * flow) + (0.15f * noise[2])];
    }

    private static void Save(string path, IEnumerable<float[]> rows) =>
        File.WriteAllLines(path, ["Speed,Flow,Pressure,Current", .. rows.Select(r => string.Join(',', r.Select(v => v.ToString(CultureInfo.InvariantCulture))))]);
}
