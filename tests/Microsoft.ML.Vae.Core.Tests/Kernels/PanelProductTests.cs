namespace Microsoft.ML.Vae.Core.Tests.Kernels;

/// <summary>Packed products against sums in double, on every path.</summary>
public sealed unsafe class PanelProductTests
{
    // Summing k terms in single precision errs by at most about k units in the last place of the sum of magnitudes.
    private const double UnitRoundoff = 6e-8;

    // Layers and batches of the benchmark's workloads.
    private static readonly (int Rows, int Steps, int Columns)[] WorkloadShapes =
    [
        (100, 16, 128), (50, 128, 64), (32, 64, 32), (25, 3, 64), (64, 121, 60), (64, 60, 30), (64, 30, 8), (64, 8, 3), (1024, 60, 121),
        (50, 784, 200), (100, 200, 784), (50, 784, 300), (100, 300, 784), (50, 300, 20), (50, 10, 300), (7, 600, 65),
    ];

    public static TheoryData<VectorPath> Paths => new(Enum.GetValues<VectorPath>());

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Forward_equals_double(VectorPath path) => path.Run(new Forward());

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Weight_gradient_equals_double(VectorPath path) => path.Run(new WeightGradient());

    // Every pair of two of the sizes 0 … 65, the third running through all of them.
    private static IEnumerable<(int Rows, int Steps, int Columns)> Shapes()
    {
        for (int i = 0; i <= 65; i++)
            for (int j = 0; j <= 65; j++)
            {
                int other = ((7 * i) + (13 * j)) % 66;
                yield return (other, i, j);
                yield return (i, other, j);
            }
        foreach (var shape in WorkloadShapes) yield return shape;
    }

    private static AlignedBuffer Random(int length, int seed)
    {
        var buffer = new AlignedBuffer(length);
        var random = new Random(seed);
        foreach (ref float v in buffer.Span) v = (random.NextSingle() * 2) - 1;
        return buffer;
    }

    private static void AssertClose(double expected, double magnitude, float actual, int terms, (int, int, int) shape, int row, int column)
    {
        if (Math.Abs(expected - actual) > UnitRoundoff * (terms + 2) * (magnitude + 1e-30))
            Assert.Fail($"Shape {shape} at ({row}, {column}): expected {expected}, got {actual}.");
    }

    private sealed class Forward : IPathTest
    {
        public void Run<T>() where T : unmanaged, ILanes<T>
        {
            foreach (var (rows, steps, columns) in Shapes()) Check<T>(rows, steps, columns);
        }

        private static void Check<T>(int rows, int steps, int columns) where T : unmanaged, ILanes<T>
        {
            var layout = new PanelLayout(steps, columns, T.Count, T.TileColumns);
            int aStride = steps + 3, cStride = AlignedBuffer.RowStride(columns);
            AlignedBuffer a = Random(rows * aStride, 1), weights = Random(steps * columns, 2), bias = Random(layout.Columns, 3);
            AlignedBuffer b = new(layout.Length), c = new(rows * cStride);
            for (int k = 0; k < steps; k++)
                for (int j = 0; j < columns; j++) b.Pointer[layout.Index(k, j)] = weights.Pointer[(k * columns) + j];
            PanelProduct<T>.Multiply(a.Pointer, aStride, rows, b.Pointer, layout, bias.Pointer, c.Pointer, cStride);
            for (int r = 0; r < rows; r++)
                for (int j = 0; j < columns; j++)
                {
                    double sum = bias.Pointer[j], magnitude = Math.Abs(sum);
                    for (int k = 0; k < steps; k++)
                    {
                        double term = (double)a.Pointer[(r * aStride) + k] * weights.Pointer[(k * columns) + j];
                        (sum, magnitude) = (sum + term, magnitude + Math.Abs(term));
                    }
                    AssertClose(sum, magnitude, c.Pointer[(r * cStride) + j], steps, (rows, steps, columns), r, j);
                }
            GC.KeepAlive((a, weights, bias, b, c));
        }
    }

    private sealed class WeightGradient : IPathTest
    {
        public void Run<T>() where T : unmanaged, ILanes<T>
        {
            var zeros = new AlignedBuffer(64);
            foreach (var (rows, inputs, columns) in Shapes()) Check<T>(rows, inputs, columns, zeros);
        }

        // A whole gradient, panel by panel, and once more on top of itself: twice the sum.
        private static void Check<T>(int rows, int inputs, int columns, AlignedBuffer zeros) where T : unmanaged, ILanes<T>
        {
            var layout = new PanelLayout(inputs, columns, T.Count, T.TileColumns);
            int aStride = inputs + 1, dStride = AlignedBuffer.RowStride(columns);
            AlignedBuffer a = Random(rows * aStride, 1), d = Random(rows * dStride, 2), c = new(layout.Length);
            for (int p = 0; p < layout.PanelCount; p++)
                for (int pass = 0; pass < 2; pass++)
                    PanelProduct<T>.MultiplyTransposed(
                        a.Pointer, aStride, inputs, d.Pointer + layout.FirstColumn(p), dStride, rows, layout.Registers(p), c.Pointer + layout.Offset(p), pass == 0 ? zeros.Pointer : null);
            for (int i = 0; i < inputs; i++)
                for (int j = 0; j < columns; j++)
                {
                    double sum = 0, magnitude = 0;
                    for (int r = 0; r < rows; r++)
                    {
                        double term = 2.0 * a.Pointer[(r * aStride) + i] * d.Pointer[(r * dStride) + j];
                        (sum, magnitude) = (sum + term, magnitude + Math.Abs(term));
                    }
                    AssertClose(sum, magnitude, c.Pointer[layout.Index(i, j)], 2 * rows, (rows, inputs, columns), i, j);
                }
            GC.KeepAlive((a, d, c, zeros));
        }
    }
}
