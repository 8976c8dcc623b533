// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Saves and loads models, and makes engines that predict one row at a time.</summary>
public sealed class ModelOperationsCatalog : IInternalCatalog
{
    private const string SchemaEntry = "Schema", TransformerDirectory = "TransformerChain";
    private readonly IHostEnvironment _env;

    internal ModelOperationsCatalog(IHostEnvironment env) => _env = env;
    IHostEnvironment IInternalCatalog.Environment => _env;

    public void Save(ITransformer model, DataViewSchema inputSchema, string filePath)
    {
        _env.CheckNonEmpty(filePath, nameof(filePath));
        using var stream = File.Create(filePath);
        Save(model, inputSchema, stream);
    }

    public void Save(ITransformer model, DataViewSchema inputSchema, Stream stream)
    {
        _env.CheckValue(stream, nameof(stream));
        using var repository = RepositoryWriter.CreateNew(stream, _env);
        ModelSaveContext.SaveModel(repository, model, TransformerDirectory);
        if (inputSchema is null) return;
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true)) ValueCodec.WriteSchema(writer, inputSchema);
        repository.Write(null, SchemaEntry, content.ToArray());
    }

    public ITransformer Load(string filePath, out DataViewSchema inputSchema)
    {
        _env.CheckNonEmpty(filePath, nameof(filePath));
        using var stream = File.OpenRead(filePath);
        return Load(stream, out inputSchema);
    }

    public ITransformer Load(Stream stream, out DataViewSchema inputSchema)
    {
        _env.CheckValue(stream, nameof(stream));
        using var repository = RepositoryReader.Open(stream, _env);
        if (!ModelLoadContext.LoadModelOrNull<ITransformer, SignatureLoadModel>(_env, out var model, repository, TransformerDirectory))
            throw _env.Except("Could not load legacy format model");
        inputSchema = repository.ReadOrNull(null, SchemaEntry) is byte[] schema ? ValueCodec.ReadSchema(new BinaryReader(new MemoryStream(schema), Encoding.UTF8)) : null;
        return model;
    }

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, bool ignoreMissingColumns = true,
        SchemaDefinition inputSchemaDefinition = null, SchemaDefinition outputSchemaDefinition = null) where TSrc : class where TDst : class, new()
        => new(_env, transformer, ignoreMissingColumns, inputSchemaDefinition, outputSchemaDefinition, true);

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, DataViewSchema inputSchema) where TSrc : class where TDst : class, new()
        => new(_env, transformer, false, SchemaDefinition.Create(_env, typeof(TSrc), inputSchema), null, true);

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, PredictionEngineOptions options) where TSrc : class where TDst : class, new()
        => new(_env, transformer, options.IgnoreMissingColumns, options.InputSchemaDefinition, options.OutputSchemaDefinition, options.OwnsTransformer);
}

public sealed class PredictionEngineOptions
{
    public bool IgnoreMissingColumns = true;
    public SchemaDefinition InputSchemaDefinition;
    public SchemaDefinition OutputSchemaDefinition;
    public bool OwnsTransformer = true;
}

public abstract class PredictionEngineBase<TSrc, TDst> : IDisposable where TSrc : class where TDst : class, new()
{
    private readonly InputRow _input;
    private readonly Action<TDst> _fill;
    private readonly bool _ownsTransformer;

    private protected PredictionEngineBase(IHostEnvironment env, ITransformer transformer, bool ignoreMissingColumns,
        SchemaDefinition inputDefinition, SchemaDefinition outputDefinition, bool ownsTransformer)
    {
        env.CheckValue(transformer, nameof(transformer));
        env.CheckParam(transformer.IsRowToRowMapper, nameof(transformer), "Must be a row to row mapper");
        (Transformer, _ownsTransformer) = (transformer, ownsTransformer);
        _input = new InputRow(env, inputDefinition ?? SchemaDefinition.Create(typeof(TSrc), SchemaDefinition.Direction.Read));
        var mapper = transformer.GetRowToRowMapper(_input.Schema);
        var columns = TypedRows.Bind(env, typeof(TDst), mapper.OutputSchema, ignoreMissingColumns, outputDefinition);
        // All columns are active, as in the real engine: mappers must compute in their getters.
        _fill = TypedRows.Filler<TDst>(mapper.GetRow(_input, mapper.OutputSchema), columns);
        OutputSchema = transformer.GetOutputSchema(_input.Schema);
    }

    public DataViewSchema OutputSchema { get; }
    private protected ITransformer Transformer { get; }
    private protected void ExtractValues(TSrc example) => _input.Take(example);
    private protected void FillValues(TDst prediction) => _fill(prediction);

    public TDst Predict(TSrc example)
    {
        var prediction = new TDst();
        Predict(example, ref prediction);
        return prediction;
    }

    public abstract void Predict(TSrc example, ref TDst prediction);

    public void Dispose()
    {
        _input.Dispose();
        if (_ownsTransformer) (Transformer as IDisposable)?.Dispose();
    }

    private sealed class InputRow : DataViewRow
    {
        private readonly IHost _host;
        private readonly Delegate[] _getters;
        private TSrc _value;
        private long _position = -1;

        public InputRow(IHostEnvironment env, SchemaDefinition definition)
        {
            _host = env.Register("Row");
            Schema = TypedRows.Schema(typeof(TSrc), definition);
            _getters = definition.Select(c => TypedRows.Getter(c.MemberName, Current)).ToArray();
        }

        public override DataViewSchema Schema { get; }
        public override long Position => _position;
        public override long Batch => 0;
        public override bool IsColumnActive(DataViewSchema.Column column) => true;
        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);
        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => Cursors.Cast<TValue>(_getters[column.Index]);

        public void Take(TSrc value)
        {
            _value = value;
            _position++;
        }

        private TSrc Current()
        {
            _host.Check(_position >= 0, Cursors.FetchValueStateError);
            return _value;
        }
    }
}

public sealed class PredictionEngine<TSrc, TDst> : PredictionEngineBase<TSrc, TDst> where TSrc : class where TDst : class, new()
{
    internal PredictionEngine(IHostEnvironment env, ITransformer transformer, bool ignoreMissingColumns,
        SchemaDefinition inputDefinition, SchemaDefinition outputDefinition, bool ownsTransformer)
        : base(env, transformer, ignoreMissingColumns, inputDefinition, outputDefinition, ownsTransformer) { }

    public override void Predict(TSrc example, ref TDst prediction)
    {
        Contracts.CheckValue(null, example, nameof(example));
        ExtractValues(example);
        prediction ??= new TDst();
        FillValues(prediction);
    }
}
