namespace Microsoft.ML.Vae.Core;

/// <summary>Which latents move a decoder most: by the squared weights that its first layer gives them.</summary>
internal static class LatentInfluence
{
    /// <summary>All latents, the most influential first; in their own order where the first layer is not dense.</summary>
    public static int[] Order(VaeModel model)
    {
        var first = model.Parameters.Layout.Decoder[0];
        int[] latents = [.. Enumerable.Range(0, model.LatentDimension)];
        if (first.Layer is not Dense) return latents;
        var weights = model.Parameters[first.Weight];
        var squares = new double[latents.Length];
        for (int i = 0; i < weights.Length; i++) squares[i % latents.Length] += (double)weights[i] * weights[i];
        return [.. latents.OrderByDescending(j => squares[j])];
    }
}
