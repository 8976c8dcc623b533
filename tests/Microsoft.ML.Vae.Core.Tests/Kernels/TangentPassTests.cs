using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Kernels;

/// <summary>Jacobians in single precision, many rows at once, against the exact ones in double, row by row.</summary>
public sealed class TangentPassTests
{
    private const int Rows = 5;

    // Some tens of products of single precision, relative to the largest entry.
    private const double RelativeTolerance = 1e-5;

    public static TheoryData<VectorPath, Activation, int> Cases()
    {
        var cases = new TheoryData<VectorPath, Activation, int>();
        foreach (var path in Enum.GetValues<VectorPath>())
            foreach (var activation in Enum.GetValues<Activation>())
                foreach (int latents in new[] { 1, 3, 17 }) cases.Add(path, activation, latents);
        return cases;
    }

    public static TheoryData<VectorPath, string> LayerCases()
    {
        var cases = new TheoryData<VectorPath, string>();
        foreach (var path in Enum.GetValues<VectorPath>())
            foreach (string network in Decoders.Names) cases.Add(path, network);
        return cases;
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Outputs_and_tangents_are_the_exact_ones(VectorPath path, Activation activation, int latents) =>
        path.Run(new EqualsExact(TestModels.Model(TestModels.Architecture(33, latents, SquaredErrorLikelihood.Unweighted, activation, decoder: [20, 35]))));

    [SkippableTheory]
    [MemberData(nameof(LayerCases))]
    public void Every_kind_of_layer_carries_tangents(VectorPath path, string network)
    {
        foreach (var activation in Enum.GetValues<Activation>()) path.Run(new EqualsExact(Decoders.Model(network, activation)));
    }

    private sealed class EqualsExact(VaeModel model) : IPathTest
    {
        public void Run<T>() where T : unmanaged, ILanes<T>
        {
            int n = model.LatentDimension, m = model.FeatureCount;
            var exact = model.CreateDecoderImmersion();
            var pass = new TangentPass<T>(model.Parameters.Values, model.Parameters.Layout.Decoder);
            float[] latent = TestModels.Normals(Rows * n, 2);
            pass.Run(latent, Rows);
            double[] z = new double[n], value = new double[m], jacobian = new double[m * n];
            for (int r = 0; r < Rows; r++)
            {
                for (int j = 0; j < n; j++) z[j] = latent[(r * n) + j];
                exact.Evaluate(z, value);
                exact.Jacobian(z, jacobian);
                double tolerance = RelativeTolerance * value.Concat(jacobian).Max(Math.Abs);
                for (int i = 0; i < m; i++)
                {
                    Assert.Equal(value[i], pass.Output(r)[i], tolerance);
                    for (int j = 0; j < n; j++) Assert.Equal(jacobian[(i * n) + j], pass.Tangent(r, j)[i], tolerance);
                }
            }
        }
    }
}
