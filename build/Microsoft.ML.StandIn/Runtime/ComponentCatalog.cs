// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Reflection;
namespace Microsoft.ML.Runtime;
/// <summary>Finds the loader of a model part by its signature among registered assemblies.</summary>
internal sealed class ComponentCatalog
{
    private readonly Dictionary<string, LoadableClassAttribute> _classes = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<Assembly> _registered = [];
    public void RegisterAssembly(Assembly assembly)
    {
        lock (_registered)
        {
            if (!_registered.Add(assembly)) return;
            foreach (var item in assembly.GetCustomAttributes<LoadableClassAttribute>())
                foreach (string name in item.LoadNames) _classes.TryAdd(name, item);
        }
    }
    /// <summary>Calls the class's static <c>Create</c>; null when no class answers to the name.</summary>
    public ITransformer CreateInstance(IHostEnvironment env, string name, ModelLoadContext ctx)
    {
        LoadableClassAttribute item;
        lock (_registered)
            if (!_classes.TryGetValue(name, out item)) return null;
        var create = item.LoaderType.GetMethod("Create", Generic.Static, null, [typeof(IHostEnvironment), typeof(ModelLoadContext)], null)
            ?? throw env.Except($"Can't instantiate class '{item.InstanceType.Name}'");
        try { return (ITransformer)create.Invoke(null, [env, ctx]); }
        catch (TargetInvocationException e) when (e.InnerException is not null && e.InnerException.IsMarked())
        {
            throw Contracts.Mark(new InvalidOperationException("Error during class instantiation", e));
        }
    }
}
/// <summary>Calls a generic static method with type arguments known only at run time; its exceptions come through unwrapped.</summary>
internal static class Generic
{
    public const BindingFlags Static = BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public;
    public static object Call(Type owner, string method, Type[] typeArguments, params object[] args)
        => owner.GetMethod(method, Static).MakeGenericMethod(typeArguments).Invoke(null, BindingFlags.DoNotWrapExceptions, null, args, null);
}
