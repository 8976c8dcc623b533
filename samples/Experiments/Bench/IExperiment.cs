namespace Experiments;

/// <summary>One table or figure of a paper.</summary>
internal interface IExperiment
{
    /// <summary>Its command.</summary>
    string Name { get; }

    /// <summary>The paper.</summary>
    string Source { get; }

    /// <summary>What it asks, in a line.</summary>
    string Purpose { get; }

    /// <summary>What of it can be asked for alone, by --only.</summary>
    IReadOnlyList<string> Parts => [];

    /// <summary>Trains what is not trained yet, and reports.</summary>
    Report Run(Study study);
}
