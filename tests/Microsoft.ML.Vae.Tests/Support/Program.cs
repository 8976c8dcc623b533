namespace Microsoft.ML.Vae.Tests.Support;

/// <summary>A fresh process that knows a model file and ML.NET's public API, and nothing of ours: it loads, scores and prints.</summary>
internal static class Program
{
    /// <param name="arguments">Model file; number of rows.</param>
    public static int Main(string[] arguments)
    {
        var ml = new MLContext(99);
        var model = ml.Model.Load(arguments[0], out var schema);
        foreach (var part in (IEnumerable<ITransformer>)model) Console.WriteLine($"type {part.GetType().FullName}");
        Console.WriteLine($"input {string.Join(',', schema.Select(c => c.Name))}");
        Print(model.Transform(ml.Data.LoadFromEnumerable(Row.Make(int.Parse(arguments[1])))));
        return 0;
    }

    public static void Print(IDataView view) => Describe(view, Console.Out);

    public static void Describe(IDataView view, TextWriter output)
    {
        foreach (var column in view.Schema.Where(c => !c.IsHidden))
        {
            string names = column.HasSlotNames() ? string.Join(',', Values.SlotNames(column)) : "";
            output.WriteLine($"column {column.Name} {column.Type} [{names}] {string.Join(' ', Values.Of(view, column.Name))}");
        }
    }
}
