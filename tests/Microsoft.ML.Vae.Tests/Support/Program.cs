namespace Microsoft.ML.Vae.Tests.Support;

/// <summary>A fresh process that knows a model file and ML.NET's public API, and nothing of ours: it loads, scores and prints.</summary>
/// <remarks>By hand it shows that a model saved with one version of ML.NET loads with another: "save NAME FILE" in one build, "FILE ROWS" in the other.</remarks>
internal static class Program
{
    /// <param name="arguments">Model file and number of rows; or "save", name of a component, model file.</param>
    public static int Main(string[] arguments)
    {
        if (arguments[0] == "save")
        {
            Save(arguments[1], arguments[2]);
            return 0;
        }
        var ml = new MLContext(99);
        var model = ml.Model.Load(arguments[0], out var schema);
        Describe(model, schema, ml.Data.LoadFromEnumerable(Row.Make(int.Parse(arguments[1]))), Console.Out);
        return 0;
    }

    private static void Save(string name, string path) => Fitted.ML.Model.Save(Fitted.Model(name), Fitted.Data.Schema, path);

    /// <summary>Types, input, and every output column with its slot names and bits.</summary>
    public static void Describe(ITransformer model, DataViewSchema schema, IDataView data, TextWriter output)
    {
        foreach (var part in Parts(model)) output.WriteLine($"type {part.GetType().FullName}");
        output.WriteLine($"input {string.Join(',', schema.Select(c => c.Name))}");
        var view = model.Transform(data);
        foreach (var column in view.Schema.Where(c => !c.IsHidden))
        {
            string names = column.HasSlotNames() ? string.Join(',', Values.SlotNames(column)) : "";
            output.WriteLine($"column {column.Name} {column.Type} [{names}] {string.Join(' ', Values.Of(view, column.Name))}");
        }
    }

    private static IEnumerable<ITransformer> Parts(ITransformer model) => model is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [model];
}
