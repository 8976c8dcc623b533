// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML.SearchSpace;

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field, Inherited = false, AllowMultiple = false)]
public sealed class RangeAttribute : Attribute
{
    public RangeAttribute(double min, double max, bool logBase = false) => (Min, Max, LogBase) = (min, max, logBase);
    public RangeAttribute(double min, double max, double init, bool logBase = false) => (Min, Max, Init, LogBase) = (min, max, init, logBase);
    public RangeAttribute(int min, int max, bool logBase = false) => (Min, Max, LogBase) = (min, max, logBase);
    public RangeAttribute(int min, int max, int init, bool logBase = false) => (Min, Max, Init, LogBase) = (min, max, init, logBase);
    public RangeAttribute(float min, float max, bool logBase = false) => (Min, Max, LogBase) = (min, max, logBase);
    public RangeAttribute(float min, float max, float init, bool logBase = false) => (Min, Max, Init, LogBase) = (min, max, init, logBase);

    public object Min { get; }
    public object Max { get; }
    public object Init { get; }
    public bool LogBase { get; }
}

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field, Inherited = false, AllowMultiple = false)]
public sealed class ChoiceAttribute : Attribute
{
    public ChoiceAttribute(params object[] candidates) => Candidates = candidates;
    public ChoiceAttribute(object[] candidates, object defaultValue) => (Candidates, DefaultValue) = (candidates, defaultValue);

    public object[] Candidates { get; }
    public object DefaultValue { get; }
}

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field, Inherited = false, AllowMultiple = false)]
public sealed class BooleanChoiceAttribute : Attribute
{
    public BooleanChoiceAttribute() : this(true) { }
    public BooleanChoiceAttribute(bool defaultValue) => DefaultValue = defaultValue;

    public bool DefaultValue { get; }
}

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field, Inherited = false, AllowMultiple = false)]
public sealed class NestOptionAttribute : Attribute;
