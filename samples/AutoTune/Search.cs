using Microsoft.ML.Vae;
using Microsoft.ML.Vae.Core;

/// <summary>Chooses which settings to try.</summary>
internal interface ISearch
{
    /// <summary>Its name for people.</summary>
    string Name { get; }

    /// <summary>Every trial in order; if cancelled, those that were finished.</summary>
    IReadOnlyList<Trial<VaeSearchOptions>> Run(TuningObjective<VaeSearchOptions> objective, VaeSearchSpace space, CancellationToken cancellation);
}

/// <summary>The library's own search: the default first, then draws.</summary>
internal sealed class HalvingSearch(SuccessiveHalving halving, int seed) : ISearch
{
    public string Name => "successive halving";

    public IReadOnlyList<Trial<VaeSearchOptions>> Run(TuningObjective<VaeSearchOptions> objective, VaeSearchSpace space, CancellationToken cancellation)
    {
        var random = RandomStream.FromSeed(seed);
        return halving.Run(i => i == 0 ? space.Default : space.Sample(random.Split((ulong)i)), objective, cancellation: cancellation);
    }
}
