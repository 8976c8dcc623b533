using System.Data.Common;
using Microsoft.ML;
using Microsoft.ML.Data;

/// <summary>Rows of a database as a data view with the columns Id and Features; every pass runs the query anew, and holds one row at a time.</summary>
/// <param name="Provider">Any ADO.NET provider; here SqliteFactory.Instance.</param>
/// <param name="ConnectionString">The provider's.</param>
/// <param name="Sql">Selects a whole number that identifies the row, then the features in order.</param>
/// <param name="FeatureNames">Names of the features.</param>
internal sealed record FeatureQuery(DbProviderFactory Provider, string ConnectionString, string Sql, IReadOnlyList<string> FeatureNames)
{
#if MLNET_PACKAGE
    /// <summary>By ML.NET's own loader.</summary>
    public IDataView Load(MLContext ml)
    {
        var loader = ml.Data.CreateDatabaseLoader(
        [
            new DatabaseLoader.Column("Id", System.Data.DbType.Int64, 0),
            .. FeatureNames.Select((name, i) => new DatabaseLoader.Column(name, System.Data.DbType.Single, i + 1)),
        ]);
        var rows = loader.Load(new DatabaseSource(Provider, ConnectionString, Sql));
        return ml.Transforms.Concatenate("Features", [.. FeatureNames]).Fit(rows).Transform(rows);
    }
#else
    /// <summary>By <see cref="SqlRows"/>: the stand-in for Microsoft.ML has no database loader.</summary>
    public IDataView Load(MLContext ml) => LoadRows(ml);
#endif

    /// <summary>By <see cref="SqlRows"/>, with any Microsoft.ML.</summary>
    public IDataView LoadRows(MLContext ml) => FeatureRow.View(ml, new SqlRows(this), FeatureNames);
}
