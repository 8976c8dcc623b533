using System.Runtime.InteropServices;
using System.Text;
static class Npy
{
    public static void Save(string path, ReadOnlySpan<float> data, params int[] shape) => Write(path, "<f4", MemoryMarshal.AsBytes(data), shape);
    public static void Save(string path, ReadOnlySpan<int> data, params int[] shape) => Write(path, "<i4", MemoryMarshal.AsBytes(data), shape);
    public static void Save(string path, ReadOnlySpan<byte> data, params int[] shape) => Write(path, "|u1", data, shape);
    public static void Save(string path, ReadOnlySpan<double> data, params int[] shape) => Write(path, "<f8", MemoryMarshal.AsBytes(data), shape);
    static void Write(string path, string descr, ReadOnlySpan<byte> bytes, int[] shape)
    {
        string s = shape.Length == 1 ? $"({shape[0]},)" : "(" + string.Join(", ", shape) + ")";
        string h = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': {s}, }}";
        int pad = 64 - (10 + h.Length + 1) % 64; h += new string(' ', pad % 64) + "\n";
        using var f = File.Create(path);
        f.Write([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0]);
        f.Write(BitConverter.GetBytes((ushort)h.Length)); f.Write(Encoding.ASCII.GetBytes(h)); f.Write(bytes);
    }
    public static (float[] Data, int[] Shape) Load(string path)
    {
        var b = File.ReadAllBytes(path); int hl = BitConverter.ToUInt16(b, 8);
        string h = Encoding.ASCII.GetString(b, 10, hl); int a = h.IndexOf('(') + 1, e = h.IndexOf(')');
        var shape = h[a..e].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(x => x.Length > 0).Select(int.Parse).ToArray();
        return (MemoryMarshal.Cast<byte, float>(b.AsSpan(10 + hl)).ToArray(), shape);
    }
}
