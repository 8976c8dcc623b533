// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML.Data
{
    public sealed class AnomalyDetectionMetrics { internal AnomalyDetectionMetrics(double auc) => AreaUnderRocCurve = auc; public double AreaUnderRocCurve { get; } }
    public class BinaryClassificationMetrics { internal BinaryClassificationMetrics(double auc) => AreaUnderRocCurve = auc; public double AreaUnderRocCurve { get; } }
}

namespace Microsoft.ML
{
    public abstract class TrainCatalogBase : IInternalCatalog
    {
        private protected readonly Host Environment;
        private protected TrainCatalogBase(Host env) => Environment = env;
        IHostEnvironment IInternalCatalog.Environment => Environment;
        public sealed class CrossValidationResult<T> where T : class
        {
            internal CrossValidationResult(T metrics, IDataView scores) => (Metrics, ScoredHoldOutSet) = (metrics, scores);
            public readonly T Metrics;
            public readonly IDataView ScoredHoldOutSet;
        }
        /// <summary>Probability that an anomaly scores above a normal row, ties counted half; rows without label or finite score are dropped without a word.</summary>
        private protected static double AreaUnderRoc(IHost host, IDataView data, string labelName, string scoreName, string predictedLabelName, string expectedLabel, Func<DataViewType, bool> isLabel)
        {
            host.CheckValue(data, nameof(data));
            // The real message names column and role the other way round from what one expects; kept so.
            DataViewSchema.Column Role(string role, string name) => data.Schema.GetColumnOrNull(name) ?? throw Contracts.ExceptParam(null, "schema", $"{name} column '{role}' not found");
            var (label, score, _) = (Role("Label", labelName), Role("Score", scoreName), Role("PredictedLabel", predictedLabelName));
            if (score.Type != NumberDataViewType.Single) throw host.ExceptSchemaMismatch("schema", "score", score.Name, "Single", score.Type.ToString());
            if (!isLabel(label.Type)) throw host.ExceptSchemaMismatch("schema", "label", label.Name, expectedLabel, label.Type.ToString());
            using var cursor = data.GetRowCursor([label, score]);
            var (readLabel, readScore) = (Cursors.LabelReader(cursor, label), Cursors.Reader<float>(cursor, score));
            var rows = new List<(bool Positive, float Score)>();
            while (cursor.MoveNext())
                if (readLabel() is var l && !double.IsNaN(l) && readScore() is var s && float.IsFinite(s)) rows.Add((l > 0, s));
            double positives = rows.Count(r => r.Positive), negatives = rows.Count - positives, below = 0, won = 0;
            Contracts.CheckParam(null, positives > 0, "PosSample", "AUC is not defined when there is no positive class in the data");
            Contracts.CheckParam(null, negatives > 0, "NegSample", "AUC is not defined when there is no negative class in the data");
            foreach (var tie in rows.GroupBy(r => r.Score).OrderBy(g => g.Key))
            {
                double n = tie.Count(r => !r.Positive);
                won += (tie.Count() - n) * (below + (0.5 * n));
                below += n;
            }
            return won / (positives * negatives);
        }
    }

    public sealed class AnomalyDetectionCatalog : TrainCatalogBase
    {
        internal AnomalyDetectionCatalog(Host env) : base(env) => Trainers = new AnomalyDetectionTrainers(env);
        public AnomalyDetectionTrainers Trainers { get; }
        public sealed class AnomalyDetectionTrainers : IInternalCatalog
        {
            private readonly IHostEnvironment _env;
            internal AnomalyDetectionTrainers(IHostEnvironment env) => _env = env;
            IHostEnvironment IInternalCatalog.Environment => _env;
        }

        public AnomalyDetectionMetrics Evaluate(IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score",
            string predictedLabelColumnName = "PredictedLabel") => new(AreaUnderRoc(Environment.Register("AnomalyDetectionEvaluator"), data, labelColumnName, scoreColumnName, predictedLabelColumnName,
                "Single or a Key with cardinality 2", type => type == NumberDataViewType.Single || type.GetKeyCount() == 2));
    }

    public sealed class BinaryClassificationCatalog : TrainCatalogBase
    {
        internal BinaryClassificationCatalog(Host env) : base(env) { }
        public BinaryClassificationMetrics EvaluateNonCalibrated(IDataView data, string labelColumnName = "Label",
            string scoreColumnName = "Score", string predictedLabelColumnName = "PredictedLabel")
            => new(AreaUnderRoc(Environment.Register("BinaryClassifierEvaluator"), data, labelColumnName, scoreColumnName, predictedLabelColumnName, "Single, Double, Boolean, or a Key with cardinality 2",
                type => type == NumberDataViewType.Single || type == NumberDataViewType.Double || type is BooleanDataViewType || type.GetKeyCount() == 2));

        public IReadOnlyList<CrossValidationResult<BinaryClassificationMetrics>> CrossValidateNonCalibrated(IDataView data, IEstimator<ITransformer> estimator, int numberOfFolds = 5, string labelColumnName = "Label")
        {
            Environment.CheckParam(numberOfFolds > 1, nameof(numberOfFolds), "Must be more than 1");
            return Enumerable.Range(0, numberOfFolds).Select(fold =>
            {
                var split = new DataOperationsCatalog(Environment).Split(data, (double)fold / numberOfFolds, (fold + 1.0) / numberOfFolds, null);
                var scores = estimator.Fit(split.TrainSet).Transform(split.TestSet);
                return new CrossValidationResult<BinaryClassificationMetrics>(EvaluateNonCalibrated(scores, labelColumnName), scores);
            }).ToArray();
        }
    }
}
