using System.Text.Json.Nodes;

namespace Microsoft.ML.Vae.Core;

/// <summary>Neighbouring features with a likelihood of their own.</summary>
/// <param name="Likelihood">A distribution per feature or per block of features.</param>
/// <param name="Features">How many features.</param>
public sealed record LikelihoodSlot(Likelihood Likelihood, int Features);

/// <summary>A likelihood per slot of columns, given z independent of each other: log p(x|z), distortion and metric are those of the slots, side by side, all in nats.</summary>
/// <remarks>G_x is block-diagonal. Of a category or a coin D is the surprise of what was found, not a distance: a density per unit volume is absolute along the continuous
/// columns alone, and the others add the logarithm of a probability.</remarks>
public sealed class MixedLikelihood : Likelihood
{
    private readonly Place[] _places;

    /// <summary>Slots side by side; together they are all features.</summary>
    /// <exception cref="ArgumentException">No slots, an empty one, or a likelihood that cannot stand beside others.</exception>
    public MixedLikelihood(params IReadOnlyList<LikelihoodSlot> slots)
    {
        ArgumentNullException.ThrowIfNull(slots);
        if (slots.Count == 0) throw new ArgumentException("Expected at least one slot.", nameof(slots));
        foreach (var slot in slots) Check(slot);
        (Slots, _places) = ([.. slots], [.. Placed(slots)]);
        if (_places.Any(p => p.Parameters > 0 && p.Likelihood.ParameterFloor != ParameterFloor)) throw new ArgumentException("Slots that learn parameters must have one floor for all, e.g. the default.", nameof(slots));
    }

    /// <summary>What describes which features.</summary>
    public IReadOnlyList<LikelihoodSlot> Slots { get; }

    /// <inheritdoc/>
    public override string Name => "Mixed";

    /// <summary>Where each slot lies.</summary>
    internal IReadOnlyList<Place> Places => _places;

    /// <inheritdoc/>
    public override JsonObject Settings() => new()
    {
        [nameof(Slots)] = new JsonArray([.. Slots.Select(s => new JsonObject
        {
            [nameof(Name)] = s.Likelihood.Name, [nameof(s.Features)] = s.Features, [nameof(Settings)] = s.Likelihood.Settings(),
        })]),
    };

    /// <inheritdoc/>
    public override float ParameterFloor => _places.Where(p => p.Parameters > 0).Select(p => p.Likelihood.ParameterFloor).FirstOrDefault(float.NegativeInfinity);

    /// <inheritdoc/>
    public override FeatureSupport SupportOf(int feature)
    {
        var at = _places.Last(p => p.First <= feature);
        return at.Likelihood.SupportOf(feature - at.First);
    }

    /// <inheritdoc/>
    public override (int First, int Length) BlockOf(int feature)
    {
        var at = _places.Last(p => p.First <= feature);
        var (first, length) = at.Likelihood.BlockOf(feature - at.First);
        return (at.First + first, length);
    }

    /// <inheritdoc/>
    public override int OutputCount(int featureCount) => _places[^1].Output + _places[^1].Outputs;

    /// <inheritdoc/>
    public override Layer? Mean(int featureCount) => Array.TrueForAll(_places, p => p.Mean is null) ? null
        : new SideBySide([.. _places.Select(p => new Branch(p.Mean ?? new Elementwise(Activation.Linear), p.Outputs))]);

    /// <inheritdoc/>
    public override int ParameterCount(int featureCount) => _places[^1].Parameter + _places[^1].Parameters;

    /// <inheritdoc/>
    public override void InitializeParameters(Span<float> parameters)
    {
        foreach (var p in _places) p.Likelihood.InitializeParameters(parameters.Slice(p.Parameter, p.Parameters));
    }

    /// <inheritdoc/>
    public override void Validate(Shape features)
    {
        if (Slots.Sum(s => s.Features) != features.Length)
            throw new ArgumentException($"The mixed likelihood has slots of {string.Join(" + ", Slots.Select(s => s.Features))} features, but there are {features.Length} features.");
    }

    /// <inheritdoc/>
    public override void LogLikelihoodAtMode(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters, Span<double> terms)
    {
        foreach (var p in _places) p.Likelihood.LogLikelihoodAtMode(p.Of(x), p.Own(parameters), p.Of(terms));
    }

    /// <inheritdoc/>
    public override void Distortion(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<double> terms)
    {
        foreach (var p in _places) p.Likelihood.Distortion(p.Of(x), p.OutputOf(output), p.Own(parameters), p.Of(terms));
    }

    /// <inheritdoc/>
    public override void OutputGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient)
    {
        foreach (var p in _places) p.Likelihood.OutputGradient(p.Of(x), p.OutputOf(output), p.Own(parameters), p.Of(weights), gradient.Slice(p.Output, p.Outputs));
    }

    /// <inheritdoc/>
    public override void TargetGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient)
    {
        foreach (var p in _places) p.Likelihood.TargetGradient(p.Of(x), p.OutputOf(output), p.Own(parameters), p.Of(weights), gradient.Slice(p.First, p.Count));
    }

    /// <inheritdoc/>
    public override void AddParameterGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<double> gradient)
    {
        foreach (var p in _places) p.Likelihood.AddParameterGradient(p.Of(x), p.OutputOf(output), p.Own(parameters), p.Of(weights), gradient.Slice(p.Parameter, p.Parameters));
    }

    /// <inheritdoc/>
    public override void AddModeGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<double> gradient)
    {
        foreach (var p in _places) p.Likelihood.AddModeGradient(p.Of(x), p.Own(parameters), p.Of(weights), gradient.Slice(p.Parameter, p.Parameters));
    }

    /// <inheritdoc/>
    public override void Metric(ReadOnlySpan<double> mean, ReadOnlySpan<float> parameters, ReadOnlySpan<double> v, Span<double> product)
    {
        foreach (var p in _places) p.Likelihood.Metric(mean.Slice(p.First, p.Count), p.Own(parameters), v.Slice(p.First, p.Count), p.Of(product));
    }

    /// <inheritdoc/>
    public override bool Equals(Likelihood? other) => other is MixedLikelihood m && m.Slots.SequenceEqual(Slots);

    /// <inheritdoc/>
    public override T Accept<T>(LikelihoodVisitor<T> visitor) => visitor.Visit(this);

    internal override RowLoss CreateLoss<T>(int features, int threads) => new MixedLoss([.. _places.Select(p => (p, p.Likelihood.CreateLoss<T>(p.Count, threads)))], threads);

    private static void Check(LikelihoodSlot slot)
    {
        ArgumentNullException.ThrowIfNull(slot.Likelihood);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slot.Features);
        if (slot.Likelihood is MixedLikelihood or SquaredErrorLikelihood || !slot.Likelihood.IsSeparable)
            throw new ArgumentException($"The likelihood {slot.Likelihood.Name} cannot be a slot: slots are distributions of single columns, in nats.");
        if (slot.Likelihood.Mean(slot.Features) is not (null or Elementwise or Softmax))
            throw new ArgumentException($"The likelihood {slot.Likelihood.Name} cannot be a slot: its mean must be the outputs themselves, an activation or a softmax of them.");
        slot.Likelihood.Validate(Shape.Vector(slot.Features));
    }

    private static IEnumerable<Place> Placed(IReadOnlyList<LikelihoodSlot> slots)
    {
        int first = 0, output = 0, parameter = 0;
        foreach (var (likelihood, count) in slots)
        {
            var place = new Place(likelihood, first, count, output, likelihood.OutputCount(count), parameter, likelihood.ParameterCount(count), likelihood.Mean(count));
            yield return place;
            (first, output, parameter) = (first + count, output + place.Outputs, parameter + place.Parameters);
        }
    }

    /// <summary>Where a slot's features, decoder outputs and parameters lie among those of all.</summary>
    internal sealed record Place(Likelihood Likelihood, int First, int Count, int Output, int Outputs, int Parameter, int Parameters, Layer? Mean)
    {
        public ReadOnlySpan<float> Of(ReadOnlySpan<float> features) => features.Slice(First, Count);

        public Span<double> Of(Span<double> terms) => terms.Slice(First, Count);

        public ReadOnlySpan<float> OutputOf(ReadOnlySpan<float> outputs) => outputs.Slice(Output, Outputs);

        public ReadOnlySpan<float> Own(ReadOnlySpan<float> parameters) => parameters.Slice(Parameter, Parameters);
    }
}
