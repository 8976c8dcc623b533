using Microsoft.ML.Vae.Core;

namespace Microsoft.ML;

/// <summary>Model files that are written whole or not at all.</summary>
public static class ModelFiles
{
    /// <summary>Saves a model as mlContext.Model.Save does, but beside the target first: where anything fails, the old file stays as it was. (ML.NET's own Save empties it first.)</summary>
    /// <param name="catalog">mlContext.Model.</param>
    /// <param name="model">The model to save.</param>
    /// <param name="inputSchema">Schema of the model's input; null: not saved.</param>
    /// <param name="path">The file, read back by mlContext.Model.Load.</param>
    /// <exception cref="IOException">The file could not be written.</exception>
    public static void SaveAtomically(this ModelOperationsCatalog catalog, ITransformer model, DataViewSchema? inputSchema, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        AtomicFile.Write(path, stream => catalog.Save(model, inputSchema, stream));
    }
}
