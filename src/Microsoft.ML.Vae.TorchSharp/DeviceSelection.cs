using TorchSharp;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>Opens a device, or says what is missing.</summary>
internal static class DeviceSelection
{
    /// <summary>The device of the options, after one number has been put there.</summary>
    /// <exception cref="InvalidOperationException">This machine, or the libtorch at hand, has no such device.</exception>
    public static torch.Device Open(TorchSharpOptions options)
    {
        string name = Name(options);
        try
        {
            var device = torch.InitializeDevice(torch.device(name));
            torch.zeros(1, device: device).Dispose();
            return device;
        }
        catch (Exception e) when (e is not OutOfMemoryException) // libtorch reports by exceptions of many kinds
        {
            string cause = (e.InnerException ?? e).Message.Split('\n')[0].TrimEnd(); // a trace of the loading of libraries may follow
            throw new InvalidOperationException($"TorchSharp cannot use the device '{name}' here. {Advice(options.Device)} Cause: {cause}", e);
        }
    }

    private static string Name(TorchSharpOptions options) => options.Device switch
    {
        TorchDevice.Cpu => "cpu",
        TorchDevice.Cuda => options.DeviceIndex >= 0 ? $"cuda:{options.DeviceIndex}" : throw new ArgumentOutOfRangeException(nameof(options), options.DeviceIndex, "Expected a card's index, from 0."),
        TorchDevice.Mps => "mps",
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Device, "Expected one of the named devices."),
    };

    private static string Advice(TorchDevice device) => device switch
    {
        TorchDevice.Cpu => "Reference the package TorchSharp-cpu, which brings libtorch, or load an installed libtorch first.",
        TorchDevice.Cuda => "It needs a card of NVIDIA with its driver, and the package TorchSharp-cuda-linux or TorchSharp-cuda-windows in place of TorchSharp-cpu.",
        _ => "It needs an Apple M processor, macOS, the package TorchSharp-cpu, and TorchSharp 0.102 or newer.",
    };
}
