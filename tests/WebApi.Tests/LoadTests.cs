using Xunit.Abstractions;

namespace WebApi.Tests;

/// <summary>Clients never notice that the model is replaced, except by the model's name in the answer.</summary>
public sealed class LoadTests(ITestOutputHelper output)
{
    private const int Requests = 10_000, FewestSwaps = 3;

    [Fact]
    public async Task Ten_thousand_requests_while_the_model_is_replaced_none_fails_none_is_torn()
    {
        var report = await LoadCommand.MeasureAsync(Requests, TimeSpan.FromMilliseconds(10));
        output.WriteLine(report.Result);
        Assert.Null(report.FirstMistake);
        Assert.Equal((Requests, 0, 0), (report.Requests, report.Failed, report.Torn));
        Assert.True(report.Swaps >= FewestSwaps, $"only {report.Swaps} replacements took place");
    }

    [Fact]
    public async Task A_run_against_other_models_counts_every_answer_as_torn()
    {
        await using var service = await Service.StartAsync(Service.First.File);
        var run = new LoadRun(service.Http.BaseAddress!, new Dictionary<string, float[]> { [ServedDetector.IdOf(Service.First.File)] = Service.Second.Scores });
        await run.RunAsync(requests: 9, clients: 2);
        var report = run.Report(swaps: 0);
        Assert.Equal((0, 8 + 8), (report.Failed, report.Torn));
        Assert.NotNull(report.FirstMistake);
    }
}
