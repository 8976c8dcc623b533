namespace Microsoft.ML.Vae.Core.Tests.Kernels;

/// <summary>The error bounds that VectorMath states, on every path, against double precision.</summary>
public sealed unsafe class VectorMathTests
{
    private delegate T Function<T>(T x);

    public static TheoryData<VectorPath> Paths => new(Enum.GetValues<VectorPath>());

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Errors_stay_within_their_bounds(VectorPath path) => path.Run(new Bounds());

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Extremes_saturate_and_NaN_stays(VectorPath path) => path.Run(new Extremes());

    private static float At<T>(Function<T> function, float x) where T : unmanaged, ILanes<T>
    {
        float* lanes = stackalloc float[16];
        T.Store(function(T.Create(x)), lanes);
        return lanes[T.Count - 1];
    }

    private sealed class Bounds : IPathTest
    {
        private const int Points = 40_000;

        public void Run<T>() where T : unmanaged, ILanes<T>
        {
            Check<T>(VectorMath.Exp, Math.Exp, -87, 88, (_, y) => 2e-7 * y);
            Check<T>(VectorMath.ExpM1, double.ExpM1, -87, 88, (_, y) => 4e-7 * Math.Abs(y));
            Check<T>(VectorMath.ExpM1, double.ExpM1, -1e-3, 1e-3, (_, y) => 4e-7 * Math.Abs(y));
            Check<T>(VectorMath.Log, Math.Log, 1e-30, 1e-3, (_, y) => 2e-7 * Math.Max(1, Math.Abs(y)));
            Check<T>(VectorMath.Log, Math.Log, 1e-3, 100, (_, y) => 2e-7 * Math.Max(1, Math.Abs(y)));
            Check<T>(VectorMath.Tanh, Math.Tanh, -12, 12, (_, _) => 4e-7);
            Check<T>(VectorMath.Sigmoid, StableMath.Sigmoid, -40, 40, (_, _) => 2e-7);
            Check<T>(VectorMath.Softplus, StableMath.Softplus, -40, 40, (x, _) => 3e-7 * Math.Max(1, Math.Abs(x)));
        }

        private static void Check<T>(Function<T> function, Func<double, double> exact, double from, double to, Func<double, double, double> bound) where T : unmanaged, ILanes<T>
        {
            for (int i = 0; i <= Points; i++)
            {
                float x = (float)(from + ((to - from) * i / Points));
                double expected = exact(x), error = Math.Abs(At(function, x) - expected);
                if (!(error <= bound(x, expected))) Assert.Fail($"{function.Method.Name}({x}): error {error:g3} above {bound(x, expected):g3}");
            }
        }
    }

    private sealed class Extremes : IPathTest
    {
        public void Run<T>() where T : unmanaged, ILanes<T>
        {
            Assert.Equal(1f, At<T>(VectorMath.Tanh, 1e30f), 1e-6f);
            Assert.Equal(-1f, At<T>(VectorMath.Tanh, float.NegativeInfinity), 1e-6f);
            Assert.Equal(0f, At<T>(VectorMath.Exp, -1e30f), 1e-30f);
            Assert.True(float.IsFinite(At<T>(VectorMath.Exp, 1e30f)));
            Assert.Equal(1e6f, At<T>(VectorMath.Softplus, 1e6f));
            Assert.Equal(0f, At<T>(VectorMath.Sigmoid, -1e6f), 1e-30f);
            foreach (Function<T> function in new Function<T>[] { VectorMath.Tanh, VectorMath.Exp, VectorMath.ExpM1, VectorMath.Log, VectorMath.Sigmoid, VectorMath.Softplus })
                foreach (float nan in new[] { float.NaN, -float.NaN }) Assert.True(float.IsNaN(At(function, nan)), function.Method.Name);
        }
    }
}
