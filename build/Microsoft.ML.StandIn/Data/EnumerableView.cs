// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML.Data;

/// <summary>Objects as rows, streamed.</summary>
internal sealed class EnumerableView<TRow>(IHostEnvironment env, IEnumerable<TRow> rows, TypedColumn[] columns) : ViewBase(TypedRows.Schema(columns)) where TRow : class
{
    private readonly IHost _host = env.Register("DataView");
    public override long? GetRowCount() => (rows as ICollection<TRow>)?.Count;
    protected override DataViewRowCursor Open(bool[] active, Random rand) => new Cursor(_host, Schema, active, rows.GetEnumerator(), columns);

    private sealed class Cursor(IHost host, DataViewSchema schema, bool[] active, IEnumerator<TRow> rows, TypedColumn[] columns) : RootCursorBase(host, schema, active, rows)
    {
        protected override bool MoveNextCore() => rows.MoveNext();
        protected override Delegate MakeGetter<TValue>(DataViewSchema.Column column) => TypedRows.Getter(columns[column.Index], Current);
        private TRow Current() => Good(rows).Current ?? throw Ch.Except("Encountered null when iterating over data, this is not supported.");
    }
}
