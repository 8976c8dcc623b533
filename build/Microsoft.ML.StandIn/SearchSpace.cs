// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML.SearchSpace;
/// <summary>A number between two bounds; with a logarithmic base, every ratio is as likely as every other.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field, Inherited = false)]
public sealed class RangeAttribute : Attribute
{
    public RangeAttribute(double min, double max, double init, bool logBase = false) => (Min, Max, Init, LogBase) = (min, max, init, logBase);
    public RangeAttribute(int min, int max, int init, bool logBase = false) => (Min, Max, Init, LogBase) = (min, max, init, logBase);
    public object Min { get; }
    public object Max { get; }
    public object Init { get; }
    public bool LogBase { get; }
}
/// <summary>One of several values.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field, Inherited = false)]
public sealed class ChoiceAttribute(object[] candidates, object defaultValue) : Attribute
{
    public object[] Candidates { get; } = candidates;
    public object DefaultValue { get; } = defaultValue;
}
