using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>The three products of a dense layer, plainly. Each output element sums in one fixed order, whatever the number of rows or threads.</summary>
internal static class MatrixProduct
{
    /// <summary>y[r, o] = b[o] + Σᵢ x[r, i] w[o, i].</summary>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[outputs].</param>
    /// <param name="y">[rows, outputs].</param>
    public static void Forward(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y)
    {
        int outputs = bias.Length, inputs = weight.Length / outputs, rows = y.Length / outputs;
        for (int r = 0; r < rows; r++)
        {
            var row = x.Slice(r * inputs, inputs);
            for (int o = 0; o < outputs; o++) y[(r * outputs) + o] = bias[o] + TensorPrimitives.Dot(row, weight.Slice(o * inputs, inputs));
        }
    }

    /// <summary>dx[r, i] = Σₒ dy[r, o] w[o, i].</summary>
    public static void InputGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> weight, int outputs, Span<float> dx)
    {
        int inputs = weight.Length / outputs, rows = dy.Length / outputs;
        dx[..(rows * inputs)].Clear();
        for (int r = 0; r < rows; r++)
        {
            var target = dx.Slice(r * inputs, inputs);
            for (int o = 0; o < outputs; o++)
                TensorPrimitives.MultiplyAdd(weight.Slice(o * inputs, inputs), dy[(r * outputs) + o], target, target);
        }
    }

    /// <summary>Adds Σᵣ dy[r, o] x[r, i] to dw[o, i] and Σᵣ dy[r, o] to db[o], for outputs first … last−1.</summary>
    public static void AddWeightGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, int first, int last, Span<float> dw, Span<float> db)
    {
        int outputs = db.Length, inputs = dw.Length / outputs, rows = dy.Length / outputs;
        for (int o = first; o < last; o++)
        {
            var target = dw.Slice(o * inputs, inputs);
            double bias = 0;
            for (int r = 0; r < rows; r++)
            {
                float delta = dy[(r * outputs) + o];
                TensorPrimitives.MultiplyAdd(x.Slice(r * inputs, inputs), delta, target, target);
                bias += delta;
            }
            db[o] += (float)bias;
        }
    }
}
