using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Vae.Core.Tests.Onnx;

/// <summary>A real ONNX Runtime (onnxruntime-node, see build/install-onnxruntime.sh) and the ONNX checker (python3-onnx). Tests are skipped where they are absent.</summary>
public sealed class OnnxTools : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly string _folder = Directory.CreateTempSubdirectory("mlvae-onnx-").FullName;
    private readonly LineProcess? _runtime, _checker;
    private int _files;

    public OnnxTools()
    {
        string scripts = Path.Combine(AppContext.BaseDirectory, "Onnx");
        if (Above(Path.Combine("artifacts", "onnxruntime")) is { } folder && Directory.Exists(Path.Combine(folder, "node_modules", "onnxruntime-node")) && LineProcess.Succeeds("node", "--version")) _runtime = new LineProcess("node", Path.Combine(scripts, "score.mjs"), folder);
        // Debian's interpreter first: another one on the path does not see Debian's modules.
        string? python = new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(p => LineProcess.Succeeds(p, "-c", "import onnx"));
        if (python is not null) _checker = new LineProcess(python, Path.Combine(scripts, "check.py"));
    }

    /// <summary>Exports to a new file.</summary>
    public string Export(AnomalyModel model, OnnxExportOptions? options = null)
    {
        string path = Path.Combine(_folder, $"{Interlocked.Increment(ref _files)}.onnx");
        OnnxExporter.Export(model, path, options);
        return path;
    }

    /// <summary>What the ONNX checker says: "ok" or a complaint.</summary>
    public string Check(string path)
    {
        Skip.If(_checker is null, "python3-onnx is not installed.");
        return _checker!.Ask(path);
    }

    /// <summary>Scores rows in ONNX Runtime.</summary>
    public Scored Score(string path, float[] rows, int count, double? falseAlarmRate = null, int repeats = 0)
    {
        var features = Input.Of("features", rows, rows.Length / count);
        return Run(path, falseAlarmRate is { } rate ? [features, new Input("false_alarm_rate", "float64", [1], BitConverter.GetBytes(rate))] : [features], repeats);
    }

    /// <summary>Runs a file on given inputs; <paramref name="repeats"/> more runs are timed.</summary>
    public Scored Run(string path, IReadOnlyList<Input> inputs, int repeats = 0)
    {
        Skip.If(_runtime is null, "onnxruntime-node is not installed: run build/install-onnxruntime.sh.");
        var answer = JsonSerializer.Deserialize<Answer>(_runtime!.Ask(JsonSerializer.Serialize(new Request(path, inputs, repeats, Threads: 1), Json)), Json)!;
        Assert.True(answer.Error is null, answer.Error);
        return new Scored(answer.Outputs!.ToDictionary(o => o.Key, o => Values(o.Value)), answer.Outputs!.ToDictionary(o => o.Key, o => o.Value.Dims), answer.Seconds!);
    }

    /// <summary>Ends ONNX Runtime; returns what it wrote to standard error.</summary>
    public string RuntimeErrors() => _runtime?.End() ?? "";

    public void Dispose()
    {
        _runtime?.Dispose();
        _checker?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static double[] Values(TensorText tensor)
    {
        byte[] bytes = Convert.FromBase64String(tensor.Data);
        return tensor.Type switch
        {
            "bool" => [.. bytes.Select(b => (double)b)],
            "int32" => [.. MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(v => (double)v)],
            "int64" => [.. MemoryMarshal.Cast<byte, long>(bytes).ToArray().Select(v => (double)v)],
            "float64" => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
            _ => [.. MemoryMarshal.Cast<byte, float>(bytes).ToArray().Select(v => (double)v)],
        };
    }

    /// <summary>A file or folder below one of the folders above the tests; null: there is none.</summary>
    public static string? Above(string name)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Exists(Path.Combine(at.FullName, name))) return Path.Combine(at.FullName, name);
        return null;
    }

    /// <summary>Outputs by name; booleans as 0 and 1.</summary>
    public sealed record Scored(IReadOnlyDictionary<string, double[]> Outputs, IReadOnlyDictionary<string, int[]> Shapes, double[] Seconds)
    {
        public double[] this[string name] => Outputs[name];
    }

    /// <summary>An input tensor: bytes of numbers, or an array of texts.</summary>
    public sealed record Input(string Name, string Type, int[] Dims, object Data)
    {
        /// <summary>A row-major matrix.</summary>
        public static Input Of(string name, float[] values, int columns) =>
            new(name, "float32", [values.Length / columns, columns], MemoryMarshal.AsBytes<float>(values).ToArray());

        /// <summary>A column of texts.</summary>
        public static Input Of(string name, string[] texts) => new(name, "string", [texts.Length, 1], texts);
    }

    private sealed record Request(string Model, IReadOnlyList<Input> Inputs, int Repeats, int Threads);

    private sealed record TensorText(string Type, int[] Dims, string Data);

    private sealed record Answer(Dictionary<string, TensorText>? Outputs, double[]? Seconds, string? Error);
}
