using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>What TorchSharp's tensors lack.</summary>
internal static class TensorExtensions
{
    /// <summary>Copies all values to this side, in row-major order.</summary>
    public static void CopyTo(this Tensor tensor, Span<float> values)
    {
        using var scope = NewDisposeScope();
        MemoryMarshal.Cast<byte, float>(tensor.detach().cpu().contiguous().bytes).CopyTo(values);
    }

    /// <summary>All values, in row-major order.</summary>
    public static float[] ToArray(this Tensor tensor)
    {
        var values = new float[tensor.numel()];
        tensor.CopyTo(values);
        return values;
    }
}
