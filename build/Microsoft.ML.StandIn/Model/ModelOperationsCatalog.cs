// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.IO.Compression;
using System.Text;
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
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        ModelSaveContext.SaveEntry(zip, "TrainingInfo/Version.txt", writer => writer.Write("0.0.0.0 Microsoft.ML stand-in"u8));
        ModelSaveContext.SaveModel(zip, model, TransformerDirectory);
        if (inputSchema is not null) ModelSaveContext.SaveEntry(zip, SchemaEntry, writer => ValueCodec.WriteSchema(writer, inputSchema));
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
        using var zip = Open(stream);
        var model = ModelLoadContext.LoadModelOrNull(_env, zip, TransformerDirectory) ?? throw _env.Except("Could not load legacy format model");
        inputSchema = ModelLoadContext.OpenOrNull(zip, SchemaEntry) is { } schema ? ValueCodec.ReadSchema(schema) : null;
        return model;
    }
    private ZipArchive Open(Stream stream)
    {
        try { return new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true); }
        catch (Exception e) { throw _env.ExceptDecode("Failed to open a zip archive", e); }
    }
    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, bool ignoreMissingColumns = true) where TSrc : class where TDst : class, new()
        => new(_env, transformer, ignoreMissingColumns, TypedRows.Columns(typeof(TSrc), write: false));
    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, DataViewSchema inputSchema) where TSrc : class where TDst : class, new()
    {
        var members = TypedRows.Columns(typeof(TSrc), write: false);
        return new(_env, transformer, false, inputSchema.Select(c =>
            (members.FirstOrDefault(m => m.Name == c.Name) ?? throw _env.Except($"Type should contain a member named {c.Name}")) with { Type = c.Type }).ToArray());
    }
}

public sealed class PredictionEngine<TSrc, TDst> : IDisposable where TSrc : class where TDst : class, new()
{
    private readonly ITransformer _transformer;
    private readonly InputRow _input;
    private readonly Action<TDst> _fill;
    internal PredictionEngine(IHostEnvironment env, ITransformer transformer, bool ignoreMissingColumns, TypedColumn[] inputs)
    {
        env.CheckValue(transformer, nameof(transformer));
        env.CheckParam(transformer.IsRowToRowMapper, nameof(transformer), "Must be a row to row mapper");
        (_transformer, _input) = (transformer, new InputRow(env, inputs));
        var mapper = transformer.GetRowToRowMapper(_input.Schema);
        var columns = TypedRows.Bind(env, typeof(TDst), mapper.OutputSchema, ignoreMissingColumns);
        // All columns are active, as in the real engine: mappers must compute in their getters.
        _fill = TypedRows.Filler<TDst>(mapper.GetRow(_input, mapper.OutputSchema), columns);
        OutputSchema = transformer.GetOutputSchema(_input.Schema);
    }
    public DataViewSchema OutputSchema { get; }
    public TDst Predict(TSrc example) { var prediction = new TDst(); Predict(example, ref prediction); return prediction; }
    public void Predict(TSrc example, ref TDst prediction)
    {
        Contracts.CheckValue(null, example, nameof(example));
        _input.Take(example);
        _fill(prediction ??= new TDst());
    }
    public void Dispose() { _input.Dispose(); (_transformer as IDisposable)?.Dispose(); }
    private sealed class InputRow(IHostEnvironment env, TypedColumn[] columns) : DataViewRow
    {
        private readonly IHost _host = env.Register("Row");
        private TSrc _value;
        private long _position = -1;
        public override DataViewSchema Schema { get; } = TypedRows.Schema(columns);
        public override long Position => _position;
        public override long Batch => 0;
        public override bool IsColumnActive(DataViewSchema.Column column) => true;
        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);
        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => Cursors.Cast<TValue>(TypedRows.Getter(columns[column.Index], Current));
        public void Take(TSrc value) => (_value, _position) = (value, _position + 1);
        private TSrc Current() { _host.Check(_position >= 0, Cursors.FetchValueStateError); return _value; }
    }
}
