using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML.Data;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Hosting;

/// <summary>One loaded model, its prediction engines and the watch over its stream. A request that holds it is scored by it, whatever happens to the file. Thread-safe.</summary>
/// <remarks>A prediction engine serves one thread at a time, and takes milliseconds to make: hence the pool.</remarks>
public sealed class ServedDetector
{
    private const string InputColumn = "Features";

    private readonly DefaultObjectPool<PredictionEngine<DetectorRow, DetectorVerdict>> _engines;
    private readonly DefaultObjectPool<Explainer> _explainers;
    private readonly DriftMonitor? _drift;
    private readonly object _driftLock = new();

    private ServedDetector(string id, AnomalyModel detector, Func<PredictionEngine<DetectorRow, DetectorVerdict>> createEngine, DriftOptions? drift)
    {
        (Id, Detector, _engines) = (id, detector, new DefaultObjectPool<PredictionEngine<DetectorRow, DetectorVerdict>>(new EnginePolicy(createEngine), 2 * Environment.ProcessorCount));
        _explainers = new DefaultObjectPool<Explainer>(new ExplainerPolicy(detector), 2 * Environment.ProcessorCount);
        if (drift is not null) _drift = new DriftMonitor(detector, options: drift);
        // The first prediction compiles code: better now than in someone's request.
        Predict(new float[FeatureCount]);
        Explain(new float[FeatureCount]);
    }

    /// <summary>The first 16 hexadecimal digits of the file's SHA-256: which model scored this.</summary>
    public string Id { get; }

    /// <summary>The model inside.</summary>
    public AnomalyModel Detector { get; }

    /// <summary>When it began to serve.</summary>
    public DateTimeOffset LoadedAt { get; } = DateTimeOffset.UtcNow;

    /// <summary>Length of a raw row.</summary>
    public int FeatureCount => Detector.Vae.InputCount;

    /// <summary>Evidence that the stream of scores is not as at calibration, nats; 0 where it is not watched.</summary>
    public double LogEvidence
    {
        get
        {
            if (_drift is null) return 0;
            lock (_driftLock) return _drift.Report().LogEvidence;
        }
    }

    /// <summary>The row at which that evidence first sufficed; null: it never did.</summary>
    public long? DriftedAt
    {
        get
        {
            if (_drift is null) return null;
            lock (_driftLock) return _drift.AlarmRow;
        }
    }

    /// <summary>Told once, by the row with which the stream is first found changed, whoever scored it.</summary>
    internal event Action<ServedDetector>? Drifted;

    /// <summary>Loads a model.</summary>
    /// <param name="path">An ML.NET zip.</param>
    /// <param name="drift">How its stream is watched; null: it is not.</param>
    /// <exception cref="FormatException">Not a model that can be served.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ServedDetector Load(string path, DriftOptions? drift = null)
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
        return new ServedDetector(IdOf(file), detector.Model, () => ml.Model.CreatePredictionEngine<DetectorRow, DetectorVerdict>(model, schema), drift);
    }

    /// <summary>The id of a model's file.</summary>
    public static string IdOf(byte[] file) => Convert.ToHexString(SHA256.HashData(file))[..16].ToLowerInvariant();

    /// <summary>Scores a raw row, [m], and counts it as one of the stream.</summary>
    /// <exception cref="ArgumentException">It has another number of features.</exception>
    public DetectorVerdict Score(float[] features)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Length != FeatureCount) throw new ArgumentException($"Expected {FeatureCount} features, got {features.Length}.", nameof(features));
        var verdict = Predict(features);
        if (_drift is null) return verdict;
        bool isNew;
        lock (_driftLock) isNew = _drift.Add(verdict.Score, features);
        if (isNew) Drifted?.Invoke(this);
        return verdict;
    }

    /// <summary>The source columns that make a raw row's score, and the known rows nearest to it.</summary>
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

    /// <summary>For the log.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id} ({FeatureCount} features, threshold {Detector.Threshold:G6})");

    private DetectorVerdict Predict(float[] features)
    {
        var engine = _engines.Get();
        try
        {
            return engine.Predict(new DetectorRow { Features = features });
        }
        finally
        {
            _engines.Return(engine);
        }
    }

    private static ITransformer Last(ITransformer model) => model is IEnumerable<ITransformer> chain ? Last(chain.Last()) : model;

    private sealed class EnginePolicy(Func<PredictionEngine<DetectorRow, DetectorVerdict>> create) : IPooledObjectPolicy<PredictionEngine<DetectorRow, DetectorVerdict>>
    {
        public PredictionEngine<DetectorRow, DetectorVerdict> Create() => create();

        public bool Return(PredictionEngine<DetectorRow, DetectorVerdict> obj) => true;
    }

    private sealed class ExplainerPolicy(AnomalyModel detector) : IPooledObjectPolicy<Explainer>
    {
        public Explainer Create() => new(detector);

        public bool Return(Explainer obj) => true;
    }
}

/// <summary>What goes into a prediction engine.</summary>
internal sealed class DetectorRow
{
    public float[] Features { get; set; } = [];
}

/// <summary>What comes out. Only the columns named here are computed.</summary>
public sealed class DetectorVerdict
{
    /// <summary>Nats, high = anomalous.</summary>
    public float Score { get; set; }

    /// <summary>Share of normal rows that score at least as high.</summary>
    public float PValue { get; set; }

    /// <summary>Score above the model's threshold.</summary>
    public bool PredictedLabel { get; set; }

    /// <summary>Each source column's part of the score, nats.</summary>
    public float[] Contributions { get; set; } = [];
}
