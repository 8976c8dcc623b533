// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
[assembly: Microsoft.ML.LoadableClass(typeof(TransformerChain<Microsoft.ML.ITransformer>), typeof(TransformerChain), null, typeof(Microsoft.ML.SignatureLoadModel), "Transformer chain", TransformerChain.LoaderSignature)]
namespace Microsoft.ML.Data;

[Flags]
public enum TransformerScope { None = 0, Training = 1, Testing = 2, Scoring = 4, TrainTest = Training | Testing, Everything = Training | Testing | Scoring }

public sealed class EstimatorChain<TLastTransformer> : IEstimator<TransformerChain<TLastTransformer>> where TLastTransformer : class, ITransformer
{
    private readonly IHost _host;
    private readonly (IEstimator<ITransformer> Estimator, TransformerScope Scope, bool Cache)[] _links;
    public EstimatorChain() : this(null, []) { }
    internal EstimatorChain(IHost host, (IEstimator<ITransformer> Estimator, TransformerScope Scope, bool Cache)[] links) => (_host, _links) = (host, links);
    /// <summary>Checks the promised schemas of the whole chain first, then fits each estimator on what its predecessor makes.</summary>
    public TransformerChain<TLastTransformer> Fit(IDataView input)
    {
        GetOutputSchema(SchemaShape.Create(input.Schema));
        var transformers = new ITransformer[_links.Length];
        for (int i = 0; i < _links.Length; i++)
        {
            transformers[i] = _links[i].Estimator.Fit(input);
            input = transformers[i].Transform(input);
            if (_links[i].Cache && i < _links.Length - 1) input = new CacheDataView(_host, input, []);
        }
        return new TransformerChain<TLastTransformer>(transformers, _links.Select(l => l.Scope).ToArray());
    }
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _links.Aggregate(inputSchema, (schema, link) => link.Estimator.GetOutputSchema(schema));
    public EstimatorChain<TNewTrans> Append<TNewTrans>(IEstimator<TNewTrans> estimator, TransformerScope scope = TransformerScope.Everything) where TNewTrans : class, ITransformer
    {
        Contracts.CheckValue(null, estimator, nameof(estimator));
        return new EstimatorChain<TNewTrans>(_host, [.. _links, (estimator, scope, false)]);
    }
    public EstimatorChain<TLastTransformer> AppendCacheCheckpoint(IHostEnvironment env)
    {
        Contracts.CheckValue(null, env, nameof(env));
        if (_links.Length == 0) throw new InvalidOperationException("Current estimator chain has no estimator, can't append cache checkpoint.");
        return new EstimatorChain<TLastTransformer>(env.Register("EstimatorChain"), [.. _links[..^1], _links[^1] with { Cache = true }]);
    }
}

public sealed class TransformerChain<TLastTransformer> : ITransformer, IEnumerable<ITransformer>, IDisposable where TLastTransformer : class, ITransformer
{
    private readonly ITransformer[] _transformers;
    private readonly TransformerScope[] _scopes;
    public readonly TLastTransformer LastTransformer;
    public TransformerChain(params ITransformer[] transformers) : this(transformers, transformers.Select(_ => TransformerScope.Everything).ToArray()) { }
    internal TransformerChain(ITransformer[] transformers, TransformerScope[] scopes)
    {
        (_transformers, _scopes, LastTransformer) = (transformers, scopes, transformers.LastOrDefault() as TLastTransformer);
        Contracts.Check(null, (transformers.Length > 0) == (LastTransformer is not null));
    }
    bool ITransformer.IsRowToRowMapper => _transformers.All(t => t.IsRowToRowMapper);
    private IEnumerable<ITransformer> Scorers => _transformers.Where((_, i) => _scopes[i].HasFlag(TransformerScope.Scoring));
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(null, inputSchema, nameof(inputSchema));
        return Scorers.Aggregate(inputSchema, (schema, t) => t.GetOutputSchema(schema));
    }
    public IDataView Transform(IDataView input)
    {
        Contracts.CheckValue(null, input, nameof(input));
        GetOutputSchema(input.Schema);
        return Scorers.Aggregate(input, (view, t) => t.Transform(view));
    }
    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(null, inputSchema, nameof(inputSchema));
        Contracts.Check(null, ((ITransformer)this).IsRowToRowMapper, "GetRowToRowMapper method called despite IsRowToRowMapper being false.");
        var mappers = new List<IRowToRowMapper>();
        foreach (var transformer in _transformers) mappers.Add(transformer.GetRowToRowMapper(mappers.LastOrDefault()?.OutputSchema ?? inputSchema));
        return new CompositeRowToRowMapper(inputSchema, mappers);
    }
    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(TransformerChain.Version);
        ctx.Writer.Write(_transformers.Length);
        for (int i = 0; i < _transformers.Length; i++) { ctx.Writer.Write((int)_scopes[i]); ctx.SaveModel(_transformers[i], $"Transform_{i:000}"); }
    }
    public IEnumerator<ITransformer> GetEnumerator() => ((IEnumerable<ITransformer>)_transformers).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    public void Dispose() { foreach (var transformer in _transformers) (transformer as IDisposable)?.Dispose(); }
}

internal static class TransformerChain
{
    public const string LoaderSignature = "TransformerChain";
    public static VersionInfo Version => VersionInfo.Own("XF CHAIN", LoaderSignature);
    private static TransformerChain<ITransformer> Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var transformers = new ITransformer[ctx.Reader.ReadInt32()];
        var scopes = new TransformerScope[transformers.Length];
        for (int i = 0; i < transformers.Length; i++)
        {
            scopes[i] = (TransformerScope)ctx.Reader.ReadInt32();
            transformers[i] = ctx.LoadModelOrNull(env, $"Transform_{i:000}") ?? throw env.ExceptDecode("Corrupt model file");
        }
        return new TransformerChain<ITransformer>(transformers, scopes);
    }
}
