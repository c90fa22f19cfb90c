using System.Buffers;
using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Wire;

/// <summary>Bytes on their way down a serial line: one after another at the line's speed, handed over in reads that cut where they fall.</summary>
/// <remarks>A host's driver collects for some milliseconds before it answers a read; how long is drawn anew for each read, so frames arrive split and joined.</remarks>
public sealed class SerialOutput
{
    /// <summary>Bytes that may be under way at once (seconds of any simulated line). What is written beyond is lost and counted.</summary>
    public const int Capacity = 4096;

    private const int BitsPerByte = 10; // start, eight data, stop
    private const int LongestLatencyMs = 16;

    private readonly Queue<(long DoneAtNs, byte Value)> underway = new();
    private readonly SeededStream chance;
    private readonly long byteNs;
    private long freeAtNs;
    private long latencyNs;

    /// <param name="bitsPerSecond">Speed of the line, 8N1.</param>
    public SerialOutput(int bitsPerSecond, SeededStream chance)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bitsPerSecond, 1);
        this.chance = chance;
        byteNs = BitsPerByte * Nanoseconds.PerSecond / bitsPerSecond;
    }

    /// <summary>Bytes lost because <see cref="Capacity"/> was reached.</summary>
    public long Lost { get; private set; }

    /// <summary>When the host's next read returns; null when nothing is under way.</summary>
    public long? NextAtNs => underway.TryPeek(out var first) ? first.DoneAtNs + latencyNs : null;

    public void Write(long atNs, ReadOnlySpan<byte> bytes)
    {
        freeAtNs = Math.Max(freeAtNs, atNs);
        foreach (byte value in bytes)
        {
            if (underway.Count >= Capacity)
            {
                Lost++;
                continue;
            }

            if (underway.Count == 0)
            {
                DrawLatency();
            }

            freeAtNs += byteNs;
            underway.Enqueue((freeAtNs, value));
        }
    }

    /// <summary>Hands over every byte that has arrived at <paramref name="atNs"/>, if the host's read is due.</summary>
    public void Deliver(long atNs, IBufferWriter<byte> wire)
    {
        if (NextAtNs is not { } due || due > atNs)
        {
            return;
        }

        while (underway.TryPeek(out var first) && first.DoneAtNs <= atNs)
        {
            wire.GetSpan(1)[0] = first.Value;
            wire.Advance(1);
            underway.Dequeue();
        }

        DrawLatency();
    }

    /// <summary>Loses what is under way.</summary>
    public void Clear() => underway.Clear();

    private void DrawLatency() => latencyNs = Nanoseconds.FromMilliseconds(1 + (chance.Unit() * (LongestLatencyMs - 1)));
}
