// Everything that touches a non-public member of ML.NET lives in this file; a test fails if another file does.
// Used: LoadableClassAttribute, SignatureLoadModel, VersionInfo, ModelSaveContext.{CheckAtModel, SetVersionInfo, SaveBinaryStream},
// ModelLoadContext.{CheckAtModel, TryLoadBinaryStream}, SchemaShape.Column's constructor, IInternalCatalog.Environment, ICancelable.IsCanceled;
// with the real package also IDataTransform, ITransformCanSaveOnnx, OnnxContext and OnnxNode.
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Vae;
#if MLNET_PACKAGE
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Vae.Core;
using Microsoft.ML.Vae.Core.OnnxMessages;
#endif

[assembly: System.Runtime.CompilerServices.IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: System.Runtime.CompilerServices.IgnoresAccessChecksTo("Microsoft.ML.Data")]
[assembly: LoadableClass(typeof(VaeTransformer), typeof(VaeTransformerLoader), null, typeof(SignatureLoadModel), "Variational autoencoder", VaeTransformer.LoaderName)]
[assembly: LoadableClass(typeof(IsometricDensityScorer), typeof(IsometricDensityLoader), null, typeof(SignatureLoadModel), "Isometric density", IsometricDensityScorer.LoaderName)]
[assembly: LoadableClass(typeof(LatentImportanceTransformer), typeof(LatentImportanceLoader), null, typeof(SignatureLoadModel), "Latent importance", LatentImportanceTransformer.LoaderName)]
[assembly: LoadableClass(typeof(LatentGeometryTransformer), typeof(LatentGeometryLoader), null, typeof(SignatureLoadModel), "Latent geometry", LatentGeometryTransformer.LoaderName)]
[assembly: LoadableClass(typeof(AnomalyDetector), typeof(AnomalyDetectorLoader), null, typeof(SignatureLoadModel), "Anomaly detector", AnomalyDetector.LoaderName)]
[assembly: LoadableClass(typeof(VaeAnomalyDetector), typeof(VaeAnomalyDetectorLoader), null, typeof(SignatureLoadModel), "VAE anomaly detector", VaeAnomalyDetector.LoaderName)]

namespace System.Runtime.CompilerServices
{
    [AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
    internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
    {
        public string AssemblyName { get; } = assemblyName;
    }
}

namespace Microsoft.ML.Vae
{
    /// <summary>Calls to non-public members. The runtime looks for them when it compiles the lambda, so that a missing one is caught here.</summary>
    internal static class Internals
    {
        /// <exception cref="NotSupportedException">This version of ML.NET lacks the member.</exception>
        public static T Call<T>(Func<T> call)
        {
            try
            {
                return call();
            }
            catch (Exception e) when (e is MemberAccessException or TypeLoadException)
            {
                string? version = typeof(MLContext).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
                throw new NotSupportedException($"Microsoft.ML {version} lacks a member that MLVae needs: {e.Message} MLVae is tested with Microsoft.ML 3.0.1 to 5.0.0.", e);
            }
        }
    }

    /// <summary>Models inside ML.NET's zip.</summary>
    internal static class ModelStore
    {
        private const string Blob = "model.mlvae";
        private const uint Version = 0x00010001;

        /// <summary>Writes one component: its version and one binary stream. The signature has 8 characters.</summary>
        public static void Save(ModelSaveContext context, string signature, string loader, Action<Stream> write)
        {
            ArgumentNullException.ThrowIfNull(context);
            Internals.Call(() =>
            {
                context.CheckAtModel();
                context.SetVersionInfo(Info(signature, loader));
                context.SaveBinaryStream(Blob, writer =>
                {
                    writer.Flush();
                    write(writer.BaseStream);
                });
                return context;
            });
        }

        /// <exception cref="FormatException">The stream is missing or damaged.</exception>
        public static T Load<T>(ModelLoadContext context, string signature, string loader, Func<Stream, T> read)
        {
            T? model = default;
            bool found = Internals.Call(() =>
            {
                context.CheckAtModel(Info(signature, loader));
                return context.TryLoadBinaryStream(Blob, reader => model = read(reader.BaseStream));
            });
            return found ? model! : throw new FormatException($"The model file is damaged: the stream '{Blob}' is missing.");
        }

        // The simple assembly name: with the full one, a model would load only in the version that saved it.
        private static VersionInfo Info(string signature, string loader) =>
            new(signature, Version, Version, Version, typeof(ModelStore).Assembly.GetName().Name, loader);
    }

    internal static class VaeTransformerLoader
    {
        private static VaeTransformer Create(IHostEnvironment env, ModelLoadContext context) =>
            ModelStore.Load(context, VaeTransformer.Signature, VaeTransformer.LoaderName, s => VaeTransformer.Read(env, s));
    }

    internal static class IsometricDensityLoader
    {
        private static IsometricDensityScorer Create(IHostEnvironment env, ModelLoadContext context) =>
            ModelStore.Load(context, IsometricDensityScorer.Signature, IsometricDensityScorer.LoaderName, s => IsometricDensityScorer.Read(env, s));
    }

    internal static class LatentImportanceLoader
    {
        private static LatentImportanceTransformer Create(IHostEnvironment env, ModelLoadContext context) =>
            ModelStore.Load(context, LatentImportanceTransformer.Signature, LatentImportanceTransformer.LoaderName, s => LatentImportanceTransformer.Read(env, s));
    }

    internal static class LatentGeometryLoader
    {
        private static LatentGeometryTransformer Create(IHostEnvironment env, ModelLoadContext context) =>
            ModelStore.Load(context, LatentGeometryTransformer.Signature, LatentGeometryTransformer.LoaderName, s => LatentGeometryTransformer.Read(env, s));
    }

    internal static class AnomalyDetectorLoader
    {
        private static AnomalyDetector Create(IHostEnvironment env, ModelLoadContext context) =>
            ModelStore.Load(context, AnomalyDetector.Signature, AnomalyDetector.LoaderName, s => AnomalyDetector.Read(env, s));
    }

    internal static class VaeAnomalyDetectorLoader
    {
        private static VaeAnomalyDetector Create(IHostEnvironment env, ModelLoadContext context) =>
            ModelStore.Load(context, VaeAnomalyDetector.Signature, VaeAnomalyDetector.LoaderName, s => VaeAnomalyDetector.Read(env, s));
    }

    /// <summary>Promised columns.</summary>
    internal static class Shape
    {
        public static SchemaShape.Column Vector(string name, DataViewType item, params SchemaShape.Column[] annotations) =>
            Column(name, SchemaShape.Column.VectorKind.Vector, item, false, Annotations(annotations));

        public static SchemaShape.Column Scalar(string name, DataViewType item, params SchemaShape.Column[] annotations) =>
            Column(name, SchemaShape.Column.VectorKind.Scalar, item, false, Annotations(annotations));

        public static SchemaShape.Column Key(string name, DataViewType item) =>
            Column(name, SchemaShape.Column.VectorKind.Scalar, item, true, null);

        private static SchemaShape.Column Column(string name, SchemaShape.Column.VectorKind kind, DataViewType item, bool isKey, SchemaShape? annotations) =>
            Internals.Call(() => new SchemaShape.Column(name, kind, item, isKey, annotations));

        private static SchemaShape? Annotations(SchemaShape.Column[] columns) => columns.Length == 0 ? null : new SchemaShape(columns);
    }

    /// <summary>Hosts and their cancellation.</summary>
    internal static class HostAccess
    {
        public static IHostEnvironment Of(object catalog)
        {
            ArgumentNullException.ThrowIfNull(catalog);
            return Internals.Call(() => ((IInternalCatalog)catalog).Environment);
        }

        public static bool IsCancelled(IHostEnvironment env) => Internals.Call(() => env is ICancelable { IsCanceled: true });
    }

    /// <summary>Our part in mlContext.Model.ConvertToOnnx. A view that is no IDataTransform would be left out of it without a word, with all before it.</summary>
    internal static class OnnxExport
    {
#if MLNET_PACKAGE
        /// <summary>The view as ML.NET's export knows it; as it is where a version of ML.NET has another idea of that: scoring must not suffer.</summary>
        public static IDataView Exportable(IDataView view, IDataView source, IBatchMapping mapping)
        {
            try
            {
                return Wrap(view, source, mapping);
            }
            catch (TypeLoadException)
            {
                return view;
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static View Wrap(IDataView view, IDataView source, IBatchMapping mapping) => new(view, source, mapping);

        private sealed class View(IDataView view, IDataView source, IBatchMapping mapping) : ITransformCanSaveOnnx
        {
            // Greater-or-equal on doubles, and clipping them, came with this operator set.
            private const int OperatorSet = 12;

            public IDataView Source => source;

            public DataViewSchema Schema => view.Schema;

            public bool CanShuffle => view.CanShuffle;

            public long? GetRowCount() => view.GetRowCount();

            public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => view.GetRowCursor(columnsNeeded, rand);

            public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => view.GetRowCursorSet(columnsNeeded, n, rand);

            void ICanSaveModel.Save(ModelSaveContext ctx) => mapping.Save(ctx);

            bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => true;

            void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx)
            {
                ctx.CheckOpSetVersion(OperatorSet, mapping.GetType().Name);
                var graph = new OnnxGraph();
                var inputs = new Dictionary<string, string>();
                var outputs = mapping.WriteOnnx(graph, name => Input(ctx, inputs, name));
                var names = OnnxReplay.Nodes(ctx, graph.Message, inputs);
                foreach (var (column, value) in mapping.Outputs(source.Schema).Zip(outputs))
                    ctx.CreateNode("Identity", names[value], ctx.AddIntermediateVariable(column.Type, column.Name), ctx.GetNodeName("Identity"), "");
            }

            private string Input(OnnxContext ctx, Dictionary<string, string> inputs, string column)
            {
                if (!ctx.ContainsColumn(column))
                    throw new NotSupportedException($"ONNX export: {mapping.GetType().Name} needs the column '{column}', but the step that makes it cannot be exported.");
                return inputs[column] = ctx.GetVariableName(column);
            }
        }

        /// <summary>Copies a graph of ours into ML.NET's, under names that are free there.</summary>
        private static class OnnxReplay
        {
            /// <returns>The names there of all values.</returns>
            public static Dictionary<string, string> Nodes(OnnxContext ctx, GraphMessage graph, Dictionary<string, string> inputs)
            {
                var names = new Dictionary<string, string>();
                foreach (string variable in inputs.Values) names[variable] = variable;
                foreach (var tensor in graph.Initializer) names[tensor.Name] = Initializer(ctx, tensor);
                var initializers = graph.Initializer.ToDictionary(t => t.Name);
                foreach (var node in graph.Node)
                {
                    string output = names[node.Output[0]] = ctx.AddIntermediateVariable(null, "mlvae." + node.Name, skip: true);
                    // Before operator set 13, the axes of a sum were an attribute.
                    bool sum = node.OpType == "ReduceSum";
                    var copy = ctx.CreateNode(node.OpType, [.. node.Input.Take(sum ? 1 : int.MaxValue).Select(i => names[i])], [output], ctx.GetNodeName(node.OpType), "");
                    if (sum) copy.AddAttribute("axes", Values<long>(initializers[node.Input[1]].RawData.ToByteArray()));
                    foreach (var attribute in node.Attribute) Attribute(copy, attribute);
                }
                return names;
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
                    _ => ctx.AddInitializer(Values<long>(raw), tensor.Dims, name),
                };
            }

            private static T[] Values<T>(byte[] raw) where T : unmanaged => MemoryMarshal.Cast<byte, T>(raw).ToArray();

            private static void Attribute(OnnxNode node, AttributeMessage attribute)
            {
                if (attribute.HasI) node.AddAttribute(attribute.Name, attribute.I);
                else node.AddAttribute(attribute.Name, (IEnumerable<long>)attribute.Ints);
            }
        }
#else
        public static IDataView Exportable(IDataView view, IDataView source, IBatchMapping mapping) => view;
#endif
    }
}
