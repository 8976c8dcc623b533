namespace Microsoft.ML.Vae.Core.Tests.Kernels;

public class DoublePanelsTests
{
    // Sums of up to 40 products of numbers up to one, in another order.
    private const double RoundOff = 1e-14 * 40;

    public static TheoryData<bool, int, int, int> Shapes
    {
        get
        {
            TheoryData<bool, int, int, int> shapes = [];
            foreach (bool wide in new[] { false, true })
            {
                foreach (int rows in new[] { 0, 1, 3, 4, 9 })
                {
                    foreach ((int steps, int columns) in new[] { (1, 1), (3, 16), (16, 17), (40, 7) }) shapes.Add(wide, rows, steps, columns);
                }
            }
            return shapes;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Shapes))]
    public void Products_equal_plain_sums(bool wide, int rows, int steps, int columns)
    {
        Skip.If(wide && !DoubleLanes512.IsSupported, "This machine has no AVX-512.");
        static double B(int step, int column) => Math.Sin((5 * step) + column);
        int stride = DoublePanels.Padded(steps), width = DoublePanels.Padded(columns);
        // What lies in the padding of A must not matter.
        double[] a = [.. Enumerable.Range(0, rows * stride).Select(i => i % stride < steps ? Math.Cos(i) : double.NaN)], c = new double[rows * width];
        new DoublePanels(steps, columns, B, wide).Multiply(a, c);
        for (int i = 0; i < c.Length; i++)
        {
            double expected = i % width >= columns ? 0 : Enumerable.Range(0, steps).Sum(k => a[(i / width * stride) + k] * B(k, i % width));
            Assert.Equal(expected, c[i], RoundOff);
        }
    }
}
