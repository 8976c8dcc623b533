using System.Text;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Report;

/// <summary>Writes explorers: one HTML file with its decoder and script inside, which loads nothing.</summary>
public static class ExplorerFile
{
    /// <summary>The page.</summary>
    public static string ToHtml(ExplorerData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return ExplorerPage.Of(data);
    }

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <exception cref="IOException">The file could not be written; an old one is as it was.</exception>
    public static void Write(string path, ExplorerData data)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(ToHtml(data));
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }
}
