using System.Text;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Report;

/// <summary>Writes reports: one HTML file that loads nothing, runs nothing, and is as large for a million rows as for a thousand.</summary>
public static class ReportFile
{
    /// <summary>The page.</summary>
    public static string ToHtml(ReportData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return ReportPage.Of(data);
    }

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <exception cref="IOException">The file could not be written; an old one is as it was.</exception>
    public static void Write(string path, ReportData data)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(ToHtml(data));
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }
}
