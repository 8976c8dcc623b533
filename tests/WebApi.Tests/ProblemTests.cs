using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace WebApi.Tests;

/// <summary>Whatever a client sends wrong is answered by problem details that say what, and where.</summary>
public sealed class ProblemTests(ProblemTests.Running running) : IClassFixture<ProblemTests.Running>
{
    [Theory]
    [InlineData("/score", """{"features":[1,2,3]}""", 400, "#/features", "Expected 4 numbers (see /model), got 3")]
    [InlineData("/score", """{"features":[]}""", 400, "#/features", "got 0")]
    [InlineData("/score", """{"features":null}""", 400, "#/features", "null")]
    [InlineData("/score", """{"features":[null,null,null,null]}""", 400, "#/features", "at least one number")]
    [InlineData("/score", """{"features":[1,2,3,"4"]}""", 400, "#/features/3", "could not be converted")]
    [InlineData("/score", """{"features":[1,2,3,"NaN"]}""", 400, "#/features/3", "could not be converted")]
    [InlineData("/score", """{"features":[1,2,NaN,4]}""", 400, "#/features/2", "invalid")]
    [InlineData("/score", """{"features":[1,2,Infinity,4]}""", 400, "#/features/2", "invalid")]
    [InlineData("/score", """{"features":[1,1e39,3,4]}""", 400, "#/features/1", "finite")]
    [InlineData("/score", """{"features":[1,2,3,4],"feature":1}""", 400, "#/feature", "feature")]
    [InlineData("/score", """{"features":[1,2,3,4],"features":[1,2,3,4]}""", 400, "#/features", "duplicate")]
    [InlineData("/score", "{}", 400, "#", "missing required properties")]
    [InlineData("/score", "null", 400, "#", "got null")]
    [InlineData("/score", "", 400, "#", "does not contain any JSON tokens")]
    [InlineData("/score", """{"features":[1,2""", 400, "#/features/1", "end")]
    [InlineData("/score/batch", """{"rows":[]}""", 400, "#/rows", "at least one row")]
    [InlineData("/score/batch", """{"rows":[[1,2,3,4],[1,2,3]]}""", 400, "#/rows/1", "got 3")]
    [InlineData("/score/batch", """{"rows":[[1,2,3,4],null]}""", 400, "#/rows/1", "null")]
    [InlineData("/score/batch", """{"rows":[[1,2,3,4],[1,2,-1e39,4]]}""", 400, "#/rows/1/2", "finite")]
    [InlineData("/score/batch", """{"rows":[[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1]]}""", 413, "#/rows", "at most 10 rows, got 11")]
    public async Task A_mistake_is_told_with_its_place(string route, string body, int status, string place, string detail)
    {
        using var answer = await PostAsync(route, body, "application/json");
        var problem = await ProblemAsync(answer, status);
        Assert.Equal(place, problem.GetProperty("pointer").GetString());
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Null_is_a_missing_value_and_an_anomaly_has_reasons()
    {
        using var usual = await PostAsync("/score", """{"features":[2000,220,null,null]}""", "application/json");
        var normal = await usual.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((false, 0), (normal.GetProperty("isAnomaly").GetBoolean(), normal.GetProperty("reasons").GetArrayLength()));
        using var odd = await PostAsync("/score", """{"features":[2000,220,30,null]}""", "application/json");
        var anomaly = await odd.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(anomaly.GetProperty("isAnomaly").GetBoolean());
        Assert.Equal(("f2", 5), (anomaly.GetProperty("reasons")[0].GetProperty("column").GetString(), anomaly.GetProperty("nearestRows").GetArrayLength()));
    }

    [Fact]
    public async Task Too_many_bytes_are_refused_unread()
    {
        using var answer = await PostAsync("/score", new string(' ', 5000), "application/json");
        await ProblemAsync(answer, 413);
    }

    [Fact]
    public async Task Another_content_type_is_refused()
    {
        using var answer = await PostAsync("/score", "1,2,3,4", "text/csv");
        Assert.Contains("text/csv", (await ProblemAsync(answer, 415)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/scores", 404)]
    [InlineData("/score", 405)]
    public async Task Other_routes_and_methods_are_problems_too(string route, int status)
    {
        using var answer = await running.Service.Http.GetAsync(route);
        await ProblemAsync(answer, status);
    }

    [Fact]
    public async Task The_farthest_finite_row_is_answered_by_finite_numbers()
    {
        using var answer = await PostAsync("/score", """{"features":[3.4e38,-3.4e38,3.4e38,1e-45]}""", "application/json");
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.True(body.RootElement.GetProperty("isAnomaly").GetBoolean());
    }

    private async Task<HttpResponseMessage> PostAsync(string route, string body, string contentType) =>
        await running.Service.Http.PostAsync(route, new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(contentType)));

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage answer, int status)
    {
        Assert.Equal((status, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        return problem;
    }

    /// <summary>One service for all of them: a mistake must not harm the next request.</summary>
    public sealed class Running : IAsyncLifetime
    {
        internal Service Service { get; private set; } = null!;

        public async Task InitializeAsync() => Service = await Service.StartAsync(Service.First.File);

        public async Task DisposeAsync() => await Service.DisposeAsync();
    }
}
