namespace Microsoft.ML.Vae.Core.Tests.Kernels;

/// <summary>Errors of register functions in units of the last place, over all magnitudes, on every path, against double precision.</summary>
public sealed unsafe class RegisterAccuracyTests
{
    // Seventy-five decades of either sign in steps of a twentieth, and the range where functions bend.
    private static readonly float[] Inputs =
    [
        .. Enumerable.Range(-740, 1511).Select(i => Math.Pow(10, i / 20.0)).Where(x => x < float.MaxValue).SelectMany(x => new[] { (float)x, -(float)x }),
        .. Enumerable.Range(-9000, 18001).Select(i => i * 0.00213f), 0, float.MaxValue, -float.MaxValue,
    ];

    private delegate T Function<T>(T x);

    public static TheoryData<VectorPath> Paths => new(Enum.GetValues<VectorPath>());

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Functions_are_right_to_some_units_in_the_last_place(VectorPath path) => path.Run(new Functions());

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Activations_and_slopes_are_right_to_some_units_of_one_or_of_themselves(VectorPath path) => path.Run(new ActivationsAndSlopes());

    // The largest error in units of the last place of max(|y|, floor).
    private static void Check<T>(string name, Function<T> function, Func<double, double> exact, double ulps, float floor, float from = -float.MaxValue, float to = float.MaxValue) where T : unmanaged, ILanes<T>
    {
        float* lanes = stackalloc float[T.Count];
        foreach (float x in Inputs)
        {
            if (x < from || x > to) continue;
            T.Store(function(T.Create(x)), lanes);
            double y = exact(x), scale = Math.Max(Math.Abs(y), floor), error = Math.Abs(lanes[T.Count - 1] - y) / (MathF.BitIncrement((float)scale) - (float)scale);
            if (!(error <= ulps)) Assert.Fail($"{name}({x:g9}) = {y:g9}, here {lanes[T.Count - 1]:g9}: {error:g3} units of the last place, more than {ulps}");
        }
    }

    private sealed class Functions : IPathTest
    {
        // The smallest normal number, and one whose reciprocal is normal too.
        private const float Least = 1.17549435e-38f, Most = 8.5e37f;

        public void Run<T>() where T : unmanaged, ILanes<T>
        {
            Check<T>("exp", VectorMath.Exp, Math.Exp, ulps: 1.5, floor: Least, from: -87, to: 88);
            Check<T>("expm1", VectorMath.ExpM1, StableMath.ExpM1, ulps: 2, floor: Least, to: 88);
            Check<T>("log", VectorMath.Log, Math.Log, ulps: 1.5, floor: Least, from: Least);
            Check<T>("tanh", VectorMath.Tanh, Math.Tanh, ulps: 7, floor: 1e-30f);
            Check<T>("sigmoid", VectorMath.Sigmoid, StableMath.Sigmoid, ulps: 3, floor: Least, from: -87);
            Check<T>("softplus", VectorMath.Softplus, StableMath.Softplus, ulps: 2, floor: 0.5f);
            Check<T>("normal cdf", static x => VectorMath.NormalCdf(x, out _), StableMath.NormalCdf, ulps: 3, floor: 1);
            Check<T>("normal density", Density, StableMath.NormalDensity, ulps: 1, floor: 1);
            Check<T>("reciprocal", T.Reciprocal, static x => 1 / x, ulps: 2, floor: Least, from: Least, to: Most);
            Check<T>("root", T.Root, Math.Sqrt, ulps: 2, floor: Least, from: Least);
        }

        private static T Density<T>(T x) where T : unmanaged, ILanes<T>
        {
            VectorMath.NormalCdf(x, out T density);
            return density;
        }
    }

    private sealed class ActivationsAndSlopes : IPathTest
    {
        // 1 − tanh² takes the rounding of tanh twice; x (1 − σ) takes that of σ as often as x is large, up to 17, where σ rounds to 1.
        private const double Values = 4, Slopes = 9;

        public void Run<T>() where T : unmanaged, ILanes<T>
        {
            foreach (var activation in Enum.GetValues<Activation>())
            {
                Check<T>($"{activation}", x => Value(activation, x), x => activation.Value(x), Values, floor: 1);
                Check<T>($"slope of {activation}", x => Slope(activation, x), x => activation.Slope(x, activation.Value(x)), Slopes, floor: 1);
            }
        }

        private static T Value<T>(Activation activation, T x) where T : unmanaged, ILanes<T>
        {
            float* lanes = stackalloc float[T.Count];
            T.Store(x, lanes);
            ActivationFunctions<T>.Forward(activation)(lanes, lanes, T.Count);
            return T.Load(lanes);
        }

        private static T Slope<T>(Activation activation, T x) where T : unmanaged, ILanes<T>
        {
            float* kept = stackalloc float[T.Count], slopes = stackalloc float[T.Count];
            T.Store(activation.NeedsInput() ? x : Value(activation, x), kept);
            T.Store(T.Create(1f), slopes);
            ActivationFunctions<T>.Backward(activation)(kept, slopes, T.Count);
            return T.Load(slopes);
        }
    }
}
