using System.Runtime.Intrinsics.Arm;

namespace Microsoft.ML.Vae.Core.Tests.Kernels;

/// <summary>The four ways a kernel can run. A test takes one as its case, and is skipped visibly where the machine lacks it.</summary>
public enum VectorPath
{
    Avx512,
    Avx2,
    Arm64,
    Portable,
}

internal interface IPathTest
{
    void Run<T>() where T : unmanaged, ILanes<T>;
}

internal static class VectorPaths
{
    public static void Run(this VectorPath path, IPathTest test)
    {
        Skip.IfNot(IsSupported(path), $"This machine has no {path}.");
        switch (path)
        {
            case VectorPath.Avx512: test.Run<Lanes512>(); break;
            case VectorPath.Avx2: test.Run<Lanes256>(); break;
            default: test.Run<Lanes128>(); break;
        }
    }

    private static bool IsSupported(VectorPath path) => path switch
    {
        VectorPath.Avx512 => Lanes512.IsSupported,
        VectorPath.Avx2 => Lanes256.IsSupported,
        VectorPath.Arm64 => AdvSimd.Arm64.IsSupported,
        _ => true,
    };
}
