namespace Microsoft.ML.Vae.Orleans.Tests;

/// <summary>Built without Orleans: what is not tested is said, once per suite.</summary>
public sealed class AbsentTests
{
    private const string HowToRun = "Orleans is absent. Run: dotnet test tests/Microsoft.ML.Vae.Orleans.Tests -p:Orleans=package";

    [Fact(Skip = HowToRun)]
    public void A_cluster_gives_the_bits_of_one_process() { }

    [Fact(Skip = HowToRun)]
    public void A_killed_silo_changes_no_bit() { }

    [Fact(Skip = HowToRun)]
    public void A_corrupt_shard_stops_the_job_with_its_name() { }

    [Fact(Skip = HowToRun)]
    public void A_cancelled_job_goes_on_where_it_stopped() { }

    [Fact(Skip = HowToRun)]
    public void Members_and_jobs_may_lie_in_Postgre_sql() { }
}
