using Microsoft.ML.Vae.Core.Tests.Scoring;
using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Onnx;

/// <summary>Every part of a model as ONNX: layers, activations, likelihoods, priors, posteriors, estimators. Checked, scored by a real ONNX Runtime, and read back.</summary>
public sealed class OnnxPartTests(OnnxTools tools) : IClassFixture<OnnxTools>
{
    private const int Pixels = Parts.ImageSide * Parts.ImageSide;

    private static readonly OnnxExportOptions Everything = new() { Outputs = OnnxOutputs.All };

    private static readonly string[] Likelihoods = [.. Parts.Likelihoods.Keys, .. Parts.Blockwise, "1-SSIM"];

    private static readonly string[] Networks = ["dense", "convolutional", "three channels", "mixed"];

    /// <summary>Likelihood × network, then activation × prior × posterior; the rest in turn, so that each meets each of the others somewhere.</summary>
    public static TheoryData<string, string, Activation, string, PosteriorForm, int> Cases()
    {
        var cases = new TheoryData<string, string, Activation, string, PosteriorForm, int>();
        string[] priors = [.. Parts.Priors.Keys];
        var activations = Enum.GetValues<Activation>();
        int next = 0;
        foreach (string likelihood in Likelihoods)
            for (int k = 0; k < Networks.Length; k++, next++)
                if (Exists(likelihood, Networks[k]))
                    cases.Add(likelihood, Networks[k], activations[next % activations.Length], priors[next % priors.Length], (PosteriorForm)(next / 2 % 2), (next / Networks.Length) + k is var i && i % 2 == 0 ? 32 : 0);
        foreach (var activation in activations)
            foreach (string prior in priors)
                foreach (var posterior in Enum.GetValues<PosteriorForm>())
                    cases.Add("learned variance", Networks[next % Networks.Length], activation, prior, posterior, next++ % 3 == 0 ? 0 : 7);
        return cases;
    }

    public static TheoryData<string, int> Banked()
    {
        var cases = new TheoryData<string, int>();
        foreach (string likelihood in Likelihoods.Where(l => Exists(l, "dense")))
            foreach (int knownRows in new[] { 1, 4, 15, 60 }) cases.Add(likelihood, knownRows);
        return cases;
    }

    [SkippableTheory, MemberData(nameof(Cases))]
    public void Runtime_agrees_with_managed_scorer(string likelihood, string network, Activation activation, string prior, PosteriorForm posterior, int draws)
    {
        var architecture = Architecture(likelihood, network, activation) with { Prior = Parts.Priors[prior], Posterior = posterior };
        var model = OnnxCases.Model(architecture, draws, scale: 0.3f);
        string path = tools.Export(model, Everything);
        Assert.Equal("ok", tools.Check(path));
        foreach (int count in new[] { 1, 30 })
        {
            float[] rows = TestModels.Rows(architecture, count, seed: 2);
            OnnxAgreement.Check(model, rows, tools.Score(path, rows, count));
        }
    }

    [SkippableTheory]
    [InlineData("learned variance", 32, 4, 0)]
    [InlineData("mixed", 32, 1, 0)]
    [InlineData("mixed", 0, 4, 0)]
    [InlineData("mixed", 0, 4, 40)]
    [InlineData("mixed", 8, 1, 3)]
    [InlineData("bernoulli", 7, 2, 0)]
    public void Runtime_agrees_where_values_are_missing_and_categories_unseen(string likelihood, int draws, int rounds, int knownRows)
    {
        var part = likelihood == "mixed"
            ? new MixedLikelihood(
                new(GaussianLikelihood.LearnedVariance, 2), new(new CategoricalLikelihood(3, 2), 5), new(new CategoricalLikelihood(2) { UnseenSurprise = 4 }, 2),
                new(NegativeBinomialLikelihood.Instance, 1), new(BernoulliLikelihood.Instance, 2))
            : Parts.Likelihood(likelihood, 12);
        var architecture = TestModels.Architecture(12, 3, part);
        float[] costs = [.. Enumerable.Range(0, 12).Select(i => 0.25f * i)];
        var complete = OnnxCases.Model(architecture, draws, knownRows: knownRows, isFlag: [.. Enumerable.Range(0, 12).Select(i => likelihood == "mixed" && i == 10)]);
        Assert.Equal(knownRows > 0, complete.Bank?.Categories is not null);
        var model = complete with { Vae = complete.Vae.WithMissing(new MissingValues(costs, rounds)) };
        string path = tools.Export(model, Everything);
        Assert.Equal("ok", tools.Check(path));
        float[] rows = MissingValuesTests.WithGaps(TestModels.Rows(architecture, 40, seed: 2), 0.3, seed: 5);
        rows.AsSpan(0, 12).Fill(float.NaN);
        rows[12] = float.PositiveInfinity;
        for (int r = 2; r < 40; r += 3) rows.AsSpan((12 * r) + 2, 7).Clear();
        OnnxAgreement.Check(model, rows, tools.Score(path, rows, 40));
        var (first, second) = (new MemoryStream(), new MemoryStream());
        OnnxExporter.Export(model, first, Everything);
        OnnxExporter.Export(OnnxImporter.Import(new MemoryStream(first.ToArray())).Model, second, Everything);
        Assert.Equal(first.ToArray(), second.ToArray());
    }

    [SkippableTheory]
    [InlineData(0), InlineData(100)]
    public void Runtime_agrees_where_the_model_watches_for_gaps(int knownRows)
    {
        float[] rows = MissingValuesTests.WithGaps(TestModels.Normals(3 * 400, seed: 3), 0.2, seed: 5);
        var fit = VaeFit.Run(new MatrixRows(rows, 3), new VaeFitOptions { LatentDimension = 2, HiddenWidths = [8], IncludeMissingness = true, ReferenceRows = knownRows, Training = Toy.Options });
        var model = AnomalyModel.Calibrate(fit, new LossEstimator(8), 0.1);
        string path = tools.Export(model, Everything);
        Assert.Equal("ok", tools.Check(path));
        rows = rows[..(3 * 40)];
        rows.AsSpan(0, 3).Fill(float.NaN);
        rows[3] = float.PositiveInfinity;
        OnnxAgreement.Check(model, rows, tools.Score(path, rows, 40));
        Assert.Equal(model.Vae.Watched, OnnxImporter.Import(File.OpenRead(path)).Model.Vae.Watched);
    }

    /// <summary>Banks of fewer rows than are compared, and of more; rows that are each other's double, so that ties decide.</summary>
    [SkippableTheory, MemberData(nameof(Banked))]
    public void Runtime_agrees_on_a_bank(string likelihood, int knownRows)
    {
        var architecture = Architecture(likelihood, "dense", Activation.Tanh);
        var model = OnnxCases.Model(architecture, knownRows % 2 == 0 ? 8 : 0, scale: 0.3f, knownRows);
        string path = tools.Export(model, Everything);
        Assert.Equal("ok", tools.Check(path));
        float[] rows = [.. TestModels.Rows(architecture, 30, seed: 2), .. TestModels.Rows(architecture, knownRows, seed: 3)];
        OnnxAgreement.Check(model, rows, tools.Score(path, rows, 30 + knownRows));
        Assert.Equal(model.ScoreAll(new MatrixRows(rows, architecture.FeatureCount)), OnnxImporter.Import(path).Model.ScoreAll(new MatrixRows(rows, architecture.FeatureCount)));
    }

    [SkippableFact]
    public void A_session_has_nothing_to_complain_about()
    {
        using var own = new OnnxTools();
        foreach (object[] row in Cases().Where((_, i) => i % 5 == 0))
        {
            var architecture = Architecture((string)row[0], (string)row[1], (Activation)row[2]) with { Prior = Parts.Priors[(string)row[3]], Posterior = (PosteriorForm)row[4] };
            var model = OnnxCases.Model(architecture, (int)row[5]);
            foreach (bool takesRate in new[] { false, true })
            {
                var options = new OnnxExportOptions { Outputs = takesRate ? OnnxOutputs.Decision : OnnxOutputs.All, RequireFalseAlarmRate = takesRate };
                own.Score(own.Export(model, options), TestModels.Rows(architecture, 2, seed: 2), 2, takesRate ? 0.1 : null);
            }
        }
        Assert.Empty(own.RuntimeErrors());
    }

    [Theory, MemberData(nameof(Cases))]
    public void Export_import_export_gives_equal_bytes_and_bits(string likelihood, string network, Activation activation, string prior, PosteriorForm posterior, int draws)
    {
        var architecture = Architecture(likelihood, network, activation) with { Prior = Parts.Priors[prior], Posterior = posterior };
        var model = OnnxCases.Model(architecture, draws, scale: 0.3f);
        var (first, second) = (new MemoryStream(), new MemoryStream());
        OnnxExporter.Export(model, first, Everything);
        first.Position = 0;
        var import = OnnxImporter.Import(first);
        OnnxExporter.Export(import.Model, second, import.Options);
        Assert.Equal(first.ToArray(), second.ToArray());
        Assert.Equal(architecture, import.Model.Vae.Architecture);
        float[] rows = TestModels.Rows(architecture, 9, seed: 2);
        Assert.Equal(OnnxCases.Score(model, rows).Score, OnnxCases.Score(import.Model, rows).Score);
    }

    // Windows of 11 × 11 pixels need an image.
    private static bool Exists(string likelihood, string network) => likelihood != "1-SSIM" || network is "convolutional" or "three channels";

    private static VaeArchitecture Architecture(string likelihood, string network, Activation activation) => network switch
    {
        "dense" => TestModels.Architecture(5, 3, Parts.Likelihood(likelihood, 5), activation),
        "convolutional" => Parts.Convolutional(Likelihood(likelihood, Shape.Image(Parts.ImageSide, Parts.ImageSide)), activation),
        "three channels" => ThreeChannels(likelihood == "1-SSIM" ? Shape.Image(11, 13, 3) : Shape.Image(3, 5, 3), likelihood, activation),
        _ => Mixed(Parts.Likelihood(likelihood, 6), activation),
    };

    private static Likelihood Likelihood(string name, Shape image) => name == "1-SSIM" ? new SsimLikelihood(image) : Parts.Likelihood(name, image.Length);

    // Odd sides, so that a stride leaves a rest; a kernel of one pixel; a transposed convolution without a stride.
    private static VaeArchitecture ThreeChannels(Shape image, string likelihood, Activation activation) => new()
    {
        Encoder = Network.Of(image).Then(new Convolution(2, 3, 2), activation).Then(new Convolution(3, 1)).Then(new TransposedConvolution(2, 3, 2), activation),
        Decoder = Network.Of(Shape.Vector(2)).Then(new Dense(image.Height * image.Width * 2), activation).Then(new Reshape(image with { Channels = 2 })).Then(new TransposedConvolution(4, 5), activation).Then(new Convolution(3, 3)),
        Likelihood = Likelihood(likelihood, image),
    };

    // Layers where no usual network has them.
    private static VaeArchitecture Mixed(Likelihood likelihood, Activation activation) => new()
    {
        Encoder = Network.Of(Shape.Vector(6)).Then(new Elementwise(activation)).Then(new Softmax(2, 4)).Then(new Dense(4), activation).Then(new Elementwise(Activation.Elu)),
        Decoder = Network.Of(Shape.Vector(4)).Then(new Reshape(Shape.Image(2, 2))).Then(new Convolution(3, 3), activation).Then(new Softmax(5, 7)).Then(new Dense(6)),
        Likelihood = likelihood,
    };
}
