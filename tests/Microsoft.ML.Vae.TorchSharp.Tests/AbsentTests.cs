namespace Microsoft.ML.Vae.TorchSharp.Tests;

/// <summary>Built without TorchSharp: what is not tested is said, once per suite.</summary>
public sealed class AbsentTests
{
    private const string HowToRun = "TorchSharp is absent. Run: dotnet test tests/Microsoft.ML.Vae.TorchSharp.Tests -p:TorchSharp=package";

    [Fact(Skip = HowToRun)]
    public void Gradients_equal_the_managed_engine() { }

    [Fact(Skip = HowToRun)]
    public void Steps_stay_together_with_the_managed_engine() { }

    [Fact(Skip = HowToRun)]
    public void Terms_gradients_and_steps_agree_with_py_Torch() { }

    [Fact(Skip = HowToRun)]
    public void A_model_scores_the_same_whoever_trained_it() { }

    [Fact(Skip = HowToRun)]
    public void Steps_leave_no_tensor_behind() { }

    [Fact(Skip = HowToRun)]
    public void Devices_are_opened_or_explained() { }
}
