using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae.Core;

/// <summary><see cref="IsometricCoordinates"/> as ONNX nodes: a piecewise linear map is a line plus one hinge per inner knot.</summary>
internal static class CoordinateNodes
{
    /// <summary>Coordinates of the first <paramref name="count"/> latents of <paramref name="order"/>: [N, count] from means [N, n].</summary>
    public static string Project(OnnxGraph graph, IsometricCoordinates coordinates, IReadOnlyList<int> order, int count, string mean)
    {
        int[] latents = [.. order.Take(count)];
        int hinges = latents.Max(j => coordinates.Knots[j].Length - 1);
        var (knots, changes, starts) = (new double[count * hinges], new double[count * hinges], new double[count]);
        for (int k = 0; k < count; k++)
        {
            var (x, y) = (coordinates.Knots[latents[k]], coordinates.Values[latents[k]]);
            starts[k] = y[0];
            double slope = 0;
            for (int b = 0; b < x.Length - 1; b++)
            {
                double next = ((double)y[b + 1] - y[b]) / ((double)x[b + 1] - x[b]);
                (knots[(k * hinges) + b], changes[(k * hinges) + b], slope) = (x[b], next - slope, next);
            }
        }
        return Hinges(graph, graph.GatherColumns(mean, latents), knots, changes, starts, hinges);
    }

    // y = y₀ + Σ_b (s_b − s_{b−1}) max(μ − k_b, 0), but for the first: its line goes on to the left.
    private static string Hinges(OnnxGraph graph, string mean, double[] knots, double[] changes, double[] starts, int hinges)
    {
        int count = starts.Length;
        string difference = graph.Node("Sub", graph.Cast(graph.Reshape(mean, 0, count, 1), Element.Double), graph.Constant<double>(knots, count, hinges));
        var floors = new double[hinges];
        floors[0] = double.NegativeInfinity;
        string parts = graph.Node("Mul", graph.Node("Max", difference, graph.Constant<double>(floors, hinges)), graph.Constant<double>(changes, count, hinges));
        string y = graph.Node("Add", graph.Reshape(graph.SumLast(parts), 0, count), graph.Constant<double>(starts, count));
        return graph.Node("Where", graph.Node("IsNaN", mean), graph.Scalar(float.NaN), graph.Cast(y, Element.Single));
    }
}
