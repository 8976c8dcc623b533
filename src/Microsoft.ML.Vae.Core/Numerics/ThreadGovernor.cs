namespace Microsoft.ML.Vae.Core;

/// <summary>Decides from measured times whether steps run on all threads or on the caller's alone: small batches do not pay for threads,
/// and a core that another process holds would stall every phase.</summary>
/// <remarks>Both ways give the same bits, so the choice is free. Each is tried for a few steps, the faster is kept for many, and so on.</remarks>
internal sealed class ThreadGovernor
{
    /// <summary>Steps of one trial.</summary>
    public const int TrialSteps = 8;

    /// <summary>Steps between trials: one step in forty is spent on asking.</summary>
    public const int SettledSteps = 300;

    private readonly double[] _trialCosts = new double[2];
    private Stage _stage;
    private int _stepsLeft = TrialSteps;
    private double _sum, _worst;

    private enum Stage
    {
        TryParallel,
        TrySingle,
        Settled,
    }

    /// <summary>Whether the next step should use all threads.</summary>
    public bool Parallel { get; private set; } = true;

    /// <summary>Reports the cost of the step just done, in any unit of time per row.</summary>
    public void Record(double cost)
    {
        (_sum, _worst) = (_sum + cost, Math.Max(_worst, cost));
        if (--_stepsLeft > 0) return;
        if (_stage != Stage.Settled) _trialCosts[(int)_stage] = _sum - _worst; // one step in a trial may be interrupted
        _stage = (Stage)(((int)_stage + 1) % 3);
        Parallel = _stage == Stage.TryParallel || (_stage == Stage.Settled && _trialCosts[(int)Stage.TryParallel] <= _trialCosts[(int)Stage.TrySingle]);
        _stepsLeft = _stage == Stage.Settled ? SettledSteps : TrialSteps;
        (_sum, _worst) = (0, 0);
    }
}
