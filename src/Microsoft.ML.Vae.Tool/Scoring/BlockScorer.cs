namespace Microsoft.ML.Vae.Tool;

/// <summary>Scores blocks. Owns its buffers: one per thread.</summary>
internal sealed class BlockScorer(AnomalyModel model, int capacity, int reasons)
{
    private readonly AnomalyScorer _scorer = new(model, capacity);
    private readonly Explainer? _explainer = reasons > 0 ? new Explainer(model) : null;

    public void Score(RowBlock block)
    {
        int m = model.Vae.InputCount;
        _scorer.Score(block.Features.AsSpan(0, block.Count * m), block.Count, VaeOutputs.Loss);
        for (int r = 0; r < block.Count; r++)
        {
            float score = block.Scores[r] = VaeScorer.ToColumn(_scorer.Scores[r]);
            (block.PValues[r], block.Flags[r]) = (model.Calibration.PValue(score), score > model.Threshold);
            block.Reasons[r] = block.Flags[r] && _explainer is not null ? string.Join("; ", _explainer.Explain(block.Features.AsSpan(r * m, m), reasons)) : "";
        }
    }
}
