// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML;

internal delegate void SignatureLoadModel(ModelLoadContext ctx);

/// <summary>Registers the loader of a model part: signature name → a type with <c>static T Create(IHostEnvironment, ModelLoadContext)</c>.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class LoadableClassAttribute : Attribute
{
    public LoadableClassAttribute(Type instType, Type argType, Type sigType, string userName, params string[] loadNames)
        : this(null, instType, instType, argType, sigType, userName, loadNames) { }

    public LoadableClassAttribute(Type instType, Type loaderType, Type argType, Type sigType, string userName, params string[] loadNames)
        : this(null, instType, loaderType, argType, sigType, userName, loadNames) { }

    public LoadableClassAttribute(string summary, Type instType, Type argType, Type sigType, string userName, params string[] loadNames)
        : this(summary, instType, instType, argType, sigType, userName, loadNames) { }

    public LoadableClassAttribute(string summary, Type instType, Type loaderType, Type argType, Type sigType, string userName, params string[] loadNames)
    {
        (Summary, InstanceType, LoaderType, ArgType, SigTypes, UserName) = (summary, instType, loaderType, argType, [sigType], userName);
        LoadNames = loadNames is { Length: > 0 } ? loadNames : [userName];
    }

    public Type InstanceType { get; }
    public Type LoaderType { get; }
    public Type ArgType { get; }
    public Type[] SigTypes { get; }
    public string Summary { get; }
    public string UserName { get; }
    public string[] LoadNames { get; }
}
