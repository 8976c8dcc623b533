#if MLNET_PACKAGE
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core.OnnxMessages;
#endif
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>A transformer that can write itself as ONNX nodes.</summary>
internal interface IOnnxWriter : ICanSaveModel
{
    /// <summary>The added columns, in the order of the values.</summary>
    IReadOnlyList<DataViewSchema.DetachedColumn> Outputs(DataViewSchema input);

    /// <summary>One value per added column; <paramref name="column"/> gives the value of an input column.</summary>
    IReadOnlyList<string> WriteOnnx(OnnxGraph graph, Func<string, string> column);
}

/// <summary>Our part in mlContext.Model.ConvertToOnnx. A view that is no IDataTransform would be left out of it without a word, with all before it.</summary>
internal static class OnnxConversion
{
#if MLNET_PACKAGE
    /// <summary>The view as ML.NET's export knows it; as it is where a version of ML.NET has another idea of that: scoring must not suffer.</summary>
    public static IDataView Convertible(IDataView view, IDataView source, IOnnxWriter writer)
    {
        try
        {
            return Wrap(view, source, writer);
        }
        catch (TypeLoadException)
        {
            return view;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static View Wrap(IDataView view, IDataView source, IOnnxWriter writer) => new(view, source, writer);

    private sealed class View(IDataView view, IDataView source, IOnnxWriter writer) : ITransformCanSaveOnnx
    {
        // Greater-or-equal on doubles, and clipping them, came with this operator set.
        private const int OperatorSet = 12;

        public IDataView Source => source;

        public DataViewSchema Schema => view.Schema;

        public bool CanShuffle => view.CanShuffle;

        public long? GetRowCount() => view.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => view.GetRowCursor(columnsNeeded, rand);

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => view.GetRowCursorSet(columnsNeeded, n, rand);

        void ICanSaveModel.Save(ModelSaveContext ctx) => writer.Save(ctx);

        bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => true;

        void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx)
        {
            ctx.CheckOpSetVersion(OperatorSet, writer.GetType().Name);
            var graph = new OnnxGraph();
            var names = new Dictionary<string, string>();
            var outputs = writer.WriteOnnx(graph, column => Input(ctx, names, column));
            Copy(ctx, graph.Message, names);
            foreach (var (column, value) in writer.Outputs(source.Schema).Zip(outputs))
                ctx.CreateNode("Identity", names[value], ctx.AddIntermediateVariable(column.Type, column.Name), ctx.GetNodeName("Identity"), "");
        }

        private string Input(OnnxContext ctx, Dictionary<string, string> names, string column)
        {
            if (!ctx.ContainsColumn(column))
                throw new NotSupportedException($"ONNX export: {writer.GetType().Name} needs the column '{column}', but the step that makes it cannot be exported.");
            string variable = ctx.GetVariableName(column);
            return names[variable] = variable;
        }

        // Copies a graph of ours into ML.NET's, under names that are free there.
        private static void Copy(OnnxContext ctx, GraphMessage graph, Dictionary<string, string> names)
        {
            foreach (var tensor in graph.Initializer) names[tensor.Name] = Initializer(ctx, tensor);
            var initializers = graph.Initializer.ToDictionary(t => t.Name);
            foreach (var node in graph.Node)
            {
                string[] outputs = [.. node.Output.Select(output => names[output] = ctx.AddIntermediateVariable(null, "mlvae." + output, skip: true))];
                // Before operator set 13, the axes of a sum were an attribute.
                bool sum = node.OpType == "ReduceSum";
                var copy = ctx.CreateNode(node.OpType, [.. node.Input.Take(sum ? 1 : int.MaxValue).Select(i => names[i])], outputs, ctx.GetNodeName(node.OpType), "");
                if (sum) copy.AddAttribute("axes", Values<long>(initializers[node.Input[1]].RawData.ToByteArray()));
                foreach (var attribute in node.Attribute) Attribute(copy, attribute);
            }
        }

        // ML.NET's overloads for tensors refuse scalars.
        private static string Initializer(OnnxContext ctx, TensorMessage tensor)
        {
            byte[] raw = tensor.RawData.ToByteArray();
            var (name, scalar) = ("mlvae." + tensor.Name, tensor.Dims.Count == 0);
            return tensor.DataType switch
            {
                TensorMessage.Types.Element.Single => scalar ? ctx.AddInitializer(Values<float>(raw)[0], name) : ctx.AddInitializer(Values<float>(raw), tensor.Dims, name),
                TensorMessage.Types.Element.Double => scalar ? ctx.AddInitializer(Values<double>(raw)[0], name) : ctx.AddInitializer(Values<double>(raw), tensor.Dims, name),
                TensorMessage.Types.Element.Int64 => ctx.AddInitializer(Values<long>(raw), tensor.Dims, name),
                var other => throw new NotSupportedException($"ONNX export: a constant of type {other} has no form in ML.NET."),
            };
        }

        private static T[] Values<T>(byte[] raw) where T : unmanaged => MemoryMarshal.Cast<byte, T>(raw).ToArray();

        private static void Attribute(OnnxNode node, AttributeMessage attribute)
        {
            if (attribute.HasI) node.AddAttribute(attribute.Name, attribute.I);
            else if (attribute.HasF) node.AddAttribute(attribute.Name, (double)attribute.F);
            else node.AddAttribute(attribute.Name, (IEnumerable<long>)attribute.Ints);
        }
    }
#else
    /// <summary>The view itself: the stand-in has no conversion.</summary>
    public static IDataView Convertible(IDataView view, IDataView source, IOnnxWriter writer) => view;
#endif
}
