using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Microsoft.ML.Vae.Tool;

/// <summary>Lets Microsoft.Data.Sqlite run on an older SQLitePCLRaw than it was built with, see Sqlite.props.</summary>
internal static class OlderSqliteRaw
{
    // The runtime refuses a lower version of its own accord, and then asks here.
    [ModuleInitializer]
    internal static void Accept() => AssemblyLoadContext.Default.Resolving += (context, name) =>
        name.Name?.StartsWith("SQLitePCLRaw.", StringComparison.Ordinal) == true ? context.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, name.Name + ".dll")) : null;
}
