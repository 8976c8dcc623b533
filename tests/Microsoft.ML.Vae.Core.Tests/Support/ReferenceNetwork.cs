namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>Networks a second time, in double precision, by nested loops over what the formulas name.</summary>
internal static class ReferenceNetwork
{
    public static double[] Run(IReadOnlyList<PlacedLayer> layers, double[] parameters, double[] x) => layers.Aggregate(x, (values, layer) => Run(layer, parameters, values));

    public static double Activate(Activation activation, double x) => activation switch
    {
        Activation.Linear => x,
        Activation.Tanh => Math.Tanh(x),
        Activation.Relu => Math.Max(0, x),
        Activation.Softplus => Math.Log(1 + Math.Exp(x)),
        Activation.Sigmoid => 1 / (1 + Math.Exp(-x)),
        Activation.Elu => x > 0 ? x : Math.Exp(x) - 1,
        Activation.Silu => x / (1 + Math.Exp(-x)),
        Activation.Gelu => x * NormalCdf(x),
    };

    private static double[] Run(PlacedLayer placed, double[] parameters, double[] x) => placed.Layer switch
    {
        Core.Dense => Dense(placed, parameters, x),
        Convolution c => Convolution(c, placed, parameters, x),
        TransposedConvolution t => Transposed(t, placed, parameters, x),
        Elementwise e => [.. x.Select(v => Activate(e.Activation, v))],
        Reshape => x,
        Softmax s => Softmax(s, x),
        SideBySide p => [.. p.Branches.SelectMany((b, i) => Run([PlacedLayer.WithoutParameters(b.Layer, Shape.Vector(b.Length))], [], x[p.Branches.Take(i).Sum(c => c.Length)..][..b.Length]))],
        DivisiveNormalization d => d.Exact(x, [.. placed.Blocks.SelectMany(b => parameters[b.Offset..(b.Offset + b.Length)])]),
        var other => throw new NotSupportedException(other.Kind),
    };

    private static double[] Dense(PlacedLayer at, double[] p, double[] x) =>
        [.. Enumerable.Range(0, at.Weight.Rows).Select(o => p[at.Bias.Offset + o] + x.Select((v, i) => v * p[at.Weight.Offset + (o * x.Length) + i]).Sum())];

    // y[u, v, o] = b[o] + Σ w[o, i, j, c] x[s u + i − p, s v + j − p, c], p half the kernel.
    private static double[] Convolution(Convolution layer, PlacedLayer at, double[] p, double[] x)
    {
        var y = new double[at.Output.Length];
        Visit(layer.Kernel, layer.Stride, at.Output, at.Input, (place, pixel, tap) =>
        {
            for (int o = 0; o < at.Output.Channels; o++)
                for (int c = 0; c < at.Input.Channels; c++)
                    y[(place * at.Output.Channels) + o] += p[at.Weight.Offset + (o * at.Weight.Columns) + (tap * at.Input.Channels) + c] * x[(pixel * at.Input.Channels) + c];
        });
        for (int i = 0; i < y.Length; i++) y[i] += p[at.Bias.Offset + (i % at.Output.Channels)];
        return y;
    }

    // The adjoint: y[s u + i − p, s v + j − p, o] += w[c, i, j, o] x[u, v, c].
    private static double[] Transposed(TransposedConvolution layer, PlacedLayer at, double[] p, double[] x)
    {
        var y = new double[at.Output.Length];
        Visit(layer.Kernel, layer.Stride, at.Input, at.Output, (place, pixel, tap) =>
        {
            for (int o = 0; o < at.Output.Channels; o++)
                for (int c = 0; c < at.Input.Channels; c++)
                    y[(pixel * at.Output.Channels) + o] += p[at.Weight.Offset + (c * at.Weight.Columns) + (tap * at.Output.Channels) + o] * x[(place * at.Input.Channels) + c];
        });
        for (int i = 0; i < y.Length; i++) y[i] += p[at.Bias.Offset + (i % at.Output.Channels)];
        return y;
    }

    private static void Visit(int kernel, int stride, Shape places, Shape image, Action<int, int, int> visit)
    {
        for (int u = 0; u < places.Height; u++)
            for (int v = 0; v < places.Width; v++)
                for (int i = 0; i < kernel; i++)
                    for (int j = 0; j < kernel; j++)
                    {
                        int row = (stride * u) + i - (kernel / 2), column = (stride * v) + j - (kernel / 2);
                        if (row < 0 || row >= image.Height || column < 0 || column >= image.Width) continue;
                        visit((u * places.Width) + v, (row * image.Width) + column, (i * kernel) + j);
                    }
    }

    private static double[] Softmax(Softmax layer, double[] x)
    {
        var (y, first) = (new double[x.Length], 0);
        foreach (int length in layer.Lengths)
        {
            double total = x.Skip(first).Take(length).Sum(Math.Exp);
            for (int i = first; i < first + length; i++) y[i] = Math.Exp(x[i]) / total;
            first += length;
        }
        return y;
    }

    // Simpson's rule over the density: slow, and independent.
    private static double NormalCdf(double x)
    {
        const int Pieces = 400;
        double h = x / Pieces, sum = Density(0) + Density(x);
        for (int i = 1; i < Pieces; i++) sum += (i % 2 == 1 ? 4 : 2) * Density(i * h);
        return 0.5 + (sum * h / 3);
    }

    private static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
}
