using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Vae;
using Microsoft.ML.Vae.Core;

/// <summary>One loaded model and its prediction engines. Immutable: a request that holds it is scored by it, whatever happens to the file.</summary>
/// <remarks>A prediction engine serves one thread at a time, and takes milliseconds to make: hence the pool.</remarks>
internal sealed class ServedModel
{
    private const string InputColumn = "Features";

    private readonly DefaultObjectPool<PredictionEngine<Row, Verdict>> _engines;
    private readonly DefaultObjectPool<Explainer> _explainers;

    private ServedModel(string id, AnomalyModel detector, Func<PredictionEngine<Row, Verdict>> createEngine)
    {
        (Id, Detector, _engines) = (id, detector, new DefaultObjectPool<PredictionEngine<Row, Verdict>>(new EnginePolicy(createEngine), 2 * Environment.ProcessorCount));
        _explainers = new DefaultObjectPool<Explainer>(new ExplainerPolicy(detector), 2 * Environment.ProcessorCount);
        // The first prediction compiles code: better now than in someone's request.
        Score(new float[FeatureCount]);
        Explain(new float[FeatureCount]);
    }

    /// <summary>The first 16 hexadecimal digits of the file's SHA-256: which model scored this.</summary>
    public string Id { get; }

    public AnomalyModel Detector { get; }

    public DateTimeOffset LoadedAt { get; } = DateTimeOffset.UtcNow;

    public int FeatureCount => Detector.Vae.InputCount;

    /// <exception cref="FormatException">Not a model that this service can serve.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ServedModel Load(string path)
    {
        // The bytes that are hashed are the bytes that are loaded, even if the file is replaced meanwhile.
        byte[] file = File.ReadAllBytes(path);
        var ml = new MLContext();
        var model = ml.Model.LoadChecked(new MemoryStream(file), out var inputSchema);
        if (Last(model) is not VaeAnomalyTransformer detector) throw new FormatException("The model does not end in a VAE anomaly detector.");
        if (inputSchema?.GetColumnOrNull(InputColumn)?.Type is not VectorDataViewType { Size: > 0 } type || type.ItemType != NumberDataViewType.Single)
            throw new FormatException($"The model's input is not a vector of Single named '{InputColumn}'.");
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(InputColumn, type);
        var schema = builder.ToSchema();
        return new ServedModel(IdOf(file), detector.Model, () => ml.Model.CreatePredictionEngine<Row, Verdict>(model, schema));
    }

    public static string IdOf(byte[] file) => Convert.ToHexStringLower(SHA256.HashData(file))[..16];

    public Verdict Score(float[] features)
    {
        var engine = _engines.Get();
        try
        {
            return engine.Predict(new Row { Features = features });
        }
        finally
        {
            _engines.Return(engine);
        }
    }

    /// <summary>The source columns that make a row's score, and the known rows nearest to it.</summary>
    public (IReadOnlyList<Reason> Reasons, int[] NearestRows) Explain(float[] features)
    {
        var explainer = _explainers.Get();
        try
        {
            return (explainer.Explain(features), [.. explainer.NearestRows]);
        }
        finally
        {
            _explainers.Return(explainer);
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id} ({FeatureCount} features, threshold {Detector.Threshold:G6})");

    private static ITransformer Last(ITransformer model) => model is IEnumerable<ITransformer> chain ? Last(chain.Last()) : model;

    private sealed class EnginePolicy(Func<PredictionEngine<Row, Verdict>> create) : IPooledObjectPolicy<PredictionEngine<Row, Verdict>>
    {
        public PredictionEngine<Row, Verdict> Create() => create();

        public bool Return(PredictionEngine<Row, Verdict> obj) => true;
    }

    private sealed class ExplainerPolicy(AnomalyModel detector) : IPooledObjectPolicy<Explainer>
    {
        public Explainer Create() => new(detector);

        public bool Return(Explainer obj) => true;
    }
}

/// <summary>What goes into a prediction engine.</summary>
internal sealed class Row
{
    public float[] Features { get; set; } = [];
}

/// <summary>What comes out. Only the columns named here are computed.</summary>
internal sealed class Verdict
{
    public float Score { get; set; }

    public float PValue { get; set; }

    public bool PredictedLabel { get; set; }

    public float[] Contributions { get; set; } = [];
}
