// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML.Runtime;
/// <summary>An environment and, below it, its hosts: they share log, catalog and cancellation; each has a random stream of its own.</summary>
internal sealed class Host : IHost, ICancelable
{
    private sealed class Root { public readonly ComponentCatalog Catalog = new(); public Action<string, ChannelMessageKind, string> Log; public volatile bool Canceled; }
    private readonly Root _root;
    private readonly Host _master;
    private readonly string _shortName, _parentName;
    private readonly object _lock = new();
    public Host(int? seed, Action<string, ChannelMessageKind, string> log)
    {
        (_root, Seed, Rand) = (new Root { Log = log }, seed, seed is int value ? new Random(value) : new Random());
        _root.Catalog.RegisterAssembly(typeof(Host).Assembly);
    }

    // As in the real library a host takes its prefix from its grandparent.
    private Host(Host master, string name, int seed) => (_root, _master, _shortName, _parentName, Seed, Rand) = (master._root, master, name, master._master?.FullName, master.Seed, new Random(seed));
    public int? Seed { get; }
    public Random Rand { get; }
    public bool IsCanceled => _root.Canceled;
    public string ContextDescription => _master is null ? "HostEnvironment" : FullName;
    private string FullName => string.IsNullOrEmpty(_parentName) ? _shortName : $"{_parentName}; {_shortName}";
    public static ComponentCatalog CatalogOf(IHostEnvironment env) => (env as Host ?? ((MLContext)env).Host)._root.Catalog;
    public void CancelExecution() => _root.Canceled = true;
    public IChannel Start(string name) => new Channel(this, name);
    public IProgressChannel StartProgressChannel(string name) => new ProgressChannel();
    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        this.CheckNonEmpty(name, nameof(name));
        lock (_lock) return new Host(this, name, seed ?? Rand.Next());
    }

    public TException Process<TException>(TException ex) where TException : Exception
    {
        Contracts.Mark(ex);
        (ex.Data["Throwing component"], ex.Data["Parent component"]) = (_master is null ? "Environment" : _shortName, _parentName);
        return ex;
    }

    private sealed class Channel : IChannel
    {
        private readonly Host _host;
        private readonly string _source;
        private bool _disposed;
        public Channel(Host host, string name)
        {
            (_host, _source) = (host, string.IsNullOrEmpty(host.FullName) ? name : $"{host.FullName}; {name}");
            Send(ChannelMessageKind.Trace, "Channel started");
        }

        public string ContextDescription => _host.ContextDescription;
        public TException Process<TException>(TException ex) where TException : Exception => _host.Process(ex);
        public void Warning(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Warning, fmt);
        public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Warning, string.Format(fmt, args));
        public void Info(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Info, fmt);
        public void Info(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Info, string.Format(fmt, args));
        private void Send(ChannelMessageKind kind, string message) => _host._root.Log?.Invoke(_source, kind, message);
        public void Dispose()
        {
            if (!_disposed) Send(ChannelMessageKind.Trace, "Channel disposed");
            _disposed = true;
        }
    }
    /// <summary>As in the real library nothing of a progress channel reaches <see cref="MLContext.Log"/>.</summary>
    private sealed class ProgressChannel : IProgressChannel
    {
        public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction) { }
        public void Checkpoint(params double?[] values) { }
        public IProgressChannel StartProgressChannel(string name) => new ProgressChannel();
        public void Dispose() { }
    }
}
