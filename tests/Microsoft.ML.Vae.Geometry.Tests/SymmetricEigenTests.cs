namespace Microsoft.ML.Vae.Geometry.Tests;

public class SymmetricEigenTests
{
    [Fact]
    public void A_matrix_is_its_eigenvalues_between_orthonormal_eigenvectors()
    {
        const int Order = 3;
        const double Rounding = 1e-12;
        double[] a = [4, 1, 0.5, 1, 3, -0.7, 0.5, -0.7, 1], values = [.. a], vectors = new double[Order * Order];
        SymmetricEigen.Decompose(values, vectors, Order);
        for (int r = 0; r < Order; r++)
        {
            for (int c = 0; c < Order; c++)
            {
                Assert.Equal(r == c ? 1 : 0, Sum(k => vectors[(k * Order) + r] * vectors[(k * Order) + c]), Rounding);
                Assert.Equal(a[(r * Order) + c], Sum(k => vectors[(r * Order) + k] * values[(k * Order) + k] * vectors[(c * Order) + k]), Rounding);
            }
        }

        static double Sum(Func<int, double> term) => Enumerable.Range(0, Order).Sum(term);
    }
}
