using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Vae;

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

    /// <summary>The context that a catalog belongs to.</summary>
    public static IHostEnvironment EnvironmentOf(object catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return Call(() => ((IInternalCatalog)catalog).Environment);
    }

    /// <summary>What a schema promises.</summary>
    public static SchemaShape ShapeOf(DataViewSchema schema) => Call(() => SchemaShape.Create(schema));

    /// <summary>A promised column's type, as ML.NET writes it.</summary>
    public static string TypeOf(SchemaShape.Column column) => Call(column.GetTypeString);

    /// <summary>Whether the context was cancelled.</summary>
    public static bool IsCancelled(IHostEnvironment env) => Call(() => env is ICancelable { IsCanceled: true });
}
