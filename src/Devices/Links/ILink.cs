namespace Vascular.Devices.Links;

/// <summary>One read, stamped once, where it enters. The tape stores exactly this; replay hands back exactly this, never joined or split.</summary>
/// <param name="AtNs">Monotonic nanoseconds since the anchor of the tape clock handed to the link.</param>
/// <param name="Bytes">Valid until the next element of the enumeration is asked for.</param>
public readonly record struct Arrival(long AtNs, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>On a line of messages: bytes that belong to none, as they came. No message is among them.</summary>
    public bool IsStray { get; init; }
}

/// <summary>An open line to a device.</summary>
/// <remarks>A link is open when it exists: opening is a factory's work and throws <see cref="IOException"/>. It never reconnects by itself.</remarks>
public interface ILink : IAsyncDisposable
{
    /// <summary>What is at the other end, as far as the line can say: resolved path and inode, or address and port.</summary>
    string Path { get; }

    /// <summary>Who is at the other end (serial number, USB identity); null where none is readable.</summary>
    string? Identity { get; }

    /// <summary>What a person should mend although the line works, in words; null for nothing.</summary>
    string? Remark => null;

    /// <summary>Modem lines as the device holds them now; null where the line has none, or has not told yet. May wait for a driver.</summary>
    SerialInputs? Inputs => null;

    /// <summary>Whether <see cref="Inputs"/> may ever say something: a network line, and a pseudo terminal, never does.</summary>
    bool HasInputs => Inputs is not null;

    /// <summary>Ends normally when cancelled; throws <see cref="IOException"/> when the line is lost (a zero-byte read is a lost line).
    /// A pending native call is abandoned, not awaited, past 250 ms.</summary>
    IAsyncEnumerable<Arrival> ReadAsync(CancellationToken cancel);

    /// <summary>Writes all bytes or throws <see cref="IOException"/>; at most 2 s.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel);
}

/// <summary>The stamp of arrivals: monotonic nanoseconds since the station started or the tape's anchor.</summary>
public interface ITapeClock
{
    long NowNs { get; }
}
