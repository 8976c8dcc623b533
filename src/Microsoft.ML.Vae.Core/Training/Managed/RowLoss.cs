namespace Microsoft.ML.Vae.Core;

/// <summary>Makes the fastest loss of a likelihood.</summary>
internal static class RowLoss
{
    public static IRowLoss Create(Likelihood likelihood, int features, int threads) =>
        Lanes512.IsSupported ? Create<Lanes512>(likelihood, features, threads)
        : Lanes256.IsSupported ? Create<Lanes256>(likelihood, features, threads)
        : Create<Lanes128>(likelihood, features, threads);

    public static IRowLoss Create<T>(Likelihood likelihood, int features, int threads) where T : unmanaged, ILanes<T> => likelihood switch
    {
        SquaredErrorLikelihood or GaussianLikelihood => new QuadraticLoss<T>(likelihood, features),
        BernoulliLikelihood => new BernoulliLoss<T>(features),
        _ => new GeneralLoss(likelihood, features, threads),
    };
}
