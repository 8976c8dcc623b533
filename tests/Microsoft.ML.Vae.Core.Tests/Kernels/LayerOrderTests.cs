using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Kernels;

/// <summary>Layers that work in place leave what the way back needs, whatever stands beside them.</summary>
public sealed class LayerOrderTests
{
    // Single precision: both engines round every product, in different orders.
    private const double RelativeTolerance = 1e-5;

    private static readonly Layer[] Layers = [.. Enum.GetValues<Activation>().Select(a => new Elementwise(a)), new Softmax(2, 4), new SideBySide(new Branch(new Softmax(1, 2), 3), new Branch(new Elementwise(Activation.Softplus), 2), new Branch(new Elementwise(Activation.Linear), 1)), new Reshape(Shape.Image(1, 2, 3))];

    public static TheoryData<int> Firsts => [.. Enumerable.Range(0, Layers.Length)];

    [Theory]
    [MemberData(nameof(Firsts))]
    public void Any_layer_may_follow_any_other(int first)
    {
        foreach (var second in Layers)
        {
            var architecture = new VaeArchitecture
            {
                Encoder = Network.Of(Shape.Vector(5)).Then(new Dense(6)).Then(Layers[first]).Then(second),
                Decoder = Network.Of(Shape.Vector(6)).Then(Layers[first]).Then(second).Then(new Dense(6)).Then(Layers[first]).Then(new Reshape(Shape.Vector(6))).Then(second).Then(new Dense(5)),
            };
            var problem = new EngineProblem(architecture, 7, Bound.Split, weighted: true);
            using var plain = problem.Create(PlainEngine.Factory, 1);
            using var managed = problem.Create(ManagedEngine.Factory, 2);
            problem.AssertSameGradient(plain, managed, RelativeTolerance);
        }
    }
}
