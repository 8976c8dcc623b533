namespace Microsoft.ML.Vae.Core.Tests.Onnx;

/// <summary>The exported file, scored by a real ONNX Runtime, against the managed scorer.</summary>
public sealed class OnnxRuntimeTests(OnnxTools tools) : IClassFixture<OnnxTools>
{
    private static readonly OnnxExportOptions Everything = new() { Outputs = OnnxOutputs.All };

    public static TheoryData<string, int, Activation, int> Cases()
    {
        var data = new TheoryData<string, int, Activation, int>();
        foreach (string likelihood in new[] { "SquaredError", "WeightedSquaredError", "ReciprocalSquaredError", "Gaussian", "LearnedVariance", "Bernoulli" })
            foreach (int depth in new[] { 0, 1, 3 })
                foreach (var activation in new[] { Activation.Tanh, Activation.Relu, Activation.Softplus, Activation.Sigmoid })
                    foreach (int draws in new[] { 8, 0 })
                        data.Add(likelihood, depth, activation, draws);
        return data;
    }

    [SkippableTheory, MemberData(nameof(Cases))]
    public void Runtime_agrees_with_managed_scorer(string likelihood, int depth, Activation activation, int draws)
    {
        var model = OnnxCases.Model(likelihood, depth, activation, draws);
        string path = tools.Export(model, Everything);
        foreach (int count in new[] { 1, 7, 1024 })
        {
            float[] rows = OnnxCases.Rows(likelihood, count);
            OnnxAgreement.Check(model, rows, tools.Score(path, rows, count));
        }
    }

    [SkippableTheory, MemberData(nameof(Cases))]
    public void Checker_accepts(string likelihood, int depth, Activation activation, int draws)
    {
        var model = OnnxCases.Model(likelihood, depth, activation, draws);
        Assert.Equal("ok", tools.Check(tools.Export(model, Everything)));
    }

    [SkippableTheory]
    [InlineData(OnnxOutputs.Score)]
    [InlineData(OnnxOutputs.PValue)]
    [InlineData(OnnxOutputs.Decision)]
    [InlineData(OnnxOutputs.Latent | OnnxOutputs.Reconstruction)]
    public void Checker_accepts_every_selection(OnnxOutputs outputs)
    {
        var model = OnnxCases.Model("LearnedVariance", 1, Activation.Tanh, 32);
        Assert.Equal("ok", tools.Check(tools.Export(model, new OnnxExportOptions { Outputs = outputs })));
        Assert.Equal("ok", tools.Check(tools.Export(model, new OnnxExportOptions { Outputs = outputs, RequireFalseAlarmRate = true })));
    }
}
