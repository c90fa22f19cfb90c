namespace Vascular.Simulators.Wire;

/// <summary>The line to a real host, looked at now and then; nothing here ever waits.</summary>
public interface IHostLine : IDisposable
{
    /// <summary>Where a host finds the device, for people.</summary>
    string Address { get; }

    /// <summary>Bytes the host has sent, 0 when there are none; null while there is no host.</summary>
    /// <exception cref="IOException">The line itself is broken.</exception>
    int? Read(Span<byte> bytes);

    /// <summary>How many bytes were taken; a host that does not read loses the rest.</summary>
    int Write(ReadOnlySpan<byte> bytes);

    /// <summary>Drops the host and takes no other until the next <see cref="Read"/>.</summary>
    void HangUp();
}
