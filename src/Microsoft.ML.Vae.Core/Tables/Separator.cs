namespace Microsoft.ML.Vae.Core;

/// <summary>Finds what separates the fields of a text.</summary>
internal static class Separator
{
    // A comma last: it may stand inside numbers.
    private static ReadOnlySpan<char> Candidates => ['\t', ';', '|', ','];

    /// <summary>That which cuts all records into as many fields; where none does, the one that is most frequent in the first.</summary>
    /// <param name="head">Beginning of the text; a last record that is cut off does not count.</param>
    /// <param name="isWhole">Whether that is the whole text.</param>
    public static char Guess(ReadOnlySpan<char> head, bool isWhole)
    {
        var records = new List<int[]>();
        while (!head.IsEmpty)
        {
            bool isComment = head[0] == TextRecords.Comment;
            var counts = new int[Candidates.Length];
            int length = Count(head, counts);
            if (length == head.Length && !isWhole && records.Count > 0) break;
            if (!isComment && !head[..length].IsWhiteSpace()) records.Add(counts);
            head = head[length..];
        }
        if (records.Count == 0) return ',';
        for (int i = 0; i < Candidates.Length; i++)
            if (records[0][i] > 0 && records.TrueForAll(r => r[i] == records[0][i])) return Candidates[i];
        return records[0].Max() > 0 ? Candidates[Array.IndexOf(records[0], records[0].Max())] : ',';
    }

    // Counts up to the record's end, and returns its length; of a comment, the line's.
    private static int Count(ReadOnlySpan<char> text, int[] counts)
    {
        bool isQuoted = false, isStart = true, isComment = text[0] == TextRecords.Comment;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '"' && !isComment && (isQuoted || isStart)) isQuoted = !isQuoted;
            else if (c == '\n' && !isQuoted) return i + 1;
            int candidate = isQuoted ? -1 : Candidates.IndexOf(c);
            if (candidate >= 0) counts[candidate]++;
            // A quote may open after a separator, and again right after it closed, where it is doubled.
            isStart = candidate >= 0 || c == '"' || (isStart && c == ' ');
        }
        return text.Length;
    }
}
