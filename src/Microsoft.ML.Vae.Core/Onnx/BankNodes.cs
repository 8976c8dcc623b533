using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae.Core;

/// <summary><see cref="BankScorer"/> as ONNX nodes, double precision: distances by a product, the nearest by TopK, the affine combinations by Gauss–Jordan elimination, unrolled.</summary>
/// <param name="graph">Receives the nodes.</param>
/// <param name="bank">The known rows.</param>
/// <param name="scaled">[N, m], single precision.</param>
/// <param name="mean">μ, [N, n], single precision.</param>
internal sealed class BankNodes(OnnxGraph graph, ReferenceBank bank, string scaled, string mean)
{
    // Nothing is divided by less; squares of differences are 0 or above it.
    private const double Smallest = 1e-300;

    private readonly int _m = bank.FeatureCount, _n = bank.LatentScales.Length, _active = bank.ActiveLatents.Length;
    private readonly int _wide = Math.Min(ReferenceBank.WideCount, bank.Count), _near = Math.Min(ReferenceBank.NearestCount, bank.Count);

    /// <summary>Each feature's part due to the known rows, [N, m].</summary>
    public string Features => field ??= graph.Node("Sub", Residuals(), Level());

    /// <summary>Each latent's part, [N, n].</summary>
    public string Latents => field ??= _active == 0 ? graph.Node("Where", graph.Node("IsNaN", mean), graph.Scalar(0.0), graph.Scalar(0.0)) : Displacement();

    /// <summary>Indices of the nearest, [N, k].</summary>
    public string Nearest => field ??= graph.Slice(Found, 0, _near);

    // [N, wide]
    private string Found => field ??= Search();

    private string Row => field ??= graph.Node("Clip", scaled, graph.Scalar(-BankScorer.Farthest), graph.Scalar(BankScorer.Farthest));

    private string Weights => field ??= Buffer(1, _m);

    private string Known => field ??= Buffer(0, bank.Count, _m);

    // [N, m] and [count, m] in the metric of the search.
    private string Searched => field ??= Double(graph.Node("Mul", Row, Weights));

    private string KnownSearched => field ??= Double(graph.Node("Mul", Known, Weights));

    // [N, wide, m], the row less each of its neighbours.
    private string Neighbours => field ??= Double(graph.Node("Gather", Known, Found));

    private string ExactRow => field ??= Double(graph.Reshape(Row, 0, 1, _m));

    private string Search()
    {
        string squares = graph.SumLast(Square(Searched)), known = graph.Reshape(graph.SumLast(Square(KnownSearched)), 1, -1);
        string product = graph.Node("MatMul", Searched, graph.Transpose(KnownSearched, 1, 0));
        string distance = graph.Node("Add", squares, graph.Node("Sub", known, graph.Node("Mul", graph.Scalar(2.0), product)));
        return graph.SmallestIndices(graph.Node("Round", graph.Node("Mul", distance, graph.Scalar(1 / NearestRows.Quantum))), _wide);
    }

    private string Residuals()
    {
        string single = Log1P(graph.Node("Mul", Square(graph.Node("Sub", ExactRow, graph.Slice(Neighbours, 0, _near))), Precision(5)));
        string sum = graph.Node("Mul", graph.Scalar(KnownRowResidual.HalfDegrees / _near), graph.SumDraws(single));
        string differences = graph.Node("Sub", Double(graph.Node("Gather", graph.Node("Mul", Known, Weights), Found)), graph.Reshape(Searched, 0, 1, _m));
        string gram = graph.Node("MatMul", differences, graph.Transpose(differences, 0, 2, 1));
        foreach (var (size, precision) in new[] { (_near, Precision(6)), (_wide, Precision(7)) })
        {
            string combined = graph.Node("MatMul", Combination(gram, size), graph.Slice(Neighbours, 0, size));
            string residual = Log1P(graph.Node("Mul", Square(graph.Reshape(graph.Node("Sub", ExactRow, combined), 0, _m)), precision));
            sum = graph.Node("Add", sum, graph.Node("Mul", graph.Scalar(0.5 * KnownRowResidual.HalfDegrees), residual));
        }
        return bank.Categories is { } categories ? Surprise(categories, sum) : sum;
    }

    // ω of the first so many neighbours, [N, 1, size]: the last column of (G + λI | 1) once every column before it is a unit vector.
    private string Combination(string gram, int size)
    {
        var identity = new double[size * size];
        for (int k = 0; k < size; k++) identity[k * (size + 1)] = 1;
        string unit = graph.Constant<double>(identity, size, size), part = graph.SliceAxis(graph.Slice(gram, 0, size), 0, size, 2);
        string trace = graph.SumLast(graph.Reshape(graph.Node("Mul", part, unit), 0, 1, size * size));
        string ridge = graph.Node("Where", graph.Node("Greater", trace, graph.Scalar(0.0)), graph.Node("Mul", trace, graph.Scalar(AffineCombination.Ridge / size)), graph.Scalar(1.0));
        string ones = graph.Node("Add", graph.Node("Mul", graph.SliceAxis(part, 0, 1, 2), graph.Scalar(0.0)), graph.Scalar(1.0));
        string rest = graph.Node("Concat", [graph.Node("Add", part, graph.Node("Mul", ridge, unit)), ones], OnnxGraph.Integer("axis", 2));
        for (int k = 0; k < size; k++)
        {
            string row = graph.Slice(rest, k, k + 1), column = graph.SliceAxis(rest, k, k + 1, 2);
            string scaledRow = graph.Node("Div", row, graph.SliceAxis(row, k, k + 1, 2));
            string change = graph.Node("Sub", column, graph.Constant<double>(identity.AsSpan(k * size, size), size, 1));
            rest = graph.Node("Sub", rest, graph.Node("Mul", change, scaledRow));
        }
        string weights = graph.Transpose(graph.SliceAxis(rest, size, size + 1, 2), 0, 2, 1);
        return graph.Node("Div", weights, graph.SumLast(weights));
    }

    // As ReferenceCategories computes it, in place of the residuals of numbers.
    private string Surprise(ReferenceCategories categories, string residuals)
    {
        var (isCategory, isFlag, together, prior, unseen) = (new float[_m], new float[_m], new float[_m * _m], new double[_m], new double[_m]);
        Array.Fill(prior, 0.5);
        foreach (var (first, length) in categories.Blocks)
        {
            for (int i = first; i < first + length; i++)
            {
                (isCategory[i], isFlag[i], prior[i], unseen[i]) = (1, length == 1 ? 1 : 0, ReferenceCategories.PriorRows * categories.Share(i), categories.Unseen(i));
                together.AsSpan((i * _m) + first, length).Fill(1);
            }
        }
        string x = Unit(graph.Reshape(ExactRow, 0, _m)), sum = graph.Node("Add", graph.SumDraws(Unit(Neighbours)), graph.Constant<double>(prior, _m));
        string p = graph.Node("Div", sum, graph.Scalar(_wide + ReferenceCategories.PriorRows)), one = graph.Scalar(1.0);
        string other = graph.Node("Where", Mask(isFlag), Divergence(graph.Node("Sub", one, x), graph.Node("Sub", one, p)), graph.Scalar(0.0));
        string found = graph.Node("MatMul", graph.Node("Abs", graph.Cast(Row, Element.Single)), graph.Constant<float>(together, _m, _m));
        string isUnseen = graph.Node("And", graph.Node("Equal", found, graph.Scalar(0f)), Mask([.. isCategory.Zip(isFlag, (c, f) => c - f)]));
        string terms = graph.Node("Where", isUnseen, graph.Constant<double>(unseen, _m), graph.Node("Add", Divergence(x, p), other));
        return graph.Node("Where", Mask(isCategory), graph.Node("Mul", graph.Scalar(ReferenceCategories.Weight), terms), residuals);
    }

    private string Mask(float[] values) => graph.Cast(graph.Constant<float>(values, _m), Element.Bool);

    private string Unit(string value) => graph.Node("Clip", value, graph.Scalar(0.0), graph.Scalar(1.0));

    // x ln(x/p) − x + p; of a number, whose p means nothing, anything.
    private string Divergence(string x, string p)
    {
        string logs = graph.Node("Sub", graph.Node("Log", graph.Node("Max", x, graph.Scalar(Smallest))), graph.Node("Log", graph.Node("Max", p, graph.Scalar(Smallest))));
        return graph.Node("Add", graph.Node("Sub", graph.Node("Mul", x, logs), x), p);
    }

    private string Level() => graph.Node(
        "Mul", graph.Scalar(BankScorer.LevelShare / _wide), graph.SumDraws(Double(graph.Node("Gather", Buffer(4, bank.Count, _m), Found))));

    private string Displacement()
    {
        float[] scales = [.. bank.ActiveLatents.Select(j => bank.LatentScales[j])];
        string y = graph.Node("Mul", graph.GatherColumns(mean, bank.ActiveLatents), graph.Constant<float>(scales, _active));
        string bounded = graph.Node("Clip", y, graph.Scalar(-BankScorer.Farthest), graph.Scalar(BankScorer.Farthest));
        string own = Double(graph.Reshape(graph.Node("Where", graph.Node("IsNaN", y), graph.Scalar(BankScorer.Farthest), bounded), 0, 1, _active));
        string each = Square(graph.Node("Sub", own, Double(graph.Node("Gather", Buffer(3, bank.Count, _active), Nearest)))), squares = graph.SumLast(each);
        string term = graph.Node(
            "Mul", graph.Scalar(BankScorer.Share * 0.5 * _active / _near), Log1P(graph.Node("Div", squares, graph.Scalar(BankScorer.LeastLatentVariance * _active))));
        string parts = graph.SumDraws(graph.Node("Mul", term, graph.Node("Div", each, graph.Node("Max", squares, graph.Scalar(Smallest)))));
        var places = new double[_active * _n];
        for (int a = 0; a < _active; a++) places[(a * _n) + bank.ActiveLatents[a]] = 1;
        return graph.Node("MatMul", parts, graph.Constant<double>(places, _active, _n));
    }

    private string Precision(int buffer) => Double(Buffer(buffer, _m));

    private string Buffer(int index, params ReadOnlySpan<long> shape) => graph.Constant<float>(OnnxNames.Bank(index), bank.Buffers[index], shape);

    private string Double(string value) => graph.Cast(value, Element.Double);

    private string Square(string value) => graph.Node("Mul", value, value);

    private string Log1P(string value) => graph.Node("Log", graph.Node("Add", graph.Scalar(1.0), value));
}
