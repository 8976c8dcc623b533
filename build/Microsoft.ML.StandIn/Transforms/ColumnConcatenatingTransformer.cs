// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;
using Kinds = Microsoft.ML.Data.AnnotationUtils.Kinds;

[assembly: Microsoft.ML.LoadableClass(typeof(Microsoft.ML.Data.ColumnConcatenatingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", "ConcatTransform")]

namespace Microsoft.ML.Data;

/// <summary>Puts columns of one item type into one vector; a slot is named after its scalar column, or "column.slot".</summary>
public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
{
    private static VersionInfo Version => TransformHelpers.Version("CONCAT F", "ConcatTransform");
    private readonly string _name;
    private readonly string[] _sources;

    internal ColumnConcatenatingTransformer(IHostEnvironment env, string name, string[] sources) : base(env.Register(nameof(ColumnConcatenatingTransformer)))
        => (_name, _sources) = (name, sources);

    private static ColumnConcatenatingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new(env, ctx.LoadNonEmptyString(), ValueCodec.Read<string>(ctx.Reader));
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        SaveHeader(ctx, Version);
        ctx.SaveNonEmptyString(_name);
        ValueCodec.Write(ctx.Writer, _sources);
    }

    private protected override IReadOnlyList<MappedColumn> Bind(DataViewSchema inputSchema)
    {
        var columns = _sources.Select(name => Input(inputSchema, name)).ToArray();
        var item = columns[0].Type.GetItemType();
        foreach (var column in columns)
            if (!column.Type.GetItemType().Equals(item)) throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", column.Name, item.ToString(), column.Type.ToString());
        int[] inputs = columns.Select(c => c.Index).ToArray();
        if (columns.Length == 1 && columns[0].Type is VectorDataViewType)
            return [new(_name, columns[0].Type, columns[0].Annotations, inputs, row => (Delegate)Generic.Call(typeof(ColumnConcatenatingTransformer), nameof(Same), [columns[0].Type.RawType], row, columns[0]))];
        int size = columns.Any(c => c.Type.GetValueCount() == 0) ? 0 : columns.Sum(c => c.Type.GetValueCount());
        var annotations = Annotate(builder =>
        {
            if (item is NumberDataViewType && columns.All(c => c.IsNormalized())) builder.AddPrimitiveValue(Kinds.IsNormalized, BooleanDataViewType.Instance, true);
            if (size > 0) AddSlotAnnotations(builder, columns, size);
        });
        return [new(_name, new VectorDataViewType((PrimitiveDataViewType)item, size), annotations, inputs,
            row => (Delegate)Generic.Call(typeof(ColumnConcatenatingTransformer), nameof(Concatenate), [item.RawType], row, columns))];
    }

    private static void AddSlotAnnotations(DataViewSchema.Annotations.Builder builder, DataViewSchema.Column[] columns, int size)
    {
        var names = new ReadOnlyMemory<char>[size];
        var ranges = new List<int>();
        int offset = 0;
        foreach (var column in columns)
        {
            if (column.Type is not VectorDataViewType) names[offset] = column.Name.AsMemory();
            else if (column.HasSlotNames())
            {
                VBuffer<ReadOnlyMemory<char>> slots = default;
                column.GetSlotNames(ref slots);
                foreach (var slot in slots.Items())
                    if (!slot.Value.IsEmpty) names[offset + slot.Key] = $"{column.Name}.{slot.Value}".AsMemory();
            }
            ranges.AddRange(AnnotationUtils.CategoricalRanges(column)?.Select(k => k + offset) ?? []);
            offset += column.Type.GetValueCount();
        }
        if (columns.Any(c => c.Type is not VectorDataViewType || c.HasSlotNames()))
            builder.AddVector(Kinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, size), names);
        if (ranges.Count > 0)
            builder.AddVector(Kinds.CategoricalSlotRanges, new VectorDataViewType(NumberDataViewType.Int32, ranges.Count / 2, 2), ranges.ToArray());
    }

    private static ValueGetter<T> Same<T>(DataViewRow row, DataViewSchema.Column column) => row.GetGetter<T>(column);

    private static ValueGetter<VBuffer<T>> Concatenate<T>(DataViewRow row, DataViewSchema.Column[] columns)
    {
        var scalars = columns.Select(c => c.Type is VectorDataViewType ? null : row.GetGetter<T>(c)).ToArray();
        var vectors = columns.Select(c => c.Type is VectorDataViewType ? row.GetGetter<VBuffer<T>>(c) : null).ToArray();
        var buffers = new VBuffer<T>[columns.Length];
        return (ref VBuffer<T> result) =>
        {
            int length = 0;
            for (int i = 0; i < columns.Length; i++)
            {
                int expected = columns[i].Type.GetValueCount();
                vectors[i]?.Invoke(ref buffers[i]);
                if (vectors[i] is not null && expected != 0 && buffers[i].Length != expected)
                    throw Contracts.Except(null, $"Column '{columns[i].Name}': expected {expected} slots, but got {buffers[i].Length}");
                length += vectors[i] is null ? 1 : buffers[i].Length;
            }
            var editor = VBufferEditor.Create(ref result, length);
            for (int i = 0, at = 0; i < columns.Length; at += vectors[i] is null ? 1 : buffers[i].Length, i++)
            {
                if (vectors[i] is null) scalars[i](ref editor.Values[at]);
                else buffers[i].CopyTo(editor.Values, at);
            }
            result = editor.Commit();
        };
    }
}
