using Microsoft.ML.Vae.Core;

namespace OnnxExport;

/// <summary>One reading of a pump's sensors. Speed and ambient temperature drive everything else; a fault breaks one of these relations.</summary>
public sealed class Pump
{
    /// <summary>The columns that the detector sees.</summary>
    public static string[] Columns { get; } = [nameof(SpeedRpm), nameof(FlowLpm), nameof(PressureBar), nameof(CurrentA), nameof(TemperatureC), nameof(VibrationMmS)];

    public string Id { get; set; } = "";

    /// <summary>Empty: none.</summary>
    public string Fault { get; set; } = "";

    public float SpeedRpm { get; set; }

    public float FlowLpm { get; set; }

    public float PressureBar { get; set; }

    public float CurrentA { get; set; }

    public float TemperatureC { get; set; }

    public float VibrationMmS { get; set; }

    public float[] Values => [SpeedRpm, FlowLpm, PressureBar, CurrentA, TemperatureC, VibrationMmS];

    public static IEnumerable<Pump> Normal(int count, int seed)
    {
        var random = RandomStream.FromSeed(seed);
        return Enumerable.Range(0, count).Select(i => Reading(i, random.Split((ulong)i)));
    }

    /// <summary>Normal readings, every so many of them with a fault.</summary>
    public static IReadOnlyList<Pump> Mixed(int count, int faults, int seed)
    {
        List<Pump> readings = [.. Normal(count, seed)];
        for (int f = 0; f < faults; f++) readings[(f * count / faults) + (f % 5)].Break(f % 4);
        return readings;
    }

    private static Pump Reading(int index, RandomStream random)
    {
        var noise = new float[6];
        random.Normals(noise);
        float load = (float)random.Split(1).Uniform(0), ambient = 20f + (5f * noise[0]);
        float speed = 1200f + (1800f * load), flow = (0.11f * speed) + (4f * noise[1]);
        return new Pump
        {
            Id = $"P-{index:D4}",
            SpeedRpm = speed,
            FlowLpm = flow,
            PressureBar = 1.2f + (5e-7f * speed * speed) + (0.08f * noise[2]),
            CurrentA = 3f + (2.2e-9f * speed * speed * flow) + (0.15f * noise[3]),
            TemperatureC = ambient + 12f + (9f * load) + (0.7f * noise[4]),
            VibrationMmS = 0.8f + (1.1f * load * load) + (0.07f * MathF.Abs(noise[5])),
        };
    }

    private void Break(int kind)
    {
        switch (kind)
        {
            case 0: (Fault, PressureBar, VibrationMmS) = ("cavitation", PressureBar * 0.75f, VibrationMmS + 0.9f); break;
            case 1: (Fault, TemperatureC, VibrationMmS) = ("worn bearing", TemperatureC + 14f, VibrationMmS + 0.6f); break;
            case 2: (Fault, FlowLpm, PressureBar) = ("blocked outlet", FlowLpm * 0.75f, PressureBar * 1.2f); break;
            default: (Fault, CurrentA) = ("failing motor", CurrentA * 1.35f); break;
        }
    }
}
