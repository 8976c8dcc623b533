using System.Text.Json;

namespace Microsoft.ML.Vae.Tool;

/// <summary>One JSON object a line: row, columns handed through, score, p_value, is_anomaly, reasons. null: the row has no score.</summary>
internal sealed class JsonLinesSink(FileTarget target, IReadOnlyList<string> carried, bool hasReasons) : ScoreSink
{
    private readonly JsonEncodedText[] _names = [.. carried.Select(c => JsonEncodedText.Encode(c))];

    public override void Format(RowBlock block)
    {
        var text = block.Text;
        for (int r = 0; r < block.Count; r++)
        {
            text.Text("{\"row\":");
            text.Number(block.Numbers[r]);
            for (int i = 0; i < _names.Length; i++) text.Text($",\"{_names[i]}\":\"{JsonEncodedText.Encode(block.Carried[r][i])}\"");
            bool isScored = !float.IsNaN(block.Scores[r]);
            text.Text(",\"score\":");
            if (isScored) text.Number(block.Scores[r]);
            else text.Text("null");
            text.Text(",\"p_value\":");
            if (isScored) text.Number(block.PValues[r]);
            else text.Text("null");
            text.Text(block.Flags[r] ? ",\"is_anomaly\":true" : ",\"is_anomaly\":false");
            if (hasReasons) text.Text($",\"reasons\":\"{JsonEncodedText.Encode(block.Reasons[r])}\"");
            text.Text("}\n");
        }
    }

    public override void Write(RowBlock block) => target.Write(block.Text.WrittenSpan);

    public override string? Commit() => target.Commit();

    public override void Dispose() => target.Dispose();
}
