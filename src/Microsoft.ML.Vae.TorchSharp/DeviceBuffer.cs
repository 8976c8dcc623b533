using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>Floats on the device that are written from here again and again; one allocation serves all batches.</summary>
internal sealed class DeviceBuffer : IDisposable
{
    private readonly Tensor _host, _device;
    private readonly bool _isOnHost;

    public DeviceBuffer(long capacity, Device device)
    {
        _isOnHost = device.type == DeviceType.CPU;
        _host = zeros(capacity, device: CPU).DetachFromDisposeScope();
        _device = _isOnHost ? _host : zeros(capacity, device: device).DetachFromDisposeScope();
    }

    /// <summary>A view of the values, shaped; valid until the next call.</summary>
    public Tensor Put(ReadOnlySpan<float> values, params long[] shape)
    {
        MemoryMarshal.AsBytes(values).CopyTo(_host.bytes);
        var view = _device.narrow(0, 0, values.Length);
        if (!_isOnHost) view.copy_(_host.narrow(0, 0, values.Length));
        return view.view(shape);
    }

    public void Dispose()
    {
        _host.Dispose();
        _device.Dispose();
    }
}
