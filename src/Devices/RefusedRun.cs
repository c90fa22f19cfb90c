using Vascular.Processing.Vocabulary;

namespace Vascular.Devices;

/// <summary>Refused bytes that follow one another: one burst of noise is one event, however many refusals a codec needed to get past it.</summary>
/// <param name="Fault">Why the first of them were refused; None while the run is empty.</param>
/// <param name="Bytes">How many so far.</param>
public readonly record struct RefusedRun(WireFault Fault, long Bytes)
{
    public bool IsEmpty => Fault == WireFault.None;

    /// <summary>The run with <paramref name="bytes"/> more.</summary>
    public RefusedRun With(WireFault fault, long bytes) => new(IsEmpty ? fault : Fault, Bytes + bytes);

    /// <summary>The run as a reading: <see cref="Reading.Detail"/> is the number of bytes.</summary>
    public Reading ToReading(long atNs) => new(ReadingKind.Refused, atNs, atNs, 0) { Fault = Fault, Detail = (int)Math.Min(Bytes, int.MaxValue) };
}
