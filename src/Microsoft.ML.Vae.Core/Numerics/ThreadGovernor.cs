namespace Microsoft.ML.Vae.Core;

/// <summary>Decides from measured times whether steps run on all threads or on the caller's alone: small batches do not pay for threads,
/// and a core that another process holds would stall every phase.</summary>
/// <remarks>Both ways give the same bits, so the choice is free. Each is tried for a few steps, the faster is kept for many, and so on.</remarks>
internal sealed class ThreadGovernor
{
    /// <summary>Steps of one trial that count.</summary>
    public const int TrialSteps = 8;

    /// <summary>Steps between trials at least: one step in forty is spent on asking.</summary>
    public const int SettledSteps = 300;

    /// <summary>Not counted when threads that were parked are tried: a scheduler may first wake them on the caller's own core, and take its time to move them.</summary>
    public const double WakingSeconds = 0.02;

    /// <summary>Time between trials at least: forty times what waking costs.</summary>
    public const double SettledSeconds = 40 * WakingSeconds;

    private readonly double[] _trialCosts = new double[2];
    private Stage _stage;
    private double _elapsed, _waking = WakingSeconds, _sum, _worst;
    private int _steps;

    private enum Stage
    {
        TryParallel,
        TrySingle,
        Settled,
    }

    /// <summary>Whether the next step should use all threads.</summary>
    public bool Parallel { get; private set; } = true;

    private bool IsStageOver => _stage == Stage.Settled ? _steps >= SettledSteps && _elapsed >= SettledSeconds : _steps >= TrialSteps;

    /// <summary>Reports the step just done.</summary>
    /// <param name="seconds">Its time.</param>
    /// <param name="rows">Its rows.</param>
    public void Record(double seconds, int rows)
    {
        _elapsed += seconds;
        if (_elapsed < _waking) return;
        double cost = seconds / rows;
        (_sum, _worst, _steps) = (_sum + cost, Math.Max(_worst, cost), _steps + 1);
        if (IsStageOver) Advance();
    }

    private void Advance()
    {
        if (_stage != Stage.Settled) _trialCosts[(int)_stage] = _sum - _worst; // one step in a trial may be interrupted
        bool wereParked = !Parallel;
        _stage = (Stage)(((int)_stage + 1) % 3);
        Parallel = _stage == Stage.TryParallel || (_stage == Stage.Settled && _trialCosts[(int)Stage.TryParallel] <= _trialCosts[(int)Stage.TrySingle]);
        _waking = Parallel && wereParked ? WakingSeconds : 0;
        (_elapsed, _sum, _worst, _steps) = (0, 0, 0, 0);
    }
}
