using Microsoft.ML.Vae.Core;
using Microsoft.ML.Vae.Core.Tests.Kernels;
using TorchSharp;

namespace Microsoft.ML.Vae.TorchSharp.Tests;

/// <summary>What the engine takes, it gives back; what it cannot have, it names.</summary>
public sealed class ResourceTests
{
    [Theory]
    [InlineData("learned variance")]
    [InlineData("user's own")]
    public void Steps_leave_no_tensor_behind(string likelihood)
    {
        var problem = Problem(likelihood == "user's own" ? new ForeignLikelihood(GaussianLikelihood.LearnedVariance) : GaussianLikelihood.LearnedVariance);
        long before = torch.Tensor.TotalCount;
        using (var engine = problem.Create(TorchSharpEngine.Factory, 1))
        {
            long afterConstruction = torch.Tensor.TotalCount;
            problem.Steps(engine, 50, 1);
            problem.AssertSameGradient(engine, engine, 0);
            engine.Load(engine.Save());
            Assert.Equal(afterConstruction, torch.Tensor.TotalCount);
        }
        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    [Fact]
    public void An_engine_outlives_the_scope_it_was_made_in()
    {
        var problem = Problem(GaussianLikelihood.LearnedVariance);
        ITrainingEngine engine;
        using (torch.NewDisposeScope()) engine = problem.Create(TorchSharpEngine.Factory, 1);
        using (engine) Assert.True(double.IsFinite(problem.Step(engine, 1).Loss));
    }

    [Fact]
    public void Gradients_come_though_the_caller_has_switched_them_off()
    {
        var problem = Problem(GaussianLikelihood.LearnedVariance);
        using var engine = problem.Create(TorchSharpEngine.Factory, 1);
        using var managed = problem.Create(ManagedEngine.Factory, 1);
        using (torch.no_grad()) problem.AssertSameGradient(managed, engine, 1e-4);
    }

    [SkippableTheory]
    [InlineData(TorchDevice.Cuda, "TorchSharp-cuda-linux")]
    [InlineData(TorchDevice.Mps, "Apple")]
    public void A_missing_device_is_explained(TorchDevice device, string advice)
    {
        Skip.If(IsThere(device), $"{device} is there");
        var exception = Assert.Throws<InvalidOperationException>(() => Problem(GaussianLikelihood.LearnedVariance).Create(Factory(device), 1));
        Assert.Contains(advice, exception.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(TorchDevice.Cuda)]
    [InlineData(TorchDevice.Mps)]
    public void A_device_takes_the_same_steps(TorchDevice device)
    {
        Skip.IfNot(IsThere(device), $"no {device} here");
        var problem = Problem(GaussianLikelihood.LearnedVariance);
        using var managed = problem.Create(ManagedEngine.Factory, 1);
        using var engine = problem.Create(Factory(device), 1);
        problem.AssertSameGradient(managed, engine, 1e-4);
        foreach (var (expected, actual) in problem.Steps(managed, 20, 1).Zip(problem.Steps(engine, 20, 1))) Assert.InRange(actual / expected, 0.999, 1.001);
    }

    [Fact]
    public void Misuse_is_refused()
    {
        var architecture = VaeArchitecture.Mirrored(4, 2, 5);
        var initial = VaeParameters.Initialize(architecture, RandomStream.FromSeed(1));
        using var engine = TorchSharpEngine.Factory.Create(architecture, initial, new EngineSettings { MaximumBatchSize = 3 });
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.Evaluate(new Minibatch(new float[16], new float[8], default, 4), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.Gradient(new Minibatch(new float[4], new float[2], default, 1), 1, new float[3]));
        Assert.Throws<ArgumentException>(() => engine.Load(new EngineState([1], [1], [1], 1)));
        Assert.Throws<ArgumentException>(() => TorchSharpEngine.Factory.Create(VaeArchitecture.Mirrored(5, 2, 5), initial, new EngineSettings { MaximumBatchSize = 3 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => TorchSharpEngine.On(new TorchSharpOptions { Device = TorchDevice.Cuda, DeviceIndex = -1 }).Create(architecture, initial, new EngineSettings { MaximumBatchSize = 3 }));
    }

    private static ITrainingEngineFactory Factory(TorchDevice device) => TorchSharpEngine.On(new TorchSharpOptions { Device = device });

    private static EngineProblem Problem(Likelihood likelihood) => new(16, 3, [33, 17], [17], 40, likelihood, Activation.Tanh, Bound.Split, weighted: true);

    private static bool IsThere(TorchDevice device)
    {
        try
        {
            using var tensor = torch.zeros(1, device: torch.device(device == TorchDevice.Cuda ? "cuda" : "mps"));
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }
}
