using System.Runtime.InteropServices;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Orleans;

/// <summary>Who asks for work: one silo's worker.</summary>
/// <param name="Silo">Address and generation of its silo: a silo that starts anew is another worker.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Threads">Threads that its tasks run on.</param>
/// <param name="Registers">Processor and width of its registers: results have the same bits where these are the same.</param>
[GenerateSerializer, Immutable]
internal sealed record WorkerCard([property: Id(0)] string Silo, [property: Id(1)] string Name, [property: Id(2)] int Threads, [property: Id(3)] string Registers)
{
    /// <summary>Those of this machine.</summary>
    public static string OwnRegisters { get; } = $"{RuntimeInformation.ProcessArchitecture} {(Lanes512.IsSupported ? 512 : Lanes256.IsSupported ? 256 : 128)}";
}

/// <summary>A task for a worker.</summary>
/// <param name="Number">Of the order, within the life of the grain that gives it.</param>
/// <param name="Task">The task's bytes.</param>
[GenerateSerializer, Immutable]
internal sealed record WorkOrder([property: Id(0)] Guid Number, [property: Id(1)] byte[] Task);

/// <summary>What came of an order: a result, a shard that cannot be read, or another failure.</summary>
[GenerateSerializer, Immutable]
internal sealed record WorkReport
{
    /// <summary>Of the order.</summary>
    [Id(0)] public required Guid Number { get; init; }

    /// <summary>The result's bytes; null after a failure.</summary>
    [Id(1)] public byte[]? Result { get; init; }

    /// <summary>Name of the shard that cannot be read; null: it is not that.</summary>
    [Id(2)] public string? Shard { get; init; }

    /// <summary>What went wrong, in words; null: nothing.</summary>
    [Id(3)] public string? Failure { get; init; }

    /// <summary>Time that the task took on its worker [s].</summary>
    [Id(4)] public double Seconds { get; init; }
}
