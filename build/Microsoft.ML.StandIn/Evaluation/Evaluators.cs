// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data
{
    public sealed class AnomalyDetectionMetrics
    {
        internal AnomalyDetectionMetrics(double auc, double detectionRate) => (AreaUnderRocCurve, DetectionRateAtFalsePositiveCount) = (auc, detectionRate);
        public double AreaUnderRocCurve { get; }
        public double DetectionRateAtFalsePositiveCount { get; }
    }

    public class BinaryClassificationMetrics
    {
        internal BinaryClassificationMetrics() { }
        public double AreaUnderRocCurve { get; internal init; }
        public double Accuracy { get; internal init; }
        public double PositivePrecision { get; internal init; }
        public double PositiveRecall { get; internal init; }
        public double NegativePrecision { get; internal init; }
        public double NegativeRecall { get; internal init; }
        public double F1Score { get; internal init; }
        public double AreaUnderPrecisionRecallCurve { get; internal init; }
    }

    /// <summary>Labels and finite scores of a view; rows without a label or with a score that is not finite are dropped without a word, as in the real evaluators.</summary>
    internal sealed class ScoredRows
    {
        public readonly List<(float Label, float Score)> Rows = [];

        public ScoredRows(IHost host, IDataView data, string labelName, string scoreName, string predictedLabelName, string expectedLabel, Func<DataViewType, bool> isLabel)
        {
            host.CheckValue(data, nameof(data));
            var label = Role(data, "Label", labelName);
            var score = Role(data, "Score", scoreName);
            Role(data, "PredictedLabel", predictedLabelName);
            if (score.Type != NumberDataViewType.Single) throw host.ExceptSchemaMismatch("schema", "score", score.Name, "Single", score.Type.ToString());
            if (!isLabel(label.Type)) throw host.ExceptSchemaMismatch("schema", "label", label.Name, expectedLabel, label.Type.ToString());
            using var cursor = data.GetRowCursor([label, score]);
            var getLabel = Cursors.LabelGetter(cursor, label);
            var getScore = cursor.GetGetter<float>(score);
            float l = 0, s = 0;
            while (cursor.MoveNext())
            {
                getLabel(ref l);
                getScore(ref s);
                if (!float.IsNaN(l) && float.IsFinite(s)) Rows.Add((l, s));
            }
        }

        // The real message names column and role the other way round from what one expects; kept so.
        private static DataViewSchema.Column Role(IDataView data, string role, string name)
        {
            Contracts.CheckNonEmpty(null, name, nameof(name));
            return data.Schema.GetColumnOrNull(name) ?? throw Contracts.ExceptParam(null, "schema", $"{name} column '{role}' not found");
        }

        /// <summary>Probability that an anomaly scores above a normal row, ties counted half.</summary>
        public double AreaUnderRoc()
        {
            long positives = Rows.LongCount(r => r.Label > 0), negatives = Rows.Count - positives;
            Contracts.CheckParam(null, positives > 0, "PosSample", "AUC is not defined when there is no positive class in the data");
            Contracts.CheckParam(null, negatives > 0, "NegSample", "AUC is not defined when there is no negative class in the data");
            double below = 0, won = 0;
            foreach (var tie in Rows.GroupBy(r => r.Score).OrderBy(g => g.Key))
            {
                long p = tie.LongCount(r => r.Label > 0), n = tie.LongCount() - p;
                won += p * (below + 0.5 * n);
                below += n;
            }
            return won / ((double)positives * negatives);
        }

        /// <summary>
        /// Share of anomalies met from the highest score down, before one false alarm more than allowed. As in the real evaluator only a heap of rows is
        /// kept: once it holds enough normal rows, a row below its lowest score is lost, so the result may be too low and depends on the order of rows.
        /// </summary>
        public double DetectionRate(int falsePositives)
        {
            const double falsePositiveRate = 0.01; // the real evaluator also reports the rate at this share, and keeps rows for it
            long positives = Rows.LongCount(r => r.Label > 0), found = 0;
            double kept = Math.Ceiling(Math.Max(Math.Max(falsePositives, positives), falsePositiveRate * (Rows.Count - positives)));
            var heap = new PriorityQueue<(float Label, float Score), float>();
            int normal = 0;
            foreach (var row in Rows)
            {
                if (normal >= kept && row.Score < heap.Peek().Score) continue;
                heap.Enqueue(row, row.Score);
                if (row.Label > 0 || normal++ < kept) continue;
                while (heap.Dequeue().Label > 0) { }
                normal--;
            }
            foreach (var row in heap.UnorderedItems.Select(x => x.Element).OrderByDescending(r => r.Score))
            {
                if (row.Label > 0) found++;
                else if (--falsePositives < 0) break;
            }
            return (double)found / positives;
        }

        /// <summary>Trapezoids between the points of the precision-recall curve.</summary>
        public double AreaUnderPrecisionRecall()
        {
            double positives = Rows.LongCount(r => r.Label > 0), lastRecall = 0, lastPrecision = 1, area = 0;
            long found = 0, alarms = 0;
            foreach (var row in Rows.OrderByDescending(r => r.Score))
            {
                alarms++;
                if (row.Label > 0)
                {
                    double recall = ++found / positives, precision = (double)found / alarms;
                    area += (recall - lastRecall) * (lastPrecision + precision) / 2;
                    lastRecall = recall;
                }
                lastPrecision = (double)found / alarms;
            }
            return area;
        }
    }
}

namespace Microsoft.ML
{
    public abstract class TrainCatalogBase : IInternalCatalog
    {
        private protected readonly Host Environment;
        private protected TrainCatalogBase(Host env) => Environment = env;
        IHostEnvironment IInternalCatalog.Environment => Environment;

        public abstract class CatalogInstantiatorBase : IInternalCatalog
        {
            private readonly TrainCatalogBase _owner;
            private protected CatalogInstantiatorBase(TrainCatalogBase owner) => _owner = owner;
            IHostEnvironment IInternalCatalog.Environment => _owner.Environment;
        }

        public sealed class CrossValidationResult<T> where T : class
        {
            internal CrossValidationResult(ITransformer model, T metrics, IDataView scores, int fold) => (Model, Metrics, ScoredHoldOutSet, Fold) = (model, metrics, scores, fold);
            public readonly T Metrics;
            public readonly ITransformer Model;
            public readonly IDataView ScoredHoldOutSet;
            public readonly int Fold;
        }
    }

    public sealed class AnomalyDetectionCatalog : TrainCatalogBase
    {
        internal AnomalyDetectionCatalog(Host env) : base(env) => Trainers = new AnomalyDetectionTrainers(this);
        public AnomalyDetectionTrainers Trainers { get; }

        public sealed class AnomalyDetectionTrainers : CatalogInstantiatorBase
        {
            internal AnomalyDetectionTrainers(AnomalyDetectionCatalog owner) : base(owner) { }
        }

        public AnomalyDetectionMetrics Evaluate(IDataView data, string labelColumnName = DefaultColumnNames.Label, string scoreColumnName = DefaultColumnNames.Score,
            string predictedLabelColumnName = DefaultColumnNames.PredictedLabel, int falsePositiveCount = 10)
        {
            var host = Environment.Register("AnomalyDetectionEvaluator");
            host.CheckParam(falsePositiveCount > 0, "K", "Must be positive");
            var rows = new ScoredRows(host, data, labelColumnName, scoreColumnName, predictedLabelColumnName, "Single or a Key with cardinality 2",
                type => type == NumberDataViewType.Single || type.GetKeyCount() == 2);
            return new AnomalyDetectionMetrics(rows.AreaUnderRoc(), rows.DetectionRate(falsePositiveCount));
        }
    }

    public sealed class BinaryClassificationCatalog : TrainCatalogBase
    {
        internal BinaryClassificationCatalog(Host env) : base(env) => Trainers = new BinaryClassificationTrainers(this);
        public BinaryClassificationTrainers Trainers { get; }

        public sealed class BinaryClassificationTrainers : CatalogInstantiatorBase
        {
            internal BinaryClassificationTrainers(BinaryClassificationCatalog owner) : base(owner) { }
        }

        /// <summary>Decides by Score &gt; 0, as the real evaluator does; the predicted label must be there but is not looked at.</summary>
        public BinaryClassificationMetrics EvaluateNonCalibrated(IDataView data, string labelColumnName = DefaultColumnNames.Label,
            string scoreColumnName = DefaultColumnNames.Score, string predictedLabelColumnName = DefaultColumnNames.PredictedLabel)
        {
            var scored = new ScoredRows(Environment.Register("BinaryClassifierEvaluator"), data, labelColumnName, scoreColumnName, predictedLabelColumnName,
                "Single, Double, Boolean, or a Key with cardinality 2",
                type => type == NumberDataViewType.Single || type == NumberDataViewType.Double || type is BooleanDataViewType || type.GetKeyCount() == 2);
            double auc = scored.AreaUnderRoc();
            double Count(bool label, bool alarm) => scored.Rows.Count(r => r.Label > 0 == label && r.Score > 0 == alarm);
            static double Ratio(double part, double rest) => part + rest > 0 ? part / (part + rest) : 0;
            double tp = Count(true, true), fn = Count(true, false), fp = Count(false, true), tn = Count(false, false);
            double precision = Ratio(tp, fp), recall = Ratio(tp, fn);
            return new BinaryClassificationMetrics
            {
                AreaUnderRocCurve = auc,
                Accuracy = (tp + tn) / scored.Rows.Count,
                PositivePrecision = precision,
                PositiveRecall = recall,
                NegativePrecision = Ratio(tn, fn),
                NegativeRecall = Ratio(tn, fp),
                F1Score = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall),
                AreaUnderPrecisionRecallCurve = scored.AreaUnderPrecisionRecall(),
            };
        }

        public IReadOnlyList<CrossValidationResult<BinaryClassificationMetrics>> CrossValidateNonCalibrated(IDataView data, IEstimator<ITransformer> estimator,
            int numberOfFolds = 5, string labelColumnName = DefaultColumnNames.Label, string samplingKeyColumnName = null, int? seed = null)
            => new DataOperationsCatalog(Environment).CrossValidationSplit(data, numberOfFolds, samplingKeyColumnName, seed).Select((split, fold) =>
            {
                var model = estimator.Fit(split.TrainSet);
                var scores = model.Transform(split.TestSet);
                return new CrossValidationResult<BinaryClassificationMetrics>(model, EvaluateNonCalibrated(scores, labelColumnName), scores, fold);
            }).ToArray();
    }
}
