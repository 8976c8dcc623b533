// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Reflection;

namespace Microsoft.ML.Runtime;

/// <summary>Finds the loader of a model part by its signature among registered assemblies.</summary>
public sealed class ComponentCatalog
{
    private readonly Dictionary<(string Name, Type Signature), LoadableClassAttribute> _classes = [];
    private readonly Dictionary<string, Type> _extensions = [];
    private readonly HashSet<Assembly> _registered = [];

    internal ComponentCatalog() { }

    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        lock (_registered)
        {
            if (!_registered.Add(assembly)) return;
            foreach (var item in assembly.GetCustomAttributes<LoadableClassAttribute>())
                foreach (string name in item.LoadNames)
                    foreach (var signature in item.SigTypes)
                        _classes.TryAdd((name.ToLowerInvariant(), signature), item);
            foreach (var type in assembly.GetTypes())
                if (type.GetCustomAttribute<Transforms.CustomMappingFactoryAttributeAttribute>() is { } factory)
                    _extensions[factory.ContractName] = type;
        }
    }

    internal object GetExtensionValue(string contractName)
    {
        lock (_registered)
            return _extensions.TryGetValue(contractName, out var type) ? Activator.CreateInstance(type) : null;
    }

    /// <summary>Calls the class's static <c>Create</c> or its constructor; false when no class answers to the name.</summary>
    internal bool TryCreateInstance(IHostEnvironment env, Type signature, string name, object[] extra, out object result)
    {
        LoadableClassAttribute item;
        lock (_registered)
            if (!_classes.TryGetValue((name.ToLowerInvariant(), signature), out item))
                return (result = null) is not null;
        object[] args = [env, .. extra];
        var types = extra.Select(x => x.GetType()).Prepend(typeof(IHostEnvironment)).ToArray();
        const BindingFlags any = BindingFlags.NonPublic | BindingFlags.Public;
        var create = item.LoaderType.GetMethod("Create", any | BindingFlags.Static, null, types, null);
        var constructor = item.LoaderType.GetConstructor(any | BindingFlags.Instance, null, types, null);
        try
        {
            result = create is not null && item.InstanceType.IsAssignableFrom(create.ReturnType) ? create.Invoke(null, args)
                : constructor is not null ? constructor.Invoke(args)
                : throw Contracts.Except(env, $"Can't instantiate class '{item.InstanceType.Name}'");
            return true;
        }
        catch (TargetInvocationException e) when (e.InnerException is not null && e.InnerException.IsMarked())
        {
            throw Contracts.Except(null, e, "Error during class instantiation");
        }
    }
}
