using System.Diagnostics;

namespace Microsoft.ML.Vae.Report.Tests.Support;

/// <summary>Pages in headless Chromium, driven by a script in the folder Browser; tests are skipped where it, Node or their packages are absent.</summary>
internal static class Chromium
{
    /// <summary>What a script prints of a page.</summary>
    public static string Run(string script, string html, params string[] arguments)
    {
        string chromium = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";
        string? modules = Above(Path.Combine("artifacts", "onnxruntime"));
        Skip.IfNot(File.Exists(chromium), "Chromium is not installed.");
        Skip.If(modules is null || !Directory.Exists(Path.Combine(modules, "node_modules", "playwright-core")) || !Directory.Exists(Path.Combine(modules, "node_modules", "axe-core")), "playwright-core or axe-core is not installed: run build/install-onnxruntime.sh.");
        string folder = Directory.CreateTempSubdirectory("mlvae-report-").FullName, page = Path.Combine(folder, "page.html");
        File.WriteAllText(page, html);
        var start = new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "Browser", script), page, modules!, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEndAsync();
        string output = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        Directory.Delete(folder, recursive: true);
        Assert.True(node.ExitCode == 0, errors.Result);
        return output.Trim();
    }

    private static string? Above(string name)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Exists(Path.Combine(at.FullName, name))) return Path.Combine(at.FullName, name);
        return null;
    }
}
