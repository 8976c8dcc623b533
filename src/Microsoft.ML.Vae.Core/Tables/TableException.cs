namespace Microsoft.ML.Vae.Core;

/// <summary>A table, or what tells how it is read, cannot serve. The message is one line that says where and why, and what to do.</summary>
public sealed class TableException : FormatException
{
    /// <summary>Without a message.</summary>
    public TableException() { }

    /// <summary>With a message.</summary>
    public TableException(string message) : base(message) { }

    /// <summary>With a message and what caused it.</summary>
    public TableException(string message, Exception innerException) : base(message, innerException) { }
}
