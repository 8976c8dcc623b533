// Non-public members of ML.NET are touched in this folder alone; a test fails if another file does. The runtime lets this assembly pass, and the compiler sees copies that are public
// (build/MLNet.props). Used: LoadableClassAttribute, SignatureLoadModel, VersionInfo, ModelSaveContext.{CheckAtModel, SetVersionInfo, SaveBinaryStream},
// ModelLoadContext.{CheckAtModel, TryLoadBinaryStream}, SchemaShape.Create, SchemaShape.Column.GetTypeString, IInternalCatalog.Environment, ICancelable.IsCanceled;
// with the real package also IDataTransform, ITransformCanSaveOnnx, OnnxContext and OnnxNode.
using System.Runtime.CompilerServices;

[assembly: IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Data")]

namespace System.Runtime.CompilerServices;

[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName { get; } = assemblyName;
}
