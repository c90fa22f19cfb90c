using System.Buffers;

namespace Vascular.Simulators.Wire;

/// <summary>A device that is asked for its bytes: the same object runs on the virtual clock and paced over a pty or TCP.</summary>
/// <remarks>Times are nanoseconds since the scenario's start and never go backwards from call to call.
/// After every call <see cref="NextAtNs"/> may have changed and is to be read again.</remarks>
public interface ISimulatedDevice
{
    /// <summary>Name in the scenario, for instance <c>ppg-1</c>.</summary>
    string Name { get; }

    /// <summary>True from <see cref="Connected"/> until <see cref="Disconnected"/>, or until a fault breaks the line.</summary>
    bool IsUp { get; }

    /// <summary>When the next bytes reach the host; null while the device has nothing to say.</summary>
    long? NextAtNs { get; }

    /// <summary>What <see cref="TrueValue"/> is, with its unit, for instance <c>cuff_mmHg</c>.</summary>
    string TrueValueName { get; }

    /// <summary>Does everything due up to and including <paramref name="atNs"/>; what one read of the host would hold is appended to <paramref name="wire"/>.</summary>
    void Advance(long atNs, IBufferWriter<byte> wire);

    /// <summary>Bytes from the host.</summary>
    void Receive(long atNs, ReadOnlySpan<byte> bytes);

    /// <summary>A host opened the line.</summary>
    void Connected(long atNs);

    /// <summary>The host left or the line broke; what was under way on the wire is lost.</summary>
    void Disconnected(long atNs);

    /// <summary>The truth behind the latest bytes; null where there is none.</summary>
    double? TrueValue(long atNs);
}
