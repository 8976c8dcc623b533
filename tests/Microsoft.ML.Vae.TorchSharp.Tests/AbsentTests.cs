namespace Microsoft.ML.Vae.TorchSharp.Tests;

/// <summary>Built without TorchSharp: what is not tested is said, once per suite.</summary>
public sealed class AbsentTests
{
    private const string HowToRun = "TorchSharp is absent. Run: dotnet test tests/Microsoft.ML.Vae.TorchSharp.Tests -p:TorchSharp=package";

    [Fact(Skip = HowToRun)]
    public void GradientsEqualTheManagedEngine() { }

    [Fact(Skip = HowToRun)]
    public void StepsStayTogetherWithTheManagedEngine() { }

    [Fact(Skip = HowToRun)]
    public void TermsGradientsAndStepsAgreeWithPyTorch() { }

    [Fact(Skip = HowToRun)]
    public void AModelScoresTheSameWhoeverTrainedIt() { }

    [Fact(Skip = HowToRun)]
    public void StepsLeaveNoTensorBehind() { }

    [Fact(Skip = HowToRun)]
    public void DevicesAreOpenedOrExplained() { }
}
