using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Vae.Core;

/// <summary>Writes a part of a packed matrix into the packing of its transpose, four by four elements at a time.</summary>
internal static unsafe class PanelTranspose
{
    private const int Block = 4;

    /// <summary>Transposes rows first … last−1 of one panel.</summary>
    /// <param name="source">[steps, columns], packed by <paramref name="from"/>, with zeros in padded columns; rows are read up to the next multiple of four.</param>
    /// <param name="from">Packing of the source.</param>
    /// <param name="panel">Panel of the source.</param>
    /// <param name="first">First row; a multiple of four.</param>
    /// <param name="last">Row after the last.</param>
    /// <param name="target">[columns, steps], packed by <paramref name="to"/>.</param>
    /// <param name="to">Packing of the target.</param>
    public static void Copy(float* source, PanelLayout from, int panel, int first, int last, float* target, PanelLayout to)
    {
        int width = from.Width(panel), column = from.FirstColumn(panel), toPanel = to.PanelOf(first);
        source += from.Offset(panel);
        for (int row = first; row < last; row += Block)
        {
            if (row >= to.FirstColumn(toPanel + 1)) toPanel++;
            int toWidth = to.Width(toPanel);
            float* destination = target + to.Offset(toPanel) + ((nint)column * toWidth) + row - to.FirstColumn(toPanel);
            CopyRows(source + ((nint)row * width), width, Math.Min(Block, last - row), Math.Min(width, to.Steps - column), destination, toWidth);
        }
    }

    // Four rows of the source become a strip of four columns.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRows(float* source, nint stride, int rows, int columns, float* target, nint targetStride)
    {
        Vector128<float> none = Vector128<float>.Zero;
        for (int j = 0; j < columns; j += Block, source += Block)
        {
            Vector128<float> a = Vector128.Load(source);
            Vector128<float> b = rows > 1 ? Vector128.Load(source + stride) : none;
            Vector128<float> c = rows > 2 ? Vector128.Load(source + (2 * stride)) : none;
            Vector128<float> d = rows > 3 ? Vector128.Load(source + (3 * stride)) : none;
            var (acLow, acHigh, bdLow, bdHigh) = (ZipLow(a, c), ZipHigh(a, c), ZipLow(b, d), ZipHigh(b, d));
            ZipLow(acLow, bdLow).Store(target);
            if (j + 1 < columns) ZipHigh(acLow, bdLow).Store(target + targetStride);
            if (j + 2 < columns) ZipLow(acHigh, bdHigh).Store(target + (2 * targetStride));
            if (j + 3 < columns) ZipHigh(acHigh, bdHigh).Store(target + (3 * targetStride));
            target += Block * targetStride;
        }
    }

    // a0 b0 a1 b1
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b) : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b) : Vector128.Create(a[0], b[0], a[1], b[1]);

    // a2 b2 a3 b3
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b) : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b) : Vector128.Create(a[2], b[2], a[3], b[3]);
}
