namespace Microsoft.ML.Vae.Tests.Support;

/// <summary>Every component, trained once for all tests that only read.</summary>
internal static class Fitted
{
    public const int Rows = 600;

    private static readonly Dictionary<string, Lazy<ITransformer>> Models =
        Components.All.ToDictionary(n => n, n => new Lazy<ITransformer>(() => Components.Pipeline(ML!, n).Fit(Data!)));

    public static MLContext ML { get; } = new(1);

    public static IDataView Data { get; } = ML.Data.LoadFromEnumerable(Row.Make(Rows));

    public static ITransformer Model(string name) => Models[name].Value;

    public static VaeTransformer Vae => (VaeTransformer)Components.Last(Model("Vae"));

    public static VaeAnomalyTransformer AllInOne => (VaeAnomalyTransformer)Components.Last(Model("AllInOne"));

    /// <summary>The added columns of a component's output.</summary>
    public static IEnumerable<DataViewSchema.Column> Added(IDataView view) => view.Schema.Where(c => Data.Schema.GetColumnOrNull(c.Name) is null && c.Name != "Features");
}
