using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Vae.Core;

/// <summary>Names under which parts of a model stand in files: those of the library, and those of your own that you register.</summary>
/// <remarks>Of the whole process, since ML.NET's Load takes no argument that could carry them. A part that is not registered, or that its factory does
/// not restore, is refused when the model is saved: a file that was written can be read. Thread-safe.</remarks>
public static class ModelParts
{
    private static readonly ConcurrentDictionary<string, Func<JsonObject, Likelihood>> Likelihoods = new(StringComparer.Ordinal)
    {
        ["SquaredError"] = s => new SquaredErrorLikelihood(new MetricWeight(Number(s, "Offset"), Number(s, "Slope"), s["Reciprocal"]!.GetValue<bool>())),
        ["Gaussian"] = s => GaussianLikelihood.WithVariance(Number(s, "Variance")),
        ["GaussianLearnedVariance"] = s => GaussianLikelihood.WithLearnedVariance(Number(s, "MinimumDeviation")),
        ["StudentT"] = s => StudentTLikelihood.With(Number(s, "Degrees"), Number(s, "MinimumScale")),
        ["Bernoulli"] = _ => BernoulliLikelihood.Instance,
        ["Categorical"] = s => new CategoricalLikelihood([.. s["Blocks"]!.AsArray().Select(b => b!.GetValue<int>())]) { UnseenSurprise = s["UnseenSurprise"]?.GetValue<double>() },
        ["NegativeBinomial"] = _ => NegativeBinomialLikelihood.Instance,
        ["Mixed"] = s => new MixedLikelihood([.. s["Slots"]!.AsArray().Select(Slot)]),
        ["1-SSIM"] = s => new SsimLikelihood(new Shape(Integer(s, "Height"), Integer(s, "Width"), Integer(s, "Channels")), Number(s, "Range")),
    };

    private static readonly ConcurrentDictionary<string, Func<JsonObject, Prior>> Priors = new(StringComparer.Ordinal)
    {
        ["StandardNormal"] = _ => StandardNormalPrior.Instance,
        ["Mixture"] = s => new MixturePrior(Integer(s, "Components")),
        ["Vamp"] = s => new VampPrior(Integer(s, "PseudoInputs")),
    };

    // The library's own kinds are taken: a file that names one means that one.
    private static readonly ConcurrentDictionary<string, Func<JsonObject, RowLayer>> Layers = new(
        new[] { nameof(Dense), nameof(Convolution), nameof(TransposedConvolution), nameof(Elementwise), nameof(Reshape), nameof(Softmax), nameof(SideBySide) }
            .Select(kind => KeyValuePair.Create<string, Func<JsonObject, RowLayer>>(kind, _ => throw new NotSupportedException("The library has a layer of that kind."))),
        StringComparer.Ordinal);

    /// <summary>Registers a likelihood of your own.</summary>
    /// <param name="name">Its <see cref="Likelihood.Name"/>.</param>
    /// <param name="restore">Makes it from its <see cref="Likelihood.Settings"/>.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public static void Register(string name, Func<JsonObject, Likelihood> restore) => Add(Likelihoods, name, restore);

    /// <summary>Registers a prior of your own.</summary>
    /// <param name="name">Its <see cref="Prior.Name"/>.</param>
    /// <param name="restore">Makes it from its <see cref="Prior.Settings"/>.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public static void Register(string name, Func<JsonObject, Prior> restore) => Add(Priors, name, restore);

    /// <summary>Registers a layer of your own.</summary>
    /// <param name="kind">Its <see cref="Layer.Kind"/>.</param>
    /// <param name="restore">Makes it from its <see cref="RowLayer.Settings"/>.</param>
    /// <exception cref="ArgumentException">The kind is taken.</exception>
    public static void Register(string kind, Func<JsonObject, RowLayer> restore) => Add(Layers, kind, restore);

    /// <summary>The settings of a likelihood, after a trial that they restore it.</summary>
    internal static JsonObject Write(Likelihood likelihood) => Write(Likelihoods, "likelihood", likelihood.Name, likelihood.Settings(), likelihood);

    /// <summary>The settings of a prior, after a trial that they restore it.</summary>
    internal static JsonObject Write(Prior prior) => Write(Priors, "prior", prior.Name, prior.Settings(), prior);

    /// <summary>The settings of a layer, after a trial that they restore it.</summary>
    internal static JsonObject Write(RowLayer layer) => Write(Layers, "layer", layer.Kind, layer.Settings(), layer);

    /// <summary>A likelihood from its settings.</summary>
    internal static Likelihood ReadLikelihood(string name, JsonObject settings) => Read(Likelihoods, "likelihood", name, settings);

    /// <summary>A prior from its settings.</summary>
    internal static Prior ReadPrior(string name, JsonObject settings) => Read(Priors, "prior", name, settings);

    /// <summary>A layer from its settings.</summary>
    internal static RowLayer ReadLayer(string kind, JsonObject settings) => Read(Layers, "layer", kind, settings);

    private static void Add<T>(ConcurrentDictionary<string, Func<JsonObject, T>> table, string name, Func<JsonObject, T> restore)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(restore);
        if (!table.TryAdd(name, restore) && table[name] != restore) throw new ArgumentException($"A {typeof(T).Name} is registered under '{name}' already.", nameof(name));
    }

    private static JsonObject Write<T>(ConcurrentDictionary<string, Func<JsonObject, T>> table, string part, string name, JsonObject settings, T original)
        where T : class
    {
        if (!table.TryGetValue(name, out var restore))
            throw new NotSupportedException($"The {part} '{name}' cannot be saved: it is not registered. Call {nameof(ModelParts)}.{nameof(Register)} with a function that restores it, before saving and before loading.");
        try
        {
            // Through text, as a file does it.
            var written = HeaderJson.Read<JsonObject>(settings.ToJsonString());
            if (original.Equals(restore(written.DeepClone().AsObject()))) return written;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new NotSupportedException($"The {part} '{name}' cannot be saved: its registered function does not restore it: {e.Message}", e);
        }
        throw new NotSupportedException($"The {part} '{name}' cannot be saved: its registered function does not restore it from its settings {settings.ToJsonString()}.");
    }

    private static T Read<T>(ConcurrentDictionary<string, Func<JsonObject, T>> table, string part, string name, JsonObject settings) => table.TryGetValue(name, out var restore)
        ? FileContent.Build($"The settings of the {part} '{name}' do not fit", () => restore(settings))
        : throw new FormatException($"The file names the {part} '{name}', which is not known here. Register it ({nameof(ModelParts)}.{nameof(Register)}), or use a newer MLVae.");

    // A file nests no slots: the settings of a mixed slot would not be those of a column.
    private static LikelihoodSlot Slot(JsonNode? json) => new(ReadLikelihood(json!["Name"]!.GetValue<string>(), json["Settings"]!.AsObject()), json["Features"]!.GetValue<int>());

    private static double Number(JsonObject settings, string name) => settings[name]!.GetValue<double>();

    private static int Integer(JsonObject settings, string name) => settings[name]!.GetValue<int>();
}
