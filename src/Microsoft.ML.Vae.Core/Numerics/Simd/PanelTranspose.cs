using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Vae.Core;

/// <summary>Writes a part of a packed matrix into the packing of its transpose: sixteen by sixteen elements at a time where registers allow, else four by four.</summary>
internal static unsafe class PanelTranspose
{
    private const int Block = 4, WideBlock = 16;

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
        int columns = Math.Min(width, to.Steps - column), row = first;
        while (row < last)
        {
            if (row >= to.FirstColumn(toPanel + 1)) toPanel++;
            int toWidth = to.Width(toPanel), done = 0, step = Block;
            float* block = source + ((nint)row * width), destination = target + to.Offset(toPanel) + ((nint)column * toWidth) + row - to.FirstColumn(toPanel);
            if (Avx512F.IsSupported && last - row >= WideBlock && row + WideBlock <= to.FirstColumn(toPanel + 1))
            {
                for (step = WideBlock; done + WideBlock <= columns; done += WideBlock) CopyBlock(block + done, width, destination + ((nint)done * toWidth), toWidth);
                for (int strip = 0; strip < WideBlock; strip += Block)
                    CopyRows(block + ((nint)strip * width) + done, width, Block, columns - done, destination + ((nint)done * toWidth) + strip, toWidth);
            }
            else
            {
                CopyRows(block, width, Math.Min(Block, last - row), columns, destination, toWidth);
            }
            row += step;
        }
    }

    // Four rows of the source become a strip of four columns.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRows(float* source, nint stride, int rows, int columns, float* target, nint targetStride)
    {
        Vector128<float> none = Vector128<float>.Zero;
        for (int j = 0; j < columns; j += Block, source += Block)
        {
            var a = Vector128.Load(source);
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

    // Transposes 4×4 within quarters of registers, then the 4×4 quarters.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyBlock(float* source, nint stride, float* target, nint targetStride)
    {
        Quarters(source, stride, out var a0, out var a1, out var a2, out var a3);
        Quarters(source + (4 * stride), stride, out var b0, out var b1, out var b2, out var b3);
        Quarters(source + (8 * stride), stride, out var c0, out var c1, out var c2, out var c3);
        Quarters(source + (12 * stride), stride, out var d0, out var d1, out var d2, out var d3);
        StoreQuarters(a0, b0, c0, d0, target, 4 * targetStride);
        StoreQuarters(a1, b1, c1, d1, target + targetStride, 4 * targetStride);
        StoreQuarters(a2, b2, c2, d2, target + (2 * targetStride), 4 * targetStride);
        StoreQuarters(a3, b3, c3, d3, target + (3 * targetStride), 4 * targetStride);
    }

    // Column 4q+k of four rows, for k = 0 … 3, in quarter q of the k-th result.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarters(float* source, nint stride, out Vector512<float> k0, out Vector512<float> k1, out Vector512<float> k2, out Vector512<float> k3)
    {
        Vector512<float> a = Vector512.Load(source), b = Vector512.Load(source + stride), c = Vector512.Load(source + (2 * stride)), d = Vector512.Load(source + (3 * stride));
        Vector512<double> abLow = Avx512F.UnpackLow(a, b).AsDouble(), abHigh = Avx512F.UnpackHigh(a, b).AsDouble();
        Vector512<double> cdLow = Avx512F.UnpackLow(c, d).AsDouble(), cdHigh = Avx512F.UnpackHigh(c, d).AsDouble();
        (k0, k1) = (Avx512F.UnpackLow(abLow, cdLow).AsSingle(), Avx512F.UnpackHigh(abLow, cdLow).AsSingle());
        (k2, k3) = (Avx512F.UnpackLow(abHigh, cdHigh).AsSingle(), Avx512F.UnpackHigh(abHigh, cdHigh).AsSingle());
    }

    // Row q of the target: quarters q of a, b, c, d.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreQuarters(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* target, nint stride)
    {
        const byte Even = 0b10_00_10_00, Odd = 0b11_01_11_01;
        Vector512<float> abEven = Avx512F.Shuffle4x128(a, b, Even), abOdd = Avx512F.Shuffle4x128(a, b, Odd);
        Vector512<float> cdEven = Avx512F.Shuffle4x128(c, d, Even), cdOdd = Avx512F.Shuffle4x128(c, d, Odd);
        Avx512F.Shuffle4x128(abEven, cdEven, Even).Store(target);
        Avx512F.Shuffle4x128(abOdd, cdOdd, Even).Store(target + stride);
        Avx512F.Shuffle4x128(abEven, cdEven, Odd).Store(target + (2 * stride));
        Avx512F.Shuffle4x128(abOdd, cdOdd, Odd).Store(target + (3 * stride));
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
