namespace Microsoft.ML.Vae.Core;

/// <summary>Any likelihood, through its public functions: right for likelihoods of the user's own, at their speed.</summary>
internal sealed unsafe class GeneralLoss : IRowLoss
{
    private readonly Likelihood _likelihood;
    private readonly int _features;
    private readonly double[][] _terms;
    private readonly float[][] _targets, _gradients;
    private float[] _parameters = [];

    public GeneralLoss(Likelihood likelihood, int features, int threads)
    {
        (_likelihood, _features) = (likelihood, features);
        _terms = [.. Enumerable.Range(0, threads).Select(_ => new double[features])];
        _targets = [.. Enumerable.Range(0, threads).Select(_ => new float[features])];
        _gradients = [.. Enumerable.Range(0, threads).Select(_ => new float[features])];
    }

    public void Prepare(ReadOnlySpan<float> parameters)
    {
        if (_parameters.Length != parameters.Length) _parameters = new float[parameters.Length];
        parameters.CopyTo(_parameters);
    }

    public double LogLikelihoodAtMode(float* x) => _likelihood.LogLikelihoodAtMode(Span(x), _parameters);

    public double Distortion(float* x, float* output, float* delta, float weight, int thread)
    {
        _likelihood.Distortion(Span(x), Span(output), _parameters, _terms[thread]);
        _likelihood.OutputGradient(Span(x), Span(output), _parameters, Span(delta));
        foreach (ref float d in Span(delta)) d *= weight;
        double sum = 0;
        foreach (double term in _terms[thread]) sum += term;
        return sum;
    }

    public double CodingDistortion(float* outputAtMean, float* output, float* delta, float* deltaAtMean, float weight, int thread)
    {
        float[] target = _targets[thread], gradient = _gradients[thread];
        Span(outputAtMean).CopyTo(target);
        _likelihood.Link.Apply(target);
        fixed (float* x = target)
        {
            double distortion = Distortion(x, output, delta, weight, thread);
            _likelihood.TargetGradient(target, Span(output), _parameters, gradient);
            _likelihood.Link.Backward(target, gradient);
            for (int i = 0; i < _features; i++) deltaAtMean[i] += weight * gradient[i];
            return distortion;
        }
    }

    public void AddTerms(float* x, float* output, float* sums, int thread)
    {
        double[] terms = _terms[thread];
        _likelihood.Distortion(Span(x), Span(output), _parameters, terms);
        for (int i = 0; i < _features; i++) sums[i] += (float)terms[i];
    }

    public double TermAtMode(float x) => 0;

    private Span<float> Span(float* row) => new(row, _features);
}
