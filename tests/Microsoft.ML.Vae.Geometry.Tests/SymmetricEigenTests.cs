namespace Microsoft.ML.Vae.Geometry.Tests;

public class SymmetricEigenTests
{
    [Fact]
    public void Eigenvectors_turn_a_matrix_into_its_eigenvalues()
    {
        const double Rounding = 1e-12;
        double[] a = [4, 1, 0.5, 1, 3, -0.7, 0.5, -0.7, 1], values = [.. a], vectors = new double[9];
        SymmetricEigen.Decompose(values, vectors, 3);
        for (int i = 0; i < 3; i++)
            for (int r = 0; r < 3; r++)
                Assert.Equal(values[4 * i] * vectors[(r * 3) + i], Enumerable.Range(0, 3).Sum(c => a[(r * 3) + c] * vectors[(c * 3) + i]), Rounding);
    }
}
