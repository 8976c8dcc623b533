using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

/// <summary>Silo processes on this machine and a client of them. They end with this process.</summary>
internal sealed class LocalSilos : IAsyncDisposable
{
    private readonly ClusterPlace _place;
    private readonly string _logs;
    private readonly int _threads;
    private readonly List<Process> _processes = [];
    private IHost? _client;

    private LocalSilos(ClusterPlace place, string logs, int threads) => (_place, _logs, _threads) = (place, logs, threads);

    /// <summary>For jobs.</summary>
    public VaeCluster Cluster => new(_client!.Services.GetRequiredService<IGrainFactory>());

    /// <summary>Silos that run.</summary>
    public int Count => _processes.Count;

    /// <summary>Starts silos and waits for all of them.</summary>
    /// <param name="place">The cluster.</param>
    /// <param name="count">How many silos.</param>
    /// <param name="threads">Threads of each worker.</param>
    /// <param name="logs">Folder for what they say.</param>
    public static async Task<LocalSilos> StartAsync(ClusterPlace place, int count, int threads, string logs)
    {
        var silos = new LocalSilos(place, Directory.CreateDirectory(logs).FullName, threads);
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => silos.AddAsync($"silo-{i}")));
        silos._client = await place.ConnectAsync();
        return silos;
    }

    /// <summary>Starts another silo; done once it takes part.</summary>
    public async Task AddAsync(string name)
    {
        int[] ports = FreePorts(2);
        string[] arguments = [typeof(LocalSilos).Assembly.Location, "silo", "--follow-input", "--name", name, "--address", IPAddress.Loopback.ToString(), "--cluster", _place.Name,
            "--silo-port", $"{ports[0]}", "--gateway-port", $"{ports[1]}", "--threads", $"{_threads}", .. PlaceArguments()];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string log = Path.Combine(_logs, $"{name}-{process.Id}.log");
        process.OutputDataReceived += (_, e) => Hear(e.Data);
        process.ErrorDataReceived += (_, e) => Hear(e.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"The silo {name} ended with code {process.ExitCode}: see {log}."));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        lock (_processes) _processes.Add(process);
        await ready.Task;

        void Hear(string? line)
        {
            if (line is null) return;
            lock (process) File.AppendAllText(log, line + Environment.NewLine);
            if (line.EndsWith("is ready", StringComparison.Ordinal)) ready.TrySetResult();
        }
    }

    /// <summary>Kills a silo as the operating system does, without a word to it.</summary>
    public void Kill(int index)
    {
        Process process;
        lock (_processes)
        {
            process = _processes[index];
            _processes.RemoveAt(index);
        }
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.StopAsync();
            _client.Dispose();
        }
        while (_processes.Count > 0) Kill(0);
    }

    private string[] PlaceArguments()
    {
        string[] members = _place.Folder is not null ? ["--folder", _place.Folder] : ["--postgres", _place.Postgres!];
        return _place.Certificate is not null ? [.. members, "--certificate", _place.Certificate] : [.. members, "--no-tls"];
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners) listener.Start();
        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        foreach (var listener in listeners) listener.Dispose();
        return ports;
    }
}
