// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Collections;
using Microsoft.ML.Runtime;

[assembly: Microsoft.ML.LoadableClass(typeof(Microsoft.ML.Data.TransformerChain<Microsoft.ML.ITransformer>), typeof(Microsoft.ML.Data.TransformerChain), null,
    typeof(Microsoft.ML.SignatureLoadModel), "Transformer chain", Microsoft.ML.Data.TransformerChain.LoaderSignature)]

namespace Microsoft.ML.Data;

[Flags]
public enum TransformerScope { None = 0, Training = 1, Testing = 2, Scoring = 4, TrainTest = Training | Testing, Everything = Training | Testing | Scoring }

public sealed class EstimatorChain<TLastTransformer> : IEstimator<TransformerChain<TLastTransformer>> where TLastTransformer : class, ITransformer
{
    internal readonly record struct Link(IEstimator<ITransformer> Estimator, TransformerScope Scope, bool Cache);

    private readonly IHost _host;
    private readonly Link[] _links;
    public readonly IEstimator<TLastTransformer> LastEstimator;

    public EstimatorChain() : this(null, []) { }

    internal EstimatorChain(IHostEnvironment env, Link[] links)
    {
        _host = env?.Register("EstimatorChain");
        _links = links;
        LastEstimator = links.LastOrDefault().Estimator as IEstimator<TLastTransformer>;
    }

    /// <summary>Checks the promised schemas of the whole chain first, then fits each estimator on what its predecessor makes.</summary>
    public TransformerChain<TLastTransformer> Fit(IDataView input)
    {
        GetOutputSchema(SchemaShape.Create(input.Schema));
        var transformers = new ITransformer[_links.Length];
        for (int i = 0; i < _links.Length; i++)
        {
            transformers[i] = _links[i].Estimator.Fit(input);
            input = transformers[i] is ITransformerWithDifferentMappingAtTrainingTime special
                ? special.TransformForTrainingPipeline(input) : transformers[i].Transform(input);
            if (_links[i].Cache && i < _links.Length - 1) input = new CacheDataView(_host, input, []);
        }
        return new TransformerChain<TLastTransformer>(transformers, _links.Select(l => l.Scope));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        => _links.Aggregate(inputSchema, (schema, link) => link.Estimator.GetOutputSchema(schema));

    public EstimatorChain<TNewTrans> Append<TNewTrans>(IEstimator<TNewTrans> estimator, TransformerScope scope = TransformerScope.Everything)
        where TNewTrans : class, ITransformer
    {
        Contracts.CheckValue(null, estimator, nameof(estimator));
        var links = _links.Select(l => new EstimatorChain<TNewTrans>.Link(l.Estimator, l.Scope, l.Cache));
        return new EstimatorChain<TNewTrans>(_host, [.. links, new(estimator, scope, false)]);
    }

    public EstimatorChain<TLastTransformer> AppendCacheCheckpoint(IHostEnvironment env)
    {
        Contracts.CheckValue(null, env, nameof(env));
        if (_links.Length == 0)
            throw new InvalidOperationException("Current estimator chain has no estimator, can't append cache checkpoint.");
        return new EstimatorChain<TLastTransformer>(env, [.. _links[..^1], _links[^1] with { Cache = true }]);
    }
}

internal interface ITransformerChainAccessor
{
    ITransformer[] Transformers { get; }
    TransformerScope[] Scopes { get; }
}

public sealed class TransformerChain<TLastTransformer> : ITransformer, IEnumerable<ITransformer>, ITransformerChainAccessor, IDisposable
    where TLastTransformer : class, ITransformer
{
    private readonly ITransformer[] _transformers;
    private readonly TransformerScope[] _scopes;
    public readonly TLastTransformer LastTransformer;

    public TransformerChain(IEnumerable<ITransformer> transformers, IEnumerable<TransformerScope> scopes)
    {
        _transformers = transformers?.ToArray() ?? [];
        _scopes = scopes?.ToArray() ?? [];
        LastTransformer = _transformers.LastOrDefault() as TLastTransformer;
        Contracts.Check(null, _transformers.Length > 0 == LastTransformer is not null);
        Contracts.Check(null, _transformers.Length == _scopes.Length);
    }

    public TransformerChain(params ITransformer[] transformers) : this(transformers, transformers?.Select(_ => TransformerScope.Everything)) { }

    bool ITransformer.IsRowToRowMapper => _transformers.All(t => t.IsRowToRowMapper);
    ITransformer[] ITransformerChainAccessor.Transformers => _transformers;
    TransformerScope[] ITransformerChainAccessor.Scopes => _scopes;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => GetOutputSchema(inputSchema, TransformerScope.Scoring);

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema, TransformerScope scope)
    {
        Contracts.CheckValue(null, inputSchema, nameof(inputSchema));
        return GetModelFor(scope).Aggregate(inputSchema, (schema, t) => t.GetOutputSchema(schema));
    }

    public IDataView Transform(IDataView input) => Transform(input, TransformerScope.Scoring);

    public IDataView Transform(IDataView input, TransformerScope scope)
    {
        Contracts.CheckValue(null, input, nameof(input));
        GetOutputSchema(input.Schema, scope);
        return GetModelFor(scope).Aggregate(input, (view, t) => t.Transform(view));
    }

    public TransformerChain<ITransformer> GetModelFor(TransformerScope scopeFilter)
    {
        int[] kept = Enumerable.Range(0, _scopes.Length).Where(i => (_scopes[i] & scopeFilter) != 0).ToArray();
        return new TransformerChain<ITransformer>(kept.Select(i => _transformers[i]).ToArray(), kept.Select(i => _scopes[i]).ToArray());
    }

    public TransformerChain<TNewLast> Append<TNewLast>(TNewLast transformer, TransformerScope scope = TransformerScope.Everything) where TNewLast : class, ITransformer
    {
        Contracts.CheckValue(null, transformer, nameof(transformer));
        return new TransformerChain<TNewLast>([.. _transformers, transformer], [.. _scopes, scope]);
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
        for (int i = 0; i < _transformers.Length; i++)
        {
            ctx.Writer.Write((int)_scopes[i]);
            ctx.SaveModel(_transformers[i], $"Transform_{i:000}");
        }
    }

    public IEnumerator<ITransformer> GetEnumerator() => ((IEnumerable<ITransformer>)_transformers).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        foreach (var transformer in _transformers) (transformer as IDisposable)?.Dispose();
    }
}

internal static class TransformerChain
{
    public const string LoaderSignature = "TransformerChain";

    public static VersionInfo Version => new("XF CHAIN", 0x00010001, 0x00010001, 0x00010001, typeof(TransformerChain).Assembly.GetName().Name, LoaderSignature);

    internal static TransformerChain<ITransformer> Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var transformers = new ITransformer[ctx.Reader.ReadInt32()];
        var scopes = new TransformerScope[transformers.Length];
        for (int i = 0; i < transformers.Length; i++)
        {
            scopes[i] = (TransformerScope)ctx.Reader.ReadInt32();
            ctx.LoadModel<ITransformer, SignatureLoadModel>(env, out transformers[i], $"Transform_{i:000}");
        }
        return new TransformerChain<ITransformer>(transformers, scopes);
    }
}
