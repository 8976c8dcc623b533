// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using Microsoft.ML.Data;

namespace Microsoft.ML;

public static class DebuggerExtensions
{
    public static DataDebuggerPreview Preview(this IDataView data, int maxRows = 100) => new(data, maxRows);
    public static DataDebuggerPreview Preview(this ITransformer transformer, IDataView data, int maxRows = 100) => new(transformer.Transform(data), maxRows);
}
