// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

internal interface IInternalCatalog
{
    IHostEnvironment Environment { get; }
}

internal static class CatalogUtils
{
    public static IHostEnvironment GetEnvironment(this IInternalCatalog catalog)
    {
        Contracts.CheckValue(null, catalog, nameof(catalog));
        return catalog.Environment;
    }
}
