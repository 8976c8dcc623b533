using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>A·B by our packed panels on one thread, packing of B included, as the peer's product includes its own.</summary>
internal abstract class ProductBench
{
    public static ProductBench Create(int rows, int columns, int steps) =>
        Lanes512.IsSupported ? new Widened<Lanes512>(rows, columns, steps)
        : Lanes256.IsSupported ? new Widened<Lanes256>(rows, columns, steps)
        : new Widened<Lanes128>(rows, columns, steps);

    public abstract void Run();

    private sealed unsafe class Widened<T> : ProductBench where T : unmanaged, ILanes<T>
    {
        private readonly int _rows, _columns, _steps, _cStride;
        private readonly PanelLayout _layout;
        private readonly AlignedBuffer _a, _b, _packed, _zeros, _c;

        public Widened(int rows, int columns, int steps)
        {
            (_rows, _columns, _steps, _cStride) = (rows, columns, steps, AlignedBuffer.RowStride(columns));
            _layout = new PanelLayout(steps, columns, T.Count, T.TileColumns);
            (_a, _b, _packed) = (new AlignedBuffer(rows * steps), new AlignedBuffer(steps * columns), new AlignedBuffer(_layout.Length));
            (_zeros, _c) = (new AlignedBuffer(_layout.Columns), new AlignedBuffer(rows * _cStride));
            var random = new Random(1);
            foreach (ref float v in _a.Span) v = random.NextSingle();
            foreach (ref float v in _b.Span) v = random.NextSingle();
        }

        public override void Run()
        {
            for (int p = 0; p < _layout.PanelCount; p++)
            {
                int column = _layout.FirstColumn(p), width = Math.Min(_layout.Width(p), _columns - column);
                for (int k = 0; k < _steps; k++)
                    _b.Span.Slice((k * _columns) + column, width).CopyTo(_packed.Span[(_layout.Offset(p) + (k * _layout.Width(p)))..]);
            }
            PanelProduct<T>.Multiply(_a.Pointer, _steps, _rows, _packed.Pointer, _layout, _zeros.Pointer, _c.Pointer, _cStride);
        }
    }
}
