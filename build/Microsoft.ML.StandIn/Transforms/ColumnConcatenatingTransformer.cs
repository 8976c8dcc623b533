// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML.Data;
/// <summary>Puts columns of one item type into one vector; a slot is named after its scalar column, or "column.slot".</summary>
public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
{
    private static readonly VersionInfo s_version = VersionInfo.Own("CONCAT F", "ConcatTransform");
    private readonly string _name;
    private readonly string[] _sources;
    internal ColumnConcatenatingTransformer(IHostEnvironment env, string name, string[] sources) : base(env) => (_name, _sources) = (name, sources);
    private protected override VersionInfo Version => s_version;
    private protected override void SaveModel(BinaryWriter writer) => ValueCodec.Write(writer, (string[])[_name, .. _sources]);
    private static ColumnConcatenatingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(s_version);
        string[] names = ValueCodec.Read<string>(ctx.Reader);
        return new(env, names[0], names[1..]);
    }

    private protected override IReadOnlyList<MappedColumn> Bind(DataViewSchema inputSchema)
    {
        var columns = _sources.Select(name => Input(inputSchema, name)).ToArray();
        var item = columns[0].Type.GetItemType();
        foreach (var column in columns)
            if (!column.Type.GetItemType().Equals(item)) throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", column.Name, item.ToString(), column.Type.ToString());
        int[] inputs = columns.Select(c => c.Index).ToArray();
        if (columns.Length == 1 && columns[0].Type is VectorDataViewType) return [new(_name, columns[0].Type, columns[0].Annotations, inputs, row => ColumnCopyingTransformer.Getter(row, columns[0]))];
        int size = columns.Any(c => c.Type.GetValueCount() == 0) ? 0 : columns.Sum(c => c.Type.GetValueCount());
        var annotations = AnnotationUtils.Build(builder =>
        {
            if (item is NumberDataViewType && columns.All(c => c.IsNormalized())) builder.AddPrimitiveValue(Kinds.IsNormalized, BooleanDataViewType.Instance, true);
            if (size > 0) AddSlotAnnotations(builder, columns, size);
        });
        return [new(_name, new VectorDataViewType((PrimitiveDataViewType)item, size), annotations, inputs,
            row => (Delegate)Generic.Call(typeof(ColumnConcatenatingTransformer), nameof(Concatenate), [item.RawType], row, columns))];
    }

    private static void AddSlotAnnotations(DataViewSchema.Annotations.Builder builder, DataViewSchema.Column[] columns, int size)
    {
        var names = new List<ReadOnlyMemory<char>>();
        var ranges = new List<int>();
        foreach (var column in columns)
        {
            VBuffer<int> own = default;
            VBuffer<ReadOnlyMemory<char>> slots = new(column.Type.GetValueCount(), 0, [], []);
            if (column.HasSlotNames()) column.GetSlotNames(ref slots);
            if (column.Annotation(Kinds.CategoricalSlotRanges) is not null) column.Annotations.GetValue(Kinds.CategoricalSlotRanges, ref own);
            ranges.AddRange(own.DenseValues().Select(k => k + names.Count));
            if (column.Type is not VectorDataViewType) names.Add(column.Name.AsMemory());
            else names.AddRange(slots.DenseValues().Select(s => s.IsEmpty ? s : $"{column.Name}.{s}".AsMemory()).ToArray());
        }
        if (columns.Any(c => c.Type is not VectorDataViewType || c.HasSlotNames())) builder.AddVector(Kinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, size), names.ToArray());
        if (ranges.Count > 0) builder.AddVector(Kinds.CategoricalSlotRanges, new VectorDataViewType(NumberDataViewType.Int32, ranges.Count / 2, 2), ranges.ToArray());
    }

    private static ValueGetter<VBuffer<T>> Concatenate<T>(DataViewRow row, DataViewSchema.Column[] columns)
    {
        var fetch = columns.Select(c => Items.Fetcher<T>(row, c)).ToArray();
        var buffers = new VBuffer<T>[columns.Length];
        return (ref VBuffer<T> result) =>
        {
            int length = 0, at = 0;
            for (int i = 0; i < columns.Length; i++)
            {
                fetch[i](ref buffers[i]);
                int expected = columns[i].Type.GetValueCount();
                Contracts.Check(null, expected == 0 || buffers[i].Length == expected, $"Column '{columns[i].Name}': expected {expected} slots, but got {buffers[i].Length}");
                length += buffers[i].Length;
            }
            var editor = VBufferEditor.Create(ref result, length);
            foreach (var buffer in buffers) { buffer.CopyTo(editor.Values[at..]); at += buffer.Length; }
            result = editor.Commit();
        };
    }
}
/// <summary>Columns read as vectors; a scalar is a vector of one slot.</summary>
internal static class Items
{
    public static ValueGetter<VBuffer<T>> Fetcher<T>(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType) return row.GetGetter<VBuffer<T>>(column);
        var scalar = row.GetGetter<T>(column);
        return (ref VBuffer<T> buffer) => { var editor = VBufferEditor.Create(ref buffer, 1); scalar(ref editor.Values[0]); buffer = editor.Commit(); };
    }
}
