using System.Numerics.Tensors;

namespace Experiments;

/// <summary>A softmax over standardised features, with or without a hidden layer of ReLU, trained by cross-entropy with Adam in batches of 64.</summary>
internal sealed class Classifier
{
    private const int BatchSize = 64, Classes = ImageSet.Classes;
    private const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;

    private readonly int _features, _hidden;
    private readonly float[] _offset, _scale, _parameters, _gradient, _first, _second, _x, _h, _dh, _logits;

    private Classifier(ReadOnlySpan<float> rows, int features, int hidden, RandomStream random)
    {
        (_features, _hidden) = (features, hidden);
        int inner = hidden == 0 ? features : hidden, layer1 = hidden == 0 ? 0 : hidden * (features + 1);
        (_parameters, _x, _h, _dh, _logits) = (new float[layer1 + (Classes * (inner + 1))], new float[features], new float[inner], new float[inner], new float[Classes]);
        (_gradient, _first, _second) = (new float[_parameters.Length], new float[_parameters.Length], new float[_parameters.Length]);
        (_offset, _scale) = Moments(rows, features);
        random.Normals(_parameters);
        TensorPrimitives.Multiply(_parameters, 1 / MathF.Sqrt(features), _parameters);
    }

    private int Inner => _h.Length;

    private int OutputAt => _hidden * (_features + 1);

    /// <summary>Trains.</summary>
    /// <param name="rows">[n, features].</param>
    /// <param name="labels">[n].</param>
    /// <param name="features">Width of a row.</param>
    /// <param name="hidden">Width of the hidden layer; 0: none.</param>
    /// <param name="epochs">Passes.</param>
    /// <param name="seed">Of order and weights.</param>
    /// <param name="rate">Of the steps; it falls to nothing linearly.</param>
    public static Classifier Train(float[] rows, int[] labels, int features, int hidden, int epochs, int seed, float rate = 3e-3f)
    {
        var random = RandomStream.FromSeed(seed);
        var classifier = new Classifier(rows, features, hidden, random.Split(1));
        int step = 0, steps = epochs * ((labels.Length + BatchSize - 1) / BatchSize);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            foreach (int[] batch in random.Split((ulong)epoch + 2).Permutation(labels.Length).Chunk(BatchSize))
            {
                Array.Clear(classifier._gradient);
                foreach (int r in batch) classifier.AddGradient(rows.AsSpan(r * features, features), labels[r], 1f / batch.Length);
                classifier.Step(++step, rate * (1 - ((float)step / (steps + 1))));
            }
        }
        return classifier;
    }

    /// <summary>Probabilities of the classes; valid until the next call.</summary>
    public ReadOnlySpan<float> Predict(ReadOnlySpan<float> row)
    {
        TensorPrimitives.Subtract(row, _offset, _x);
        TensorPrimitives.Multiply(_x, _scale, _x);
        if (_hidden == 0) _x.CopyTo(_h, 0);
        else for (int j = 0; j < _hidden; j++) _h[j] = Math.Max(0, TensorPrimitives.Dot(_parameters.AsSpan(j * (_features + 1), _features), _x) + _parameters[(j * (_features + 1)) + _features]);
        for (int c = 0; c < Classes; c++)
        {
            var weights = _parameters.AsSpan(OutputAt + (c * (Inner + 1)), Inner + 1);
            _logits[c] = TensorPrimitives.Dot(weights[..^1], _h) + weights[^1];
        }
        TensorPrimitives.SoftMax<float>(_logits, _logits);
        return _logits;
    }

    /// <summary>The likeliest class of each row.</summary>
    public int[] PredictAll(float[] rows) => [.. Enumerable.Range(0, rows.Length / _features).Select(r => TensorPrimitives.IndexOfMax(Predict(rows.AsSpan(r * _features, _features))))];

    public static double Accuracy(int[] predicted, int[] labels) => predicted.Zip(labels).Count(p => p.First == p.Second) / (double)labels.Length;

    /// <summary>F1 of each class.</summary>
    public static double[] F1(int[] predicted, int[] labels) => [.. Enumerable.Range(0, Classes).Select(c =>
    {
        int hits = predicted.Zip(labels).Count(p => p.First == c && p.Second == c), claims = predicted.Count(p => p == c) + labels.Count(l => l == c);
        return claims == 0 ? 0 : 2.0 * hits / claims;
    })];

    private void AddGradient(ReadOnlySpan<float> row, int label, float weight)
    {
        Predict(row);
        _logits[label] -= 1;
        Array.Clear(_dh);
        for (int c = 0; c < Classes; c++)
        {
            float slope = weight * _logits[c];
            var gradient = _gradient.AsSpan(OutputAt + (c * (Inner + 1)), Inner + 1);
            TensorPrimitives.MultiplyAdd(_h, slope, gradient[..^1], gradient[..^1]);
            gradient[^1] += slope;
            if (_hidden > 0) TensorPrimitives.MultiplyAdd(_parameters.AsSpan(OutputAt + (c * (Inner + 1)), Inner), slope, _dh, _dh);
        }
        for (int j = 0; j < _hidden; j++)
        {
            if (_h[j] <= 0) continue;
            var gradient = _gradient.AsSpan(j * (_features + 1), _features + 1);
            TensorPrimitives.MultiplyAdd(_x, _dh[j], gradient[..^1], gradient[..^1]);
            gradient[^1] += _dh[j];
        }
    }

    private void Step(int step, float rate)
    {
        float scale1 = 1 / (1 - MathF.Pow(Beta1, step)), scale2 = 1 / (1 - MathF.Pow(Beta2, step));
        for (int i = 0; i < _parameters.Length; i++)
        {
            float g = _gradient[i];
            _first[i] = (Beta1 * _first[i]) + ((1 - Beta1) * g);
            _second[i] = (Beta2 * _second[i]) + ((1 - Beta2) * g * g);
            _parameters[i] -= rate * _first[i] * scale1 / (MathF.Sqrt(_second[i] * scale2) + Epsilon);
        }
    }

    private static (float[] Offset, float[] Scale) Moments(ReadOnlySpan<float> rows, int features)
    {
        var (mean, square) = (new double[features], new double[features]);
        int n = rows.Length / features;
        for (int i = 0; i < rows.Length; i++)
        {
            mean[i % features] += rows[i] / (double)n;
            square[i % features] += (double)rows[i] * rows[i] / n;
        }
        // What hardly ever varies, as a corner pixel, would be a thousand deviations from its mean when it does.
        const double LeastShare = 0.1;
        double[] deviations = [.. mean.Select((v, i) => Math.Sqrt(Math.Max(0, square[i] - (v * v))))];
        double least = LeastShare * deviations.Average();
        return ([.. mean.Select(v => (float)v)], [.. deviations.Select(d => least > 0 ? (float)(1 / Math.Max(d, least)) : 1f)]);
    }
}
