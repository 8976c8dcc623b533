using System.Reflection;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>The space that the attributes of <see cref="VaeSearchOptions"/> describe, where ML.NET's own reader of them is absent.</summary>
public sealed class VaeSearchSpace
{
    private readonly (PropertyInfo Property, Func<double, object> At)[] _dimensions;

    /// <summary>Reads the attributes; data of few features need no more latents than that.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public VaeSearchSpace(int maximumLatents = VaeFitOptions.DefaultMaximumLatents)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumLatents);
        MaximumLatents = maximumLatents;
        _dimensions = [.. typeof(VaeSearchOptions).GetProperties().Select(p => (p, At(p))).Where(d => d.Item2 is not null)!];
        Default = new VaeSearchOptions { LatentDimension = Math.Min(maximumLatents, new VaeSearchOptions().LatentDimension) };
    }

    /// <summary>The most latents drawn.</summary>
    public int MaximumLatents { get; }

    /// <summary>Where a search begins: the trainer's defaults.</summary>
    public VaeSearchOptions Default { get; }

    /// <summary>A point drawn at random, evenly on each dimension's own scale.</summary>
    public VaeSearchOptions Sample(RandomStream random)
    {
        var options = new VaeSearchOptions();
        for (int i = 0; i < _dimensions.Length; i++) _dimensions[i].Property.SetValue(options, _dimensions[i].At(random.Uniform(i)));
        return options;
    }

    // From [0, 1) to the dimension's values.
    private Func<double, object>? At(PropertyInfo property)
    {
        if (property.GetCustomAttribute<ChoiceAttribute>() is { } choice) return u => choice.Candidates[(int)(u * choice.Candidates.Length)];
        if (property.GetCustomAttribute<RangeAttribute>() is not { } range) return null;
        double min = Convert.ToDouble(range.Min), max = Convert.ToDouble(range.Max);
        if (property.Name == nameof(VaeSearchOptions.LatentDimension)) max = Math.Min(max, MaximumLatents);
        // Each whole number k owns [k, k + 1), so that the largest is drawn, too.
        return range.Min is int ? u => (int)Between(min, max + 1, range.LogBase, u) : u => Between(min, max, range.LogBase, u);
    }

    private static double Between(double min, double max, bool logarithmic, double u) => logarithmic ? min * Math.Pow(max / min, u) : min + ((max - min) * u);
}
