using System.Text.Json;

namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>Reads a file of numbers that another system computed; its generator stands beside it.</summary>
internal static class Oracle
{
    public static JsonElement Read(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "oracles", $"{name}.json")));
        return document.RootElement.Clone();
    }

    public static double Number(this JsonElement element, string name) => element.GetProperty(name).GetDouble();

    public static int Integer(this JsonElement element, string name) => element.GetProperty(name).GetInt32();

    public static double[] Doubles(this JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];

    public static float[] Singles(this JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(v => v.GetSingle())];

    public static bool[] Flags(this JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(v => v.GetBoolean())];
}
