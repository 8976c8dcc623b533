using System.Diagnostics;
using Microsoft.ML.Vae.Core;
using Research;
static class Score
{
    // half the decoder's t-residual plus the bank's score, for test rows then held-out rows
    public static void Run(string data, string model, string outDir, int count, int splits)
    {
        Directory.CreateDirectory(outDir);
        foreach (var d in Directory.GetDirectories(model).Order())
        {
            string n = Path.GetFileName(d); int seed = int.Parse(n[(n.LastIndexOf('_') + 1)..]); if (seed >= splits) continue;
            string tp = File.Exists(d + "/train.npy") ? d + "/train.npy" : $"{data}/{n}/train.npy";
            var (train, shape) = Npy.Load(tp); var (test, _) = Npy.Load($"{data}/{n}/test.npy"); int m = shape[1];
            var scaling = new FeatureScaling(Npy.Load(d + "/offset.npy").Data, Npy.Load(d + "/factor.npy").Data); scaling.Apply(train); scaling.Apply(test);
            int[] kept = Ints(d + "/kept.npy"), held = Ints(d + "/held.npy"); var logs2 = Npy.Load(d + "/logs2.npy").Data; var e2 = Npy.Load(d + "/test_e2.npy").Data; var h2 = Npy.Load(d + "/train_e2.npy").Data;
            var (mu, ms) = Npy.Load(d + "/train_mu.npy"); var lv = Npy.Load(d + "/train_lv.npy").Data; var tmu = Npy.Load(d + "/test_mu.npy").Data; int nl = ms[1];
            var active = new List<(int J, float W)>();
            for (int j = 0; j < nl; j++)
            {
                double s1 = 0, s2 = 0, iv = 0; foreach (int r in kept) { double v = mu[r * nl + j]; s1 += v; s2 += v * v; iv += Math.Exp(-lv[r * nl + j]); }
                if (s2 / kept.Length - s1 / kept.Length * (s1 / kept.Length) > 0.01) active.Add((j, (float)Math.Sqrt(iv / kept.Length)));
            }
            float[] Y(float[] from, int r) => [.. active.Select(a => from[r * nl + a.J] * a.W)];
            var coordinates = kept.SelectMany(r => Y(mu, r)).ToArray();
            var rows = new float[kept.Length * m]; for (int r = 0; r < kept.Length; r++) train.AsSpan(kept[r] * m, m).CopyTo(rows.AsSpan(r * m));
            var watch = Stopwatch.StartNew();
            var bank = ReferenceBank.Fit(rows, coordinates, m, count, k => RandomStream.FromSeed(seed).Split(7).Permutation(k)); double fit = watch.Elapsed.TotalSeconds;
            int nt = test.Length / m; var scores = new double[nt + held.Length];
            watch.Restart();
            Parallel.For(0, scores.Length, new ParallelOptions { MaxDegreeOfParallelism = 2 }, () => (new ReferenceBank.Workspace(m), new double[m], new double[active.Count]), (q, _, w) =>
            {
                var row = q < nt ? test.AsSpan(q * m, m) : train.AsSpan(held[q - nt] * m, m); var res = q < nt ? e2.AsSpan(q * m, m) : h2.AsSpan(held[q - nt] * m, m);
                                scores[q] = DecoderResidual.Score(res, logs2, w.Item2) + bank.Score(row, q < nt ? Y(tmu, q) : Y(mu, held[q - nt]), w.Item1, w.Item2, w.Item3); return w;
            }, _ => { });
            Console.WriteLine($"{n}: bank {bank.Count}, fit {fit:F2}s, {scores.Length} rows {1e6 * watch.Elapsed.TotalSeconds / scores.Length:F1} us/row");
            Npy.Save($"{outDir}/{n}.npy", scores, scores.Length);
        }
    }
    static int[] Ints(string p) { var b = File.ReadAllBytes(p); int hl = BitConverter.ToUInt16(b, 8); return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(b.AsSpan(10 + hl)).ToArray(); }
}
