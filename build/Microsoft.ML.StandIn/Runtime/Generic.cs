// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Reflection;

namespace Microsoft.ML;

/// <summary>Calls a generic static method with type arguments known only at run time; its exceptions come through unwrapped.</summary>
internal static class Generic
{
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DoNotWrapExceptions;

    public static object Call(Type owner, string method, Type[] typeArguments, params object[] args)
        {
        var info = owner.GetMethod(method, Any);
        return (typeArguments is null ? info : info.MakeGenericMethod(typeArguments)).Invoke(null, Any, null, args, null);
    }
}
