using Microsoft.ML.Vae.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>Adam (Kingma and Ba 2015) on flat tensors, with bias correction and optional clipping by the global norm; the managed engines' formula.</summary>
internal sealed class TensorAdam : IDisposable
{
    private readonly EngineSettings _settings;
    private readonly ParameterBlock _likelihood;
    private readonly Tensor _parameters, _first, _second;
    private readonly Scalar _beta1, _rest1, _beta2, _rest2, _epsilon, _one = 1f, _least = 1e-30f, _floor;

    /// <summary>Will change <paramref name="parameters"/> in place.</summary>
    public TensorAdam(Tensor parameters, ParameterBlock likelihood, float likelihoodFloor, EngineSettings settings)
    {
        (_settings, _likelihood, _parameters, _floor) = (settings, likelihood, parameters, likelihoodFloor);
        (_first, _second) = (zeros_like(parameters).DetachFromDisposeScope(), zeros_like(parameters).DetachFromDisposeScope());
        float beta1 = (float)settings.Beta1, beta2 = (float)settings.Beta2;
        (_beta1, _rest1, _beta2, _rest2, _epsilon) = (beta1, 1 - beta1, beta2, 1 - beta2, (float)settings.Epsilon);
    }

    /// <summary>Steps done.</summary>
    public long Steps { get; private set; }

    /// <summary>Changes the parameters; scales <paramref name="gradient"/> in place where it is too long.</summary>
    public void Step(Tensor gradient, in StepSettings step)
    {
        Steps++;
        Clip(gradient, step.MaximumGradientNorm);
        using Scalar correction = (float)(1 / (1 - Math.Pow(_settings.Beta2, Steps)));
        _first.mul_(_beta1).add_(gradient, _rest1);
        _second.mul_(_beta2).addcmul_(gradient, gradient, _rest2);
        var deviation = (_second * correction).sqrt_().add_(_epsilon);
        double rate = step.LearningRate / (1 - Math.Pow(_settings.Beta1, Steps));
        Update(0, _likelihood.Offset, deviation, rate);
        int rest = _likelihood.Offset + _likelihood.Length;
        if (rest < _parameters.numel()) Update(rest, _parameters.numel() - rest, deviation, rate);
        if (_likelihood.Length == 0) return;
        Update(_likelihood.Offset, _likelihood.Length, deviation, rate * _settings.LikelihoodRateFactor);
        _parameters.narrow(0, _likelihood.Offset, _likelihood.Length).clamp_min_(_floor);
    }

    /// <summary>A copy of everything that a step depends on.</summary>
    public EngineState Save() => new(_parameters.ToArray(), _first.ToArray(), _second.ToArray(), Steps);

    /// <summary>Returns to a saved state.</summary>
    public void Load(EngineState state)
    {
        _parameters.copy_(tensor(state.Parameters));
        _first.copy_(tensor(state.FirstMoment));
        _second.copy_(tensor(state.SecondMoment));
        Steps = state.Steps;
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { _first, _second }) tensor.Dispose();
        foreach (var scalar in new[] { _beta1, _rest1, _beta2, _rest2, _epsilon, _one, _least, _floor }) scalar.Dispose();
    }

    // The factor stays on the device: reading it here would make the processor wait for each step.
    private void Clip(Tensor gradient, double maximumNorm)
    {
        if (double.IsPositiveInfinity(maximumNorm)) return;
        using Scalar maximum = maximumNorm;
        var largest = gradient.norm(float.PositiveInfinity).clamp_min_(_least); // whose square may overflow
        var factor = largest.reciprocal() * maximum / (gradient / largest).norm();
        gradient.mul_(factor.clamp_(max: _one));
    }

    private void Update(long from, long count, Tensor deviation, double rate)
    {
        using Scalar minusRate = (float)-rate;
        _parameters.narrow(0, from, count).addcdiv_(_first.narrow(0, from, count), deviation.narrow(0, from, count), minusRate);
    }
}
