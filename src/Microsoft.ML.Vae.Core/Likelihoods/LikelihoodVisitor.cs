namespace Microsoft.ML.Vae.Core;

/// <summary>One form of every kind of likelihood, e.g. ONNX or TorchSharp. A kind that is forgotten does not compile.</summary>
/// <typeparam name="T">What it makes of a likelihood.</typeparam>
public abstract class LikelihoodVisitor<T>
{
    /// <summary>Of the squared error.</summary>
    public abstract T Visit(SquaredErrorLikelihood likelihood);

    /// <summary>Of a Gaussian.</summary>
    public abstract T Visit(GaussianLikelihood likelihood);

    /// <summary>Of Student's t.</summary>
    public abstract T Visit(StudentTLikelihood likelihood);

    /// <summary>Of Bernoulli.</summary>
    public abstract T Visit(BernoulliLikelihood likelihood);

    /// <summary>Of categories.</summary>
    public abstract T Visit(CategoricalLikelihood likelihood);

    /// <summary>Of counts.</summary>
    public abstract T Visit(NegativeBinomialLikelihood likelihood);

    /// <summary>Of slots, each with a likelihood of its own.</summary>
    public abstract T Visit(MixedLikelihood likelihood);

    /// <summary>Of the structural similarity.</summary>
    public abstract T Visit(SsimLikelihood likelihood);

    /// <summary>Of a likelihood of the user's own.</summary>
    public abstract T VisitOther(Likelihood likelihood);
}
