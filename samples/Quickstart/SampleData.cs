using System.Globalization;
using Microsoft.ML.Vae.Core;

/// <summary>Readings of a pump: speed and a valve, which is not measured, drive flow, pressure and current. Today two of six readings break these relations, each value alone being usual.</summary>
internal static class SampleData
{
    public static void Write(string normalPath, string todayPath)
    {
        var random = RandomStream.FromSeed(1);
        Save(normalPath, Enumerable.Range(0, 5000).Select(i => Reading(random.Split((ulong)i))));
        float[][] today = [.. Enumerable.Range(5000, 6).Select(i => Reading(random.Split((ulong)i)))];
        today[2][2] += 0.4f;
        today[4][3] *= 1.3f;
        Save(todayPath, today);
    }

    /// <summary>Orders: the currency is the country's, the amount goes with the number of items; a tenth of the amounts is missing. Two orders are not like the others.</summary>
    public static void WriteOrders(string path)
    {
        (string Country, string Currency, float Price)[] shops = [("DE", "EUR", 12), ("CH", "CHF", 20), ("PL", "PLN", 45)];
        var random = RandomStream.FromSeed(2);
        File.WriteAllLines(path, Enumerable.Range(0, 2000).Select(i => Order(random.Split((ulong)i), i)).Prepend("Country,Currency,Items,Amount,Express"));

        string Order(RandomStream draw, int i)
        {
            var (shop, noise) = (shops[(int)(draw.Uniform(0) * 3)], new float[1]);
            draw.Split(1).Normals(noise);
            int items = 1 + (int)(-2 * Math.Log(draw.Uniform(1)));
            string amount = draw.Uniform(2) < 0.1 ? "NaN" : (items * shop.Price * MathF.Exp(0.1f * noise[0]) * (i == 700 ? 4 : 1)).ToString("F2", CultureInfo.InvariantCulture);
            return $"{shop.Country},{(i == 1500 ? "GBP" : shop.Currency)},{items},{amount},{(draw.Uniform(3) < 0.3 ? 1 : 0)}";
        }
    }

    private static float[] Reading(RandomStream random)
    {
        var noise = new float[3];
        random.Normals(noise);
        float speed = 1200f + (1800f * (float)random.Split(1).Uniform(0)), valve = 0.5f + (0.5f * (float)random.Split(1).Uniform(1));
        float flow = (0.11f * speed * valve) + (2f * noise[0]);
        return [speed, flow, 1.2f + (5e-7f * speed * speed * (1.8f - valve)) + (0.05f * noise[1]), 3f + (2.2e-9f * speed * speed * flow) + (0.1f * noise[2])];
    }

    private static void Save(string path, IEnumerable<float[]> rows) =>
        File.WriteAllLines(path, ["Speed,Flow,Pressure,Current", .. rows.Select(r => string.Join(',', r.Select(v => v.ToString(CultureInfo.InvariantCulture))))]);
}
