using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Vae.Core;
sealed class Config
{
    public string Init = "lecun", Sets = "", Select = "trim"; public double[] E = [1], D = [1]; public double BiasW = 0, Bias1 = 0, Trim = 0.9, DecayShare = 0.25, Lr = 2e-3, Held = 0.2, Clip = 10, Floor = 0.03; public int Patience = 0, MaxSteps = 5000, MinDecay = 500, Steps = 0, Seed = 0, MSeed = 0, H = 256, Dop = 2, Threads = 1, Draws = 32, Splits = 5, Sub = 0, Latents = 32; public bool Outputs = true;
    public static Config Parse(IEnumerable<string> args)
    {
        var c = new Config();
        foreach (var a in args)
        {
            var (k, v) = (a[..a.IndexOf('=')], a[(a.IndexOf('=') + 1)..]); double F() => double.Parse(v, CultureInfo.InvariantCulture);
            switch (k)
            {
                case "init": c.Init = v; break; case "e": c.E = [.. v.Split(',').Select(x => double.Parse(x, CultureInfo.InvariantCulture))]; break;
                case "d": c.D = [.. v.Split(',').Select(x => double.Parse(x, CultureInfo.InvariantCulture))]; break;
                case "bw": c.BiasW = F(); break; case "b1": c.Bias1 = F(); break; case "trim": c.Trim = F(); break; case "lr": c.Lr = F(); break; case "held": c.Held = F(); break; case "clip": c.Clip = F(); break; case "floor": c.Floor = F(); break;
                case "mseed": c.MSeed = (int)F(); break; case "patience": c.Patience = (int)F(); break; case "max": c.MaxSteps = (int)F(); break; case "decay": c.DecayShare = F(); break; case "mindecay": c.MinDecay = (int)F(); break; case "steps": c.Steps = (int)F(); break; case "seed": c.Seed = (int)F(); break; case "h": c.H = (int)F(); break; case "threads": c.Threads = (int)F(); break; case "dop": c.Dop = (int)F(); break; case "draws": c.Draws = (int)F(); break;
                case "splits": c.Splits = (int)F(); break; case "sub": c.Sub = (int)F(); break; case "latents": c.Latents = (int)F(); break; case "sets": c.Sets = v; break; case "select": c.Select = v; break;
                default: throw new ArgumentException(k);
            }
        }
        return c;
    }
}
static class Train
{
    public static void Run(string inDir, string outDir, string[] args)
    {
        var c = Config.Parse(args); Directory.CreateDirectory(outDir); File.WriteAllText(outDir + "/config.txt", string.Join(' ', args));
        var jobs = Directory.GetDirectories(inDir).Select(d => Path.GetFileName(d)!).Where(n => int.Parse(n[(n.LastIndexOf('_') + 1)..]) < c.Splits)
            .Where(n => c.Sets == "" || c.Sets.Split(',').Contains(n[..n.LastIndexOf('_')])).Where(n => !File.Exists($"{outDir}/{n}/done"))
            .OrderByDescending(n => new FileInfo($"{inDir}/{n}/train.npy").Length).ToArray();
        var watch = Stopwatch.StartNew(); int done = 0;
        Parallel.ForEach(System.Collections.Concurrent.Partitioner.Create(jobs, System.Collections.Concurrent.EnumerablePartitionerOptions.NoBuffering), new ParallelOptions { MaxDegreeOfParallelism = c.Dop }, n =>
        {
            var line = One($"{inDir}/{n}", $"{outDir}/{n}", int.Parse(n[(n.LastIndexOf('_') + 1)..]) + 100 * c.Seed, c);
            int k = Interlocked.Increment(ref done);
            lock (jobs) { Console.WriteLine($"{k}/{jobs.Length} {watch.Elapsed.TotalSeconds:F0}s {n}: {line}"); }
        });
    }
    public static VaeParameters Initial(VaeArchitecture a, RandomStream random, Config c)
    {
        if (c.Init == "glorot") return VaeParameters.Initialize(a, random);
        var layout = new ParameterLayout(a); var values = new float[layout.Length];
        foreach (var (layers, factors) in new[] { (layout.Encoder, c.E), (layout.Decoder, c.D) })
            for (int l = 0; l < layers.Count; l++)
            {
                var layer = layers[l]; var r = random.Split((ulong)layer.Weight.Offset);
                var w = values.AsSpan(layer.Weight.Offset, layer.Weight.Length); r.Normals(w);
                var b = values.AsSpan(layer.Bias.Offset, layer.Bias.Length); bool first = l == 0 && layers.Count > 1;
                if (first && (c.BiasW > 0 || c.Bias1 > 0)) r.Split(77).Normals(b); else b.Clear();
                for (int o = 0; o < layer.Out; o++)
                {
                    double f = first ? factors[o * factors.Length / layer.Out] : 1, sd = f / Math.Sqrt(layer.In);
                    for (int i = 0; i < layer.In; i++) w[o * layer.In + i] *= (float)sd;
                    if (first) b[o] *= (float)(c.BiasW > 0 ? c.BiasW * sd : c.Bias1 * f);
                }
            }
        a.Likelihood.InitializeParameters(values.AsSpan(layout.Likelihood.Offset, layout.Likelihood.Length));
        return new VaeParameters(layout, values);
    }
    static string One(string input, string output, int seed, Config c)
    {
        var (train, shape) = Npy.Load(input + "/train.npy"); var (test, _) = Npy.Load(input + "/test.npy"); int m = shape[1];
        var all = new MatrixRows(train, m);
        if (c.Sub > 0 && c.Sub < all.RowCount) { all = new MatrixRows(all.Subset(RandomStream.FromSeed(seed % 100).Split(99).Permutation(all.RowCount).Take(c.Sub).Order()).ToArray(), m); train = all.ToArray(); }
        var options = new TrainingOptions { Seed = seed, Steps = c.Steps, LearningRate = c.Lr, MaximumGradientNorm = c.Clip };
        var fit = new VaeFitOptions { Training = options, HiddenWidths = [c.H, c.H], Likelihood = GaussianLikelihood.WithLearnedVariance(c.Floor), LatentDimension = Math.Min(m, c.Latents) };
        var architecture = fit.Architecture(m);
        int[] order = RandomStream.FromSeed(seed).Split(6).Permutation(all.RowCount); int heldCount = Math.Clamp((int)Math.Round(c.Held * all.RowCount), 1, all.RowCount - 1);
        int[] keptIdx = [.. order.Skip(heldCount).Order()], heldIdx = [.. order.Take(heldCount).Order()];
        MatrixRows kept = all.Subset(keptIdx), held = all.Subset(heldIdx);
        var watch = Stopwatch.StartNew();
        var scaling = FeatureScaling.Fit(ScalingKind.Standardize, kept);
        var scaledKept = kept.ToArray(); scaling.Apply(scaledKept); var scaledHeld = held.ToArray(); scaling.Apply(scaledHeld);
        var o = options.ForRows(kept.RowCount).Validated(); var random = RandomStream.FromSeed(seed + (1000 * c.MSeed));
        var initial = Initial(architecture, random.Split(4), c);
        using var engine = ManagedEngine.Factory.Create(architecture, initial, new EngineSettings { MaximumBatchSize = Math.Min(o.BatchSize, kept.RowCount), Threads = c.Threads });
        using var batches = new BatchSequence(new MatrixRows(scaledKept, m), architecture.LatentDimension, o.BatchSize, random.Split(5), default);
        int stride = Math.Max(1, heldIdx.Length / 10000); var validationRows = scaledHeld;
        if (stride > 1) { validationRows = new float[heldIdx.Length / stride * m]; for (int k = 0; k < heldIdx.Length / stride; k++) scaledHeld.AsSpan(k * stride * m, m).CopyTo(validationRows.AsSpan(k * m)); }
        int maxSteps = (int)Math.Max(c.MaxSteps, 10L * ((kept.RowCount + o.BatchSize - 1) / o.BatchSize)); int interval = c.Patience > 0 ? Math.Max(o.ValidationInterval, maxSteps / 50) : Math.Max(o.ValidationInterval, o.Steps / 50);
        var history = new List<double>(); float[] best = initial.Values.ToArray(); double bestLoss = double.PositiveInfinity; long bestStep = 0; double valSeconds = 0;
        // patience > 0: constant rate until the trimmed bound stops improving, then from the best state a cosine decay
        long total = c.Patience > 0 ? (long)(maxSteps / (1 + c.DecayShare)) : o.Steps, decayFrom = -1; EngineState? bestState = null;
        double Rate(long step) => c.Patience == 0 ? o.LearningRateAt(step) : decayFrom < 0 ? o.LearningRate * Math.Min(1, (step + 1.0) / o.WarmupSteps)
            : o.LearningRate * (0.01 + 0.99 * 0.5 * (1 + Math.Cos(Math.PI * (step - decayFrom) / (total - decayFrom))));
        for (long step = 0; step < total; step++)
        {
            var terms = engine.Step(batches.Next(), new StepSettings(Rate(step), 1, o.MaximumGradientNorm));
            if (!double.IsFinite(terms.Loss)) break;
            if ((step + 1) % interval != 0 && step + 1 != total) continue;
            long t0 = watch.ElapsedMilliseconds;
            var state = engine.Save(); float[] p = state.Parameters;
            var losses = Bound(architecture, new VaeParameters(initial.Layout, p), validationRows, m); Array.Sort(losses);
            int keep = Math.Max(1, (int)Math.Ceiling(c.Trim * losses.Length));
            double trimmed = losses.Take(keep).Average(), mean = losses.Average(), median = losses[losses.Length / 2];
            history.AddRange([step + 1, terms.Loss, mean, trimmed, median]);
            double criterion = c.Select == "trim" ? trimmed : c.Select == "mean" ? mean : -step;
            if (criterion < bestLoss) (best, bestLoss, bestStep, bestState) = (p, criterion, step + 1, state);
            if (c.Patience > 0 && decayFrom < 0 && (step + 1 - bestStep >= c.Patience * interval || step + 1 == total))
            {
                decayFrom = step + 1; total = decayFrom + Math.Max(c.MinDecay, (long)(c.DecayShare * bestStep)); if (bestState is not null) engine.Load(bestState);
            }
            valSeconds += (watch.ElapsedMilliseconds - t0) / 1000.0;
        }
        double fitSeconds = watch.Elapsed.TotalSeconds;
        Directory.CreateDirectory(output);
        var parameters = new VaeParameters(initial.Layout, best); var model = new VaeModel(architecture, parameters, 1, FeatureScaling.Identity(m));
        var scaledTrain = (float[])train.Clone(); scaling.Apply(scaledTrain); var scaledTest = (float[])test.Clone(); scaling.Apply(scaledTest);
        foreach (var (name, rows) in new[] { ("train", scaledTrain), ("test", scaledTest) })
        {
            var (mu, lv, e2) = Outputs(model, rows, m, c.Draws); int n = rows.Length / m;
            Npy.Save($"{output}/{name}_mu.npy", mu, n, model.LatentDimension); Npy.Save($"{output}/{name}_lv.npy", lv, n, model.LatentDimension); Npy.Save($"{output}/{name}_e2.npy", e2, n, m);
        }
        if (c.Sub > 0) Npy.Save(output + "/train.npy", train, train.Length / m, m);
        Npy.Save(output + "/kept.npy", keptIdx, keptIdx.Length); Npy.Save(output + "/held.npy", heldIdx, heldIdx.Length);
        Npy.Save(output + "/logs2.npy", model.LikelihoodParameters, m); Npy.Save(output + "/offset.npy", scaling.Offsets, m); Npy.Save(output + "/factor.npy", scaling.Factors, m);
        Npy.Save(output + "/history.npy", history.ToArray(), history.Count / 5, 5); Npy.Save(output + "/params.npy", best, best.Length);
        Npy.Save(output + "/summary.npy", new double[] { fitSeconds, valSeconds, bestStep, bestLoss, total }, 5);
        File.WriteAllText(output + "/done", "");
        return $"{fitSeconds:F1}s (val {valSeconds:F1}) step {bestStep}/{total} bound {bestLoss:F3}";
    }
    static double[] Bound(VaeArchitecture a, VaeParameters p, float[] rows, int m)
    {
        var model = new VaeModel(a, p, 1); var scorer = new VaeScorer(model, 256, new LossEstimator(3)); int n = rows.Length / m; var r = new double[n];
        double norm = m * Math.Log(2 * Math.PI); foreach (float v in model.LikelihoodParameters) norm += v;
        for (int i = 0; i < n; i += 256) { int k = Math.Min(256, n - i); scorer.Score(rows.AsSpan(i * m, k * m), k, VaeOutputs.Loss | VaeOutputs.Posterior); for (int j = 0; j < k; j++) r[i + j] = scorer.Loss[j] + 0.5 * norm; }
        return r;
    }
    static (float[] Mu, float[] Lv, float[] E2) Outputs(VaeModel model, float[] rows, int m, int draws)
    {
        var scorer = new VaeScorer(model, 256, new LossEstimator(draws)); int n = rows.Length / m, d = model.LatentDimension; var (mu, lv, e2) = (new float[n * d], new float[n * d], new float[n * m]);
        var s2 = model.LikelihoodParameters.ToArray().Select(v => 2 * Math.Exp(v)).ToArray();
        for (int i = 0; i < n; i += 256)
        {
            int k = Math.Min(256, n - i); scorer.Score(rows.AsSpan(i * m, k * m), k, VaeOutputs.Loss | VaeOutputs.Posterior);
            scorer.Mean[..(k * d)].CopyTo(mu.AsSpan(i * d)); scorer.LogVariance[..(k * d)].CopyTo(lv.AsSpan(i * d));
            for (int j = 0; j < k * m; j++) e2[i * m + j] = (float)Math.Min(1e30, scorer.FeatureLoss[j] * s2[j % m]);
        }
        return (mu, lv, e2);
    }
}
