namespace Microsoft.ML.Vae.Core.Tests.Kernels;

/// <summary>Activations and their slopes on registers, on every path, against double precision, near zero and as far out as single precision goes.</summary>
public sealed unsafe class ActivationFunctionTests
{
    // The bounds of VectorMath, and one product more.
    private const double Tolerance = 1e-6;

    private static readonly float[] Inputs = [-float.MaxValue, -1e38f, -1e30f, -100, -20, -3, -1, -1e-3f, 0, 1e-3f, 1, 3, 20, 100, 1e30f, 1e38f];

    public static TheoryData<VectorPath> Paths => new(Enum.GetValues<VectorPath>());

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Values_and_slopes_are_those_of_double_precision(VectorPath path) => path.Run(new Check());

    private sealed class Check : IPathTest
    {
        public void Run<T>() where T : unmanaged, ILanes<T>
        {
            float* lanes = stackalloc float[T.Count], slopes = stackalloc float[T.Count];
            foreach (var activation in Enum.GetValues<Activation>())
                foreach (float x in Inputs)
                {
                    double value = activation.Value(x), slope = activation.Slope(x, value);
                    T.Store(T.Create(x), lanes);
                    T.Store(T.Create(1f), slopes);
                    if (activation.NeedsInput()) ActivationFunctions<T>.Backward(activation)(lanes, slopes, T.Count);
                    ActivationFunctions<T>.Forward(activation)(lanes, lanes, T.Count);
                    if (!activation.NeedsInput()) ActivationFunctions<T>.Backward(activation)(lanes, slopes, T.Count);
                    Assert.True(Math.Abs(lanes[0] - value) <= Tolerance * Math.Max(1, Math.Abs(value)), $"{activation}({x}) = {value}, here {lanes[0]}");
                    Assert.True(Math.Abs(slopes[0] - slope) <= Tolerance, $"slope of {activation} at {x}: {slope}, here {slopes[0]}");
                }
        }
    }
}
