using System.Buffers;
using System.Text;

namespace Microsoft.ML.Vae.Tool;

/// <summary>row, columns handed through, score, p_value, is_anomaly, reasons. A row without a score has empty fields.</summary>
internal sealed class CsvSink : ScoreSink
{
    private readonly FileTarget _target;
    private readonly bool _hasReasons;

    public CsvSink(FileTarget target, IReadOnlyList<string> carried, bool hasReasons)
    {
        (_target, _hasReasons) = (target, hasReasons);
        _target.Write(Encoding.UTF8.GetBytes(string.Join(',', (string[])["row", .. carried.Select(Quoted), "score", "p_value", "is_anomaly", .. hasReasons ? ["reasons"] : Array.Empty<string>()]) + "\n"));
    }

    public override void Format(RowBlock block)
    {
        var text = block.Text;
        for (int r = 0; r < block.Count; r++)
        {
            text.Number(block.Numbers[r]);
            foreach (string field in block.Carried[r] ?? [])
            {
                text.Byte(',');
                text.Text(Quoted(field));
            }
            text.Byte(',');
            if (!float.IsNaN(block.Scores[r])) text.Number(block.Scores[r]);
            text.Byte(',');
            if (!float.IsNaN(block.Scores[r])) text.Number(block.PValues[r]);
            text.Byte(',');
            text.Byte(block.Flags[r] ? '1' : '0');
            if (_hasReasons)
            {
                text.Byte(',');
                text.Text(Quoted(block.Reasons[r]));
            }
            text.Byte('\n');
        }
    }

    public override void Write(RowBlock block) => _target.Write(block.Text.WrittenSpan);

    public override string? Commit() => _target.Commit();

    public override void Dispose() => _target.Dispose();

    private static string Quoted(string field) =>
        field.AsSpan().IndexOfAny(',', '"', '\n') < 0 && !field.Contains('\r', StringComparison.Ordinal) ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
