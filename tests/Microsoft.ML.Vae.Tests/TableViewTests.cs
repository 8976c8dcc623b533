using Microsoft.ML.Data;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Tests;

public sealed class TableViewTests
{
    private static readonly TextTable Table = TextTable.Of(["town", "size"], [["Ulm", "Bonn", "Ulm", "Bonn", "Ulm", "Bonn", "NA"], ["1.5", "2.5", "?", "4.5", "5.5", "6.5", "7.5"]]);

    [Fact]
    public void Rows_are_those_of_the_plan_in_the_order_asked_for()
    {
        var plan = TablePlan.Of(Table);
        var view = new MLContext().Data.LoadFromTable(Table, plan, [6, 0, 2]);
        using var cursor = view.GetRowCursor(view.Schema);
        var (label, features) = (cursor.GetGetter<float>(view.Schema["Label"]), cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]));
        foreach (int row in new[] { 6, 0, 2 })
        {
            Assert.True(cursor.MoveNext());
            var (l, f) = (1f, default(VBuffer<float>));
            label(ref l);
            features(ref f);
            Assert.Equal(0, l);
            Assert.Equal(plan.Encode(Table, row), f.DenseValues());
        }
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void Annotations_name_the_slots_and_tell_categories()
    {
        var column = new MLContext().Data.LoadFromTable(Table, TablePlan.Of(Table)).Schema["Features"];
        var names = default(VBuffer<ReadOnlyMemory<char>>);
        column.Annotations.GetValue("SlotNames", ref names);
        Assert.Equal(["town.Bonn", "town.Ulm", "size"], names.DenseValues().Select(n => n.ToString()));
        var ranges = default(VBuffer<int>);
        column.Annotations.GetValue("CategoricalSlotRanges", ref ranges);
        Assert.Equal([0, 1], ranges.DenseValues());
    }

    [Fact]
    public void A_table_without_a_column_of_the_plan_is_refused()
    {
        var other = TextTable.Of(["town"], [["Ulm"]]);
        Assert.Throws<TableException>(() => new MLContext().Data.LoadFromTable(other, TablePlan.Of(Table)));
    }
}
