using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Networks;

public class MatrixProductTests
{
    // Sums of at most 70 products of order one in single precision.
    private const double Tolerance = 2e-5;

    public static TheoryData<int, int, int> Shapes => new() { { 1, 1, 1 }, { 3, 5, 2 }, { 2, 17, 9 }, { 70, 3, 33 }, { 4, 64, 16 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forward_is_the_affine_map(int rows, int inputs, int outputs)
    {
        float[] x = TestModels.Normals(rows * inputs, 1), w = TestModels.Normals(outputs * inputs, 2), b = TestModels.Normals(outputs, 3), y = new float[rows * outputs];
        MatrixProduct.Forward(x, w, b, y);
        for (int r = 0; r < rows; r++)
            for (int o = 0; o < outputs; o++)
                Assert.Equal(b[o] + Sum(inputs, i => (double)x[(r * inputs) + i] * w[(o * inputs) + i]), y[(r * outputs) + o], Tolerance);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Input_gradient_is_the_transposed_map(int rows, int inputs, int outputs)
    {
        float[] dy = TestModels.Normals(rows * outputs, 4), w = TestModels.Normals(outputs * inputs, 5), dx = TestModels.Normals(rows * inputs, 6);
        MatrixProduct.InputGradient(dy, w, outputs, dx);
        for (int r = 0; r < rows; r++)
            for (int i = 0; i < inputs; i++)
                Assert.Equal(Sum(outputs, o => (double)dy[(r * outputs) + o] * w[(o * inputs) + i]), dx[(r * inputs) + i], Tolerance);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Weight_gradient_is_added_and_cut_anywhere_gives_the_same_bits(int rows, int inputs, int outputs)
    {
        float[] dy = TestModels.Normals(rows * outputs, 7), x = TestModels.Normals(rows * inputs, 8), dw = new float[outputs * inputs], db = new float[outputs];
        Array.Fill(dw, 1f);
        Array.Fill(db, 2f);
        float[] cutWeights = (float[])dw.Clone(), cutBiases = (float[])db.Clone();
        MatrixProduct.AddWeightGradient(dy, x, 0, outputs, dw, db);
        for (int o = 0; o < outputs; o++)
        {
            Assert.Equal(2 + Sum(rows, r => (double)dy[(r * outputs) + o]), db[o], Tolerance);
            for (int i = 0; i < inputs; i++)
                Assert.Equal(1 + Sum(rows, r => (double)dy[(r * outputs) + o] * x[(r * inputs) + i]), dw[(o * inputs) + i], Tolerance);
            MatrixProduct.AddWeightGradient(dy, x, o, o + 1, cutWeights, cutBiases);
        }
        Assert.Equal(dw, cutWeights);
        Assert.Equal(db, cutBiases);
    }

    private static double Sum(int count, Func<int, double> term) => Enumerable.Range(0, count).Sum(term);
}
