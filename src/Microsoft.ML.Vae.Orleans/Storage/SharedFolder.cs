using Microsoft.ML.Vae.Core;
using Orleans.Serialization;

namespace Microsoft.ML.Vae.Orleans;

/// <summary>Small files that the silos of one machine share, each changed by one process at a time and replaced whole, on the disk before anybody hears of it.</summary>
/// <remarks>A process that dies holds no lock: the operating system lets go of it. Network file systems that lack locks will not do.</remarks>
internal sealed class SharedFolder(string path, Serializer serializer)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>What the file holds, or null where there is none.</summary>
    public T? Read<T>(string name) where T : class
    {
        string file = Path.Combine(path, name);
        return File.Exists(file) ? serializer.Deserialize<T>(File.ReadAllBytes(file)) : null;
    }

    /// <summary>Replaces the file by what <paramref name="change"/> makes of its content; null leaves it. Nobody else changes it meanwhile.</summary>
    /// <exception cref="TimeoutException">Another process held the file for longer than 20 s.</exception>
    public async Task<TResult> ChangeAsync<T, TResult>(string name, Func<T?, (T? Content, TResult Result)> change) where T : class
    {
        using var held = await HoldAsync(name);
        var (content, result) = change(Read<T>(name));
        if (content is null) return result;
        // What a process that died while it wrote has left: nobody else writes this file now.
        foreach (string left in Directory.EnumerateFiles(path, name + ".*.tmp")) File.Delete(left);
        AtomicFile.Write(Path.Combine(path, name), stream => stream.Write(serializer.SerializeToArray(content)));
        return result;
    }

    /// <summary>Removes the file if it is there.</summary>
    public async Task RemoveAsync(string name)
    {
        using var held = await HoldAsync(name);
        File.Delete(Path.Combine(path, name));
    }

    private async Task<FileStream> HoldAsync(string name)
    {
        Directory.CreateDirectory(path);
        string file = Path.Combine(path, name + ".lock");
        long from = Environment.TickCount64;
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Environment.TickCount64 - from < Patience.TotalMilliseconds)
            {
                await Task.Delay(Pause);
            }
            catch (IOException e)
            {
                throw new TimeoutException($"{file} is held by another process for longer than {Patience.TotalSeconds} s. Does it hang?", e);
            }
        }
    }
}
