using System.Reflection;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML;

/// <summary>Model files that are written whole or not at all, and that say what is wrong with them.</summary>
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

    /// <summary>Loads a model as mlContext.Model.Load does; a damaged or foreign file gives one clear error. (ML.NET's own Load buries it in exceptions of reflection.)</summary>
    /// <param name="catalog">mlContext.Model.</param>
    /// <param name="path">The file.</param>
    /// <param name="inputSchema">Schema of the model's input; null where none was saved.</param>
    /// <exception cref="FormatException">Not a model, damaged, or of a newer version.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static ITransformer LoadChecked(this ModelOperationsCatalog catalog, string path, out DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var file = File.OpenRead(path);
        return Load(catalog, file, $"'{path}'", out inputSchema);
    }

    /// <summary>Loads a model from a stream that can seek, e.g. bytes that were checked beforehand; what is not a model gives one clear error.</summary>
    /// <param name="catalog">mlContext.Model.</param>
    /// <param name="stream">The model's zip; left open.</param>
    /// <param name="inputSchema">Schema of the model's input; null where none was saved.</param>
    /// <exception cref="FormatException">Not a model, damaged, or of a newer version.</exception>
    public static ITransformer LoadChecked(this ModelOperationsCatalog catalog, Stream stream, out DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(stream);
        return Load(catalog, stream, "The stream", out inputSchema);
    }

    private static ITransformer Load(ModelOperationsCatalog catalog, Stream stream, string what, out DataViewSchema inputSchema)
    {
        try
        {
            return catalog.Load(stream, out inputSchema);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new FormatException($"{what} cannot be loaded as a model. {Reason(e)}", e);
        }
    }

    // ML.NET wraps what a component says; what the file system says lies below the container's own word.
    private static string Reason(Exception e) => e is TargetInvocationException or InvalidOperationException && e.InnerException is { } inner ? Reason(inner) : e.Message;
}
