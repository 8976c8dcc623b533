using System.Net;
using System.Net.Http.Json;

namespace WebApi.Tests;

/// <summary>The service follows its file, and only sound files.</summary>
public sealed class ReloadTests
{
    [Fact]
    public async Task It_lives_without_a_model_and_is_ready_with_one()
    {
        await using var service = await Service.StartAsync(file: null);
        Assert.Equal(HttpStatusCode.OK, (await service.Http.GetAsync("/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await service.Http.GetAsync("/health/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await service.Http.GetAsync("/model")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await service.ScoreAsync(PumpModel.Probes[0])).StatusCode);
        service.Replace(Service.First.File);
        await Service.UntilAsync(async () => (await service.Http.GetAsync("/health/ready")).IsSuccessStatusCode);
        Assert.Equal(HttpStatusCode.OK, (await service.ScoreAsync(PumpModel.Probes[0])).StatusCode);
    }

    [Fact]
    public async Task A_corrupt_file_is_warned_of_and_the_old_model_stays()
    {
        await using var service = await Service.StartAsync(Service.First.File);
        string first = await IdAsync(service);
        service.Replace(Service.Second.File[..^100]);
        await Service.UntilAsync(() => Task.FromResult(service.Warnings.Any()));
        Assert.Contains(service.Warnings, w => w.Contains(first, StringComparison.Ordinal) && w.Contains("is not served", StringComparison.Ordinal));
        Assert.Equal(first, await IdAsync(service));
        Assert.Equal(HttpStatusCode.OK, (await service.Http.GetAsync("/health/ready")).StatusCode);
        service.Replace(Service.Second.File);
        await Service.UntilAsync(async () => await IdAsync(service) == ServedDetector.IdOf(Service.Second.File));
    }

    [Fact]
    public async Task The_model_is_described()
    {
        await using var service = await Service.StartAsync(Service.First.File);
        var model = await service.Http.GetFromJsonAsync<ModelResponse>("/model");
        Assert.Equal((ServedDetector.IdOf(Service.First.File), 4, 2, 100), (model!.Id, model.FeatureCount, model.LatentDimension, model.CalibrationRows));
        Assert.True(model.Threshold > 0);
        Assert.Equal(4, model.FeatureNames.Count);
    }

    [Fact]
    public async Task A_batch_is_the_single_rows_to_the_bit()
    {
        await using var service = await Service.StartAsync(Service.First.File);
        using var answer = await service.Http.PostAsJsonAsync("/score/batch", new BatchRequest { Rows = PumpModel.Probes[..10] });
        var batch = await answer.Content.ReadFromJsonAsync<BatchResponse>();
        Assert.Equal(Service.First.Scores[..10], batch!.Rows.Select(r => r.Score));
        for (int r = 0; r < 10; r++)
        {
            using var single = await service.ScoreAsync(PumpModel.Probes[r]);
            var row = await single.Content.ReadFromJsonAsync<ScoreResponse>();
            Assert.Equal((batch.Rows[r].Score, batch.Rows[r].PValue, batch.Rows[r].IsAnomaly, batch.Model), (row!.Score, row.PValue, row.IsAnomaly, row.Model));
            Assert.Equal(batch.Rows[r].Contributions, row.Contributions);
        }
    }

    private static async Task<string> IdAsync(Service service) => (await service.Http.GetFromJsonAsync<ModelResponse>("/model"))!.Id;
}
