using System.Text.Json.Nodes;

namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>Every way in which one place of a JSON document can be wrong.</summary>
internal static class JsonMutations
{
    private const string Mark = "\u0001 the same name";

    private static readonly string[] Values =
    [
        "null", "true", "\"x\"", "\"NaN\"", "\"Infinity\"", "-1", "0", "0.5", "1e300", "65537", "2147483647", "99999999999", "[]", "{}",
    ];

    /// <summary>Each place with each wrong value in it, left out, or twice; lists one shorter and one longer.</summary>
    /// <returns>What was done; the document; whether its form is wrong, so that no reader may take it.</returns>
    public static IEnumerable<(string What, string Json, bool IsForm)> Of(string json)
    {
        var root = JsonNode.Parse(json)!;
        foreach (var path in Paths(root, []))
        {
            string name = string.Join('/', path);
            string old = At(root, path)!.ToJsonString();
            foreach (string value in Values)
                if (value != old) yield return ($"{name} = {value}", Changed(root, path, (parent, key) => Put(parent, key, JsonNode.Parse(value))), IsOtherForm(old, value));
            yield return ($"{name} left out", Changed(root, path, Remove), false);
            if (path[^1] is not string member) continue;
            string twice = Changed(root, path, (parent, key) => parent.AsObject().Add(Mark, At(root, path)!.DeepClone()));
            yield return ($"{name} twice", twice.Replace(new JsonObject { [Mark] = 0 }.ToJsonString()[1..^3], $"\"{member}\"", StringComparison.Ordinal), true);
        }
    }

    // A text may become another text, a number another number.
    private static bool IsOtherForm(string old, string value) => value == "null" || (Form(old) != Form(value) && !(IsNumber(old) && IsNumber(value)));

    private static bool IsNumber(string json) => Form(json) == '0' || json is "\"NaN\"" or "\"Infinity\"";

    private static char Form(string json) => json[0] is '-' or (>= '0' and <= '9') ? '0' : json[0] is 't' or 'f' ? 't' : json[0];

    private static IEnumerable<object[]> Paths(JsonNode? node, object[] at)
    {
        if (at.Length > 0) yield return at;
        IEnumerable<(object Key, JsonNode? Child)> children = node switch
        {
            JsonObject o => o.Select(p => ((object)p.Key, p.Value)),
            JsonArray a => a.Select((child, i) => ((object)i, child)),
            _ => [],
        };
        foreach (var (key, child) in children)
            foreach (var path in Paths(child, [.. at, key])) yield return path;
    }

    private static JsonNode? At(JsonNode root, IEnumerable<object> path) => path.Aggregate((JsonNode?)root, (node, key) => key is string name ? node![name] : node![(int)key]);

    private static string Changed(JsonNode root, object[] path, Action<JsonNode, object> change)
    {
        var copy = root.DeepClone();
        change(At(copy, path.SkipLast(1))!, path[^1]);
        return copy.ToJsonString();
    }

    private static void Put(JsonNode parent, object key, JsonNode? value)
    {
        if (key is string name) parent[name] = value;
        else parent[(int)key] = value;
    }

    private static void Remove(JsonNode parent, object key)
    {
        if (key is string name) parent.AsObject().Remove(name);
        else parent.AsArray().RemoveAt((int)key);
    }
}
