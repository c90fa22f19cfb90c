namespace Vascular.Devices;

/// <summary>Kinds of tape record a monitor folds over. The tape has more; these are the ones a device can matter to.</summary>
public enum RecordKind
{
    /// <summary>The line opened: codec, filters and sample count start anew. <see cref="Record.Text"/> is the path or identity.</summary>
    Open,

    /// <summary>The line closed: left-over bytes are <see cref="Vascular.Processing.Vocabulary.WireFault.Truncated"/>, the sample count ends.</summary>
    Closed,

    /// <summary>One read.</summary>
    Bytes,

    /// <summary>On a line of messages: bytes that belong to none, as they came.</summary>
    Stray,

    /// <summary>Nothing heard for the silence limit.</summary>
    Silent,

    /// <summary>First bytes after a silence.</summary>
    Heard,

    /// <summary>A write to the device failed.</summary>
    WriteFailed,

    /// <summary>The wake the monitor asked for is due.</summary>
    Wake,

    /// <summary>A second passed without another record.</summary>
    Tick,

    /// <summary>The examination asks the device for something (<see cref="Record.Text"/>, for instance <c>measure</c>, <c>manometer</c>, <c>stop</c>).
    /// Not a tape record of its own: the fold makes it from an act.</summary>
    Order,
}

/// <summary>One tape record as a monitor sees it.</summary>
/// <param name="AtNs">Stamp on the tape.</param>
/// <param name="Bytes">Payload of <see cref="RecordKind.Bytes"/>; valid during the call only.</param>
public readonly record struct Record(RecordKind Kind, long AtNs, ReadOnlyMemory<byte> Bytes = default, string? Text = null);

/// <summary>What a fold over one record asks for besides the readings it added.</summary>
/// <param name="Send">Bytes to send, taped before they are written; empty for none. Fresh memory, the monitor does not reuse it.</param>
/// <param name="WakeAtNs">When to write a wake for this link; null leaves the wake asked for before in place.</param>
public readonly record struct Step(ReadOnlyMemory<byte> Send, long? WakeAtNs)
{
    public static Step None => default;
}

/// <summary>A device adapter: a fold over tape records, without clock, timer or port. Live and replay are the same call.</summary>
public interface IMonitor
{
    /// <summary>Folds one record; what the device said is added to <paramref name="readings"/> (the caller's, emptied and reused between calls).</summary>
    Step Next(in Record record, IList<Vascular.Processing.Vocabulary.Reading> readings);
}
