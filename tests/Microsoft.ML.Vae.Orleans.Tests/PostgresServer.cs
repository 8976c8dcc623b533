using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;

namespace Microsoft.ML.Vae.Orleans.Tests;

/// <summary>A PostgreSQL server of the system's packages with a database of its own in a temporary folder.</summary>
internal sealed class PostgresServer : IDisposable
{
    /// <summary>What to install where it is missing.</summary>
    public const string HowToHave = "PostgreSQL's server programs are not here: apt-get install postgresql";

    // PostgreSQL refuses to run as root: then it runs as the user that owns nothing.
    private const string Nobody = "nobody";

    private readonly string _programs;
    private readonly string _folder;

    private PostgresServer(string programs, string folder, int port)
    {
        (_programs, _folder) = (programs, folder);
        ConnectionString = $"Host=127.0.0.1;Port={port};Database=postgres;Username=mlvae";
    }

    public string ConnectionString { get; }

    /// <summary>Folder of initdb and pg_ctl; null: they are not here.</summary>
    public static string? Programs()
    {
        string versions = "/usr/lib/postgresql";
        var installed = Directory.Exists(versions) ? Directory.GetDirectories(versions).Select(v => Path.Combine(v, "bin")).OrderDescending() : Enumerable.Empty<string>();
        return installed.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)).FirstOrDefault(f => File.Exists(Path.Combine(f, "initdb")) && File.Exists(Path.Combine(f, "pg_ctl")));
    }

    [SupportedOSPlatform("linux")]
    public static PostgresServer Start(string folder)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        string data = Path.Combine(folder, "postgres");
        Directory.CreateDirectory(data);
        if (Environment.IsPrivilegedProcess)
        {
            foreach (string path in new[] { folder, data }) File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
            Execute("chown", [Nobody, data]);
        }
        var server = new PostgresServer(Programs()!, data, port);
        server.Run("initdb", "-D", data, "-U", "mlvae", "-A", "trust", "--no-sync");
        server.Run("pg_ctl", "-D", data, "-w", "-l", Path.Combine(data, "log"), "-o", $"-p {port} -k {data} -c listen_addresses=127.0.0.1 -c fsync=off", "start");
        return server;
    }

    public void Dispose() => Run("pg_ctl", "-D", _folder, "-m", "immediate", "-w", "stop");

    private void Run(string program, params string[] arguments)
    {
        string path = Path.Combine(_programs, program);
        if (Environment.IsPrivilegedProcess) Execute("setpriv", [$"--reuid={Nobody}", "--regid=nogroup", "--clear-groups", path, .. arguments]);
        else Execute(path, arguments);
    }

    private static void Execute(string program, string[] arguments)
    {
        // The server inherits the streams of pg_ctl: to read them to their end is to wait for the server's.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "\"$@\" > /dev/null 2>&1", "sh", program, .. arguments]) { WorkingDirectory = "/" };
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with code {process.ExitCode}.");
    }
}
