using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.Vae.Core.OnnxMessages;
using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae.Core;

/// <summary>A graph under construction. Values are their names; nodes appear in the order in which they are asked for, so that equal models give equal bytes.</summary>
internal sealed class OnnxGraph
{
    private readonly HashSet<string> _constants = [];

    /// <summary>The message so far.</summary>
    public GraphMessage Message { get; } = new() { Name = "mlvae" };

    /// <summary>Adds a node with one output.</summary>
    /// <param name="op">Operator of the default domain.</param>
    /// <param name="inputs">Names; empty for an optional input left out.</param>
    /// <returns>The name of its output.</returns>
    public string Node(string op, params ReadOnlySpan<string> inputs) => Node(op, inputs, []);

    /// <summary>Adds a node with attributes.</summary>
    public string Node(string op, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeMessage> attributes)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{op}_{Message.Node.Count}");
        Message.Node.Add(new NodeMessage { OpType = op, Name = name, Input = { inputs.ToArray() }, Output = { name }, Attribute = { attributes.ToArray() } });
        return name;
    }

    /// <summary>Indices of the smallest values of each row, smallest first, [N, count]; of equal ones the first.</summary>
    public string SmallestIndices(string value, int count)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"TopK_{Message.Node.Count}"), indices = name + "_Indices";
        Message.Node.Add(new NodeMessage
        {
            OpType = "TopK",
            Name = name,
            Input = { value, Constant([(long)count], 1) },
            Output = { name, indices },
            Attribute = { Integer("axis", 1), Integer("largest", 0), Integer("sorted", 1) },
        });
        return indices;
    }

    /// <summary>Converts the element type.</summary>
    public string Cast(string value, Element to) => Node("Cast", [value], Integer("to", (long)to));

    /// <summary>Sums over the last axis, which is kept with length 1.</summary>
    public string SumLast(string value) => Node("ReduceSum", value, Constant([-1L], 1));

    /// <summary>Sums [N, K, m] over the draws to [N, m].</summary>
    public string SumDraws(string value) => Node(
        "ReduceSum", [value, Constant([1L], 1)], Integer("keepdims", 0));

    /// <summary>Columns <paramref name="from"/> to <paramref name="to"/>, exclusive.</summary>
    public string Slice(string value, long from, long to) => SliceAxis(value, from, to, 1);

    /// <summary>A range along an axis.</summary>
    public string SliceAxis(string value, long from, long to, long axis) => Node("Slice", value, Constant([from], 1), Constant([to], 1), Constant([axis], 1));

    /// <summary>Parts along an axis, side by side.</summary>
    public string Concatenate(int axis, params ReadOnlySpan<string> parts) => parts.Length == 1 ? parts[0] : Node("Concat", parts, Integer("axis", axis));

    /// <summary>Reorders the axes.</summary>
    public string Transpose(string value, params ReadOnlySpan<long> axes) => Node("Transpose", [value], Integers("perm", axes));

    /// <summary>The given columns, in their order.</summary>
    public string GatherColumns(string value, IReadOnlyList<int> columns) => Node(
        "Gather", [value, Constant<long>([.. columns.Select(c => (long)c)], columns.Count)],
        Integer("axis", 1));

    /// <summary>Replaces the shape; 0 keeps a dimension, −1 takes what is left.</summary>
    public string Reshape(string value, params long[] shape) => Node("Reshape", value, Constant(shape, shape.Length));

    /// <summary>A scalar.</summary>
    public string Scalar(float value) => Constant([value]);

    /// <summary>A scalar.</summary>
    public string Scalar(double value) => Constant([value]);

    /// <summary>An initializer without a name of its own; equal ones are shared.</summary>
    public string Constant<T>(ReadOnlySpan<T> values, params ReadOnlySpan<long> shape) where T : unmanaged
    {
        string content = values.Length > 16 ? Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(MemoryMarshal.AsBytes(values)))[..16] : Text(values);
        return Constant($"{TypeName<T>()}[{string.Join(',', shape.ToArray())}]:{content}", values, shape);
    }

    /// <summary>A named initializer; the same name is the same constant.</summary>
    public string Constant<T>(string name, ReadOnlySpan<T> values, params ReadOnlySpan<long> shape) where T : unmanaged
    {
        if (_constants.Add(name)) Message.Initializer.Add(Tensor(name, values, shape));
        return name;
    }

    /// <summary>Declares an input.</summary>
    public string Input(string name, Element type, string documentation, params DimensionMessage[] shape)
    {
        Message.Input.Add(Value(name, type, documentation, shape));
        return name;
    }

    /// <summary>Gives a value its public name.</summary>
    public void Output(string name, string value, Element type, int columns, string documentation)
    {
        Message.Node.Add(new NodeMessage { OpType = "Identity", Name = name, Input = { value }, Output = { name } });
        Message.Output.Add(Value(name, type, documentation, Rows, Fixed(columns)));
    }

    /// <summary>An attribute that is a number.</summary>
    public static AttributeMessage Integer(string name, long value) => new() { Name = name, I = value, Type = AttributeMessage.Types.Kind.Int };

    /// <summary>An attribute that is a list of numbers.</summary>
    public static AttributeMessage Integers(string name, params ReadOnlySpan<long> values) => new() { Name = name, Ints = { values.ToArray() }, Type = AttributeMessage.Types.Kind.Ints };

    /// <summary>The batch axis.</summary>
    public static DimensionMessage Rows => new() { DimParam = "N" };

    /// <summary>A fixed axis.</summary>
    public static DimensionMessage Fixed(long length) => new() { DimValue = length };

    private static ValueMessage Value(string name, Element type, string documentation, params DimensionMessage[] shape) => new()
    {
        Name = name,
        DocString = documentation,
        Type = new TypeMessage { TensorType = new TensorTypeMessage { ElemType = type, Shape = new ShapeMessage { Dim = { shape } } } },
    };

    // Raw data is little-endian by the format; OnnxExporter refuses the rare platform that is not.
    private static TensorMessage Tensor<T>(string name, ReadOnlySpan<T> values, ReadOnlySpan<long> shape) where T : unmanaged => new()
    {
        Name = name,
        DataType = typeof(T) == typeof(float) ? Element.Single : typeof(T) == typeof(double) ? Element.Double : Element.Int64,
        Dims = { shape.ToArray() },
        RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)),
    };

    private static string TypeName<T>() => typeof(T) == typeof(float) ? "f" : typeof(T) == typeof(double) ? "d" : "i";

    private static string Text<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        var texts = new List<string>();
        foreach (var v in values) texts.Add(((IFormattable)v).ToString(null, CultureInfo.InvariantCulture));
        return string.Join(',', texts);
    }
}
