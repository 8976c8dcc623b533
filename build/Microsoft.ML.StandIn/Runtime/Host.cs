// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML.Runtime;

/// <summary>An environment and, below it, its hosts: they share log, catalog and cancellation; each has a random stream of its own.</summary>
internal sealed class Host : IHost, ICancelable
{
    private sealed class Root
    {
        public readonly ComponentCatalog Catalog = new();
        public Action<string, ChannelMessage> Log;
        public volatile bool Canceled;
    }

    private readonly Root _root;
    private readonly Host _master;
    private readonly string _shortName, _parentName;
    private readonly object _lock = new();

    public Host(int? seed, Action<string, ChannelMessage> log)
    {
        _root = new Root { Log = log };
        _root.Catalog.RegisterAssembly(typeof(Host).Assembly);
        Seed = seed;
        Rand = seed is int value ? new Random(value) : new Random();
    }

    private Host(Host master, string name, int seed)
    {
        (_root, _master, _shortName, Seed) = (master._root, master, name, master.Seed);
        // As in the real library a host takes its prefix from its grandparent.
        _parentName = master._master?.FullName;
        Rand = new Random(seed);
    }

    public int? Seed { get; }
    public Random Rand { get; }
    public ComponentCatalog ComponentCatalog => _root.Catalog;
    public bool IsCanceled => _root.Canceled;
    public string FullName => string.IsNullOrEmpty(_parentName) ? _shortName : $"{_parentName}; {_shortName}";
    public string ContextDescription => _master is null ? "HostEnvironment" : FullName;

    public void CancelExecution() => _root.Canceled = true;

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        this.CheckNonEmpty(name, nameof(name));
        lock (_lock) return new Host(this, name, seed ?? Rand.Next());
    }

    public IChannel Start(string name) => new Channel(this, name);
    public IPipe<TMessage> StartPipe<TMessage>(string name) => new Pipe<TMessage>(this);
    public IProgressChannel StartProgressChannel(string name) => new ProgressChannel();

    public TException Process<TException>(TException ex) where TException : Exception
    {
        Contracts.Mark(ex);
        ex.Data["Throwing component"] = _master is null ? "Environment" : _shortName;
        ex.Data["Parent component"] = _parentName;
        return ex;
    }

    private class Pipe<TMessage>(Host host) : IPipe<TMessage>
    {
        public string ContextDescription => host.ContextDescription;
        public virtual void Send(TMessage msg) { }
        public TException Process<TException>(TException ex) where TException : Exception => host.Process(ex);
        public virtual void Dispose() { }
    }

    private sealed class Channel : Pipe<ChannelMessage>, IChannel
    {
        private readonly Host _host;
        private readonly string _source;
        private bool _disposed;

        public Channel(Host host, string name) : base(host)
        {
            _host = host;
            _source = string.IsNullOrEmpty(host.FullName) ? name : $"{host.FullName}; {name}";
            Trace(MessageSensitivity.None, "Channel started");
        }

        public override void Send(ChannelMessage msg) => _host._root.Log?.Invoke(_source, msg);
        public void Trace(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Trace, sensitivity, fmt));
        public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(new(ChannelMessageKind.Trace, sensitivity, fmt, args));
        public void Error(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Error, sensitivity, fmt));
        public void Error(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(new(ChannelMessageKind.Error, sensitivity, fmt, args));
        public void Warning(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Warning, sensitivity, fmt));
        public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(new(ChannelMessageKind.Warning, sensitivity, fmt, args));
        public void Info(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Info, sensitivity, fmt));
        public void Info(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(new(ChannelMessageKind.Info, sensitivity, fmt, args));

        public override void Dispose()
        {
            if (_disposed) return;
            _disposed = true;
            Trace(MessageSensitivity.None, "Channel disposed");
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
