using System.Globalization;
using System.Text;

namespace Microsoft.ML.Vae.Tool;

/// <summary>A query for Fabric's and Azure Data Explorer's Python plug-in with onnxruntime: the table's columns become features in KQL, the ONNX file decides.</summary>
/// <remarks>The model lies in a table as text: name, timestamp, and the ONNX file in hexadecimal digits.</remarks>
internal static class KustoQuery
{
    // A table's own columns are seldom called so.
    private const string Prefix = "mlvae_feature_";

    public static string Of(TablePlan plan, string table, string modelName)
    {
        if (plan.Columns.FirstOrDefault(c => c.HashedFeatures > 0) is { } hashed) throw new UserErrorException($"Column '{hashed.Name}' has hashed categories, which Kusto cannot hash alike.");
        string[] features = [.. plan.Columns.SelectMany(Expressions)];
        var text = new StringBuilder();
        text.AppendLine("// Once: .create table models (name: string, timestamp: datetime, model: string)");
        text.AppendLine(CultureInfo.InvariantCulture, $"// then ingest one row: '{modelName}', now(), and the ONNX file in hexadecimal digits (xxd -p {modelName}.onnx | tr -d '\\n').");
        text.AppendLine(CultureInfo.InvariantCulture, $"let model = toscalar(models | where name == {Quoted(modelName)} | top 1 by timestamp desc | project model);");
        text.AppendLine(Name(table));
        text.AppendLine("| extend");
        for (int i = 0; i < features.Length; i++)
            text.AppendLine(CultureInfo.InvariantCulture, $"    {Prefix}{i} = {features[i]}{(i < features.Length - 1 ? "," : "")} // {plan.FeatureNames[i].ReplaceLineEndings(" ")}");
        text.AppendLine("| evaluate python(typeof(*, score: real, p_value: real, is_anomaly: bool),");
        text.AppendLine("```");
        text.AppendLine("import binascii, numpy, onnxruntime");
        text.AppendLine("session = onnxruntime.InferenceSession(binascii.unhexlify(kargs['model']))");
        text.AppendLine(CultureInfo.InvariantCulture, $"rows = df[['{Prefix}%d' % i for i in range({features.Length})]].to_numpy(dtype=numpy.float32)");
        text.AppendLine("score, p_value, is_anomaly = session.run(['score', 'p_value', 'is_anomaly'], {'features': rows})");
        text.AppendLine("result = df");
        text.AppendLine("result['score'], result['p_value'], result['is_anomaly'] = score[:, 0], p_value[:, 0], is_anomaly[:, 0]");
        text.AppendLine("```, bag_pack('model', model))");
        text.Append(CultureInfo.InvariantCulture, $"| project-away {string.Join(", ", features.Select((_, i) => $"{Prefix}{i}"))}");
        return text.ToString();
    }

    // A missing value is null in Kusto and NaN in Python.
    private static IEnumerable<string> Expressions(SourceColumn column) => column.Kind switch
    {
        SourceKind.Number => [$"todouble({Name(column.Name)})"],
        SourceKind.Category => column.Categories.Select(c => Category(column, c)),
        SourceKind.Date => [$"(todatetime({Name(column.Name)}) - datetime({column.First!.Value.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)})) / 1d",
            .. Enumerable.Range(0, 7).Select(d => $"todouble(iff(isnull(todatetime({Name(column.Name)})), int(null), toint(dayofweek(todatetime({Name(column.Name)})) == {d} * 1d)))"),
            .. column.HasTime ? [$"(todatetime({Name(column.Name)}) - startofday(todatetime({Name(column.Name)}))) / 1h"] : Array.Empty<string>()],
    };

    private static string Category(SourceColumn column, string category)
    {
        string name = $"tostring({Name(column.Name)})";
        string holds = category == SourceColumn.Rare
            ? $"{name} !in ({string.Join(", ", column.Categories.Where(c => c != SourceColumn.Rare).Select(Quoted).DefaultIfEmpty("''"))})" : $"{name} == {Quoted(category)}";
        return $"todouble(iff(isempty({name}), int(null), toint({holds})))";
    }

    private static string Name(string name) => $"[{Quoted(name)}]";

    private static string Quoted(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
